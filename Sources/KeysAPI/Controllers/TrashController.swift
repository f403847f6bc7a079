import CredentialVault
import Hummingbird
import KeyManagement
import OrderedJSON

/// `/v1`: what was deleted or replaced and can be brought back.
struct TrashController: Sendable {
    let keys: any KeyOperations

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/v1/trash", dialect: .versioned,
                Operation(
                    id: "v1_list_trash", chapter: .trash, summary: "What was deleted or replaced, newest first.",
                    answers: [.init(200, "The entries.", .json(.array(of: .named("TrashEntry"))))])
            ) { _ in Response(json: .array(try await keys.trash().map(\.json))) },
            Endpoint(
                .post, "/v1/trash/{id}/restore", dialect: .versioned,
                Operation(
                    id: "v1_restore", chapter: .trash, summary: "Brings an entry back.",
                    text: "What a forced restore displaces moves to the undo store in its turn.",
                    body: .init(
                        .object(["force": .boolean], optional: ["force"]), isRequired: false, example: ["force": false]),
                    answers: [
                        .init(200, "Brought back.", .json(.named("TrashEntry"))),
                        .problem(404, "No such entry, or the credential's account is gone."),
                        .problem(409, "There is an account or credential of that name, and `force` is not set."),
                    ]),
                handler: restore),
            Endpoint(
                .delete, "/v1/trash/{id}", dialect: .versioned,
                Operation(
                    id: "v1_purge_entry", chapter: .trash, summary: "Deletes an entry for good.",
                    answers: [.purged, .problem(404, "No such entry.")]),
                handler: purge),
            Endpoint(
                .delete, "/v1/trash", dialect: .versioned,
                Operation(
                    id: "v1_purge", chapter: .trash, summary: "Deletes all entries of an age for good.",
                    parameters: [
                        .init(
                            name: "older_than", place: .query, isRequired: true, schema: .count,
                            text: "The least age in seconds; 0 empties the undo store.")
                    ],
                    answers: [.purged]),
                handler: purgeOld),
        ]
    }

    func restore(_ request: APIRequest) async throws -> Response {
        let id = try id(request)
        let body = try await request.members("force", isRequired: false)
        guard let isForced = (body["force"] ?? false).boolValue else {
            throw APIError.malformed("`force` must be true or false.")
        }
        return Response(json: try await keys.restore(id, force: isForced).json)
    }

    func purge(_ request: APIRequest) async throws -> Response {
        try await keys.purge(id(request))
        return Response(json: ["purged": 1])
    }

    func purgeOld(_ request: APIRequest) async throws -> Response {
        guard let age = request.target.queryValue("older_than").flatMap({ Int($0) }), age >= 0 else {
            throw APIError.malformed("`older_than` must be a number of seconds, 0 or more.")
        }
        return Response(json: ["purged": .integer(try await keys.purge(olderThan: age))])
    }

    private func id(_ request: APIRequest) throws -> TrashID {
        guard let id = TrashID(request.path["id"]) else {
            throw APIError(
                .notFound, "The undo store has no such entry.", code: Failure.Kind.noSuchTrashEntry.rawValue)
        }
        return id
    }
}

extension Operation.Answer {
    fileprivate static let purged = Self(200, "Deleted for good.", .json(.object(["purged": .count])))
}
