import CredentialVault
import Credentials
import ExchangeVerification
import HTTPTypes
import Hummingbird
import KeyManagement
import OrderedJSON

/// `/v1`: credentials with revisions, so that two editors do not overwrite each other unseen.
struct VersionedCredentialController: Sendable {
    let keys: any KeyOperations
    let catalog: ConnectorCatalog

    private static let list = "/v1/accounts/{account}/credentials"
    private static let item = "/v1/accounts/{account}/credentials/{connector}"

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, Self.list, dialect: .versioned,
                Operation(
                    id: "v1_list_credentials", chapter: .credentials,
                    summary: "An account's credentials, by connector.",
                    answers: [
                        .init(200, "The credentials.", .json(.array(of: .named("Credential")))),
                        .problem(404, "No such account."),
                    ]),
                handler: list),
            Endpoint(
                .get, Self.item, dialect: .versioned,
                Operation(
                    id: "v1_show_credential", chapter: .credentials,
                    summary: "The fields of a credential. Of a secret only whether it is there.",
                    answers: [
                        .init(200, "The fields.", .json(.named("CredentialDetails")), headers: ["ETag"]),
                        .problem(404, "No such account or credential."),
                    ]),
                handler: show),
            Endpoint(
                .post, Self.item, dialect: .versioned,
                Operation(
                    id: "v1_add_credential", chapter: .credentials, summary: "Adds a credential.",
                    body: .addition,
                    answers: [
                        .init(
                            201, "Added.", .json(.named("SavedCredential")), headers: ["ETag", "Location"]),
                        .problem(409, "There is one already."),
                    ] + .versionedSaveErrors),
                handler: add),
            Endpoint(
                .put, Self.item, dialect: .versioned,
                Operation(
                    id: "v1_replace_credential", chapter: .credentials, summary: "Replaces a credential.",
                    text: "State in If-Match, or as `revision`, what you saw last. The replacement is complete in "
                        + "itself: no value of the credential before is kept. That one moves to the undo store.",
                    parameters: [.ifMatch, .ifNoneMatch], body: .replacement,
                    answers: [
                        .init(200, "Replaced.", .json(.named("SavedCredential")), headers: ["ETag"]),
                        .init(
                            201, "Added, after If-None-Match.", .json(.named("SavedCredential")),
                            headers: ["ETag", "Location"]),
                        .problem(409, "It has another revision than the body names."),
                        .problem(
                            412, "It has another revision than If-Match names, or exists in spite of If-None-Match."),
                    ] + .versionedSaveErrors),
                handler: replace),
            Endpoint(
                .delete, Self.item, dialect: .versioned,
                Operation(
                    id: "v1_remove_credential", chapter: .credentials, summary: "Moves a credential to the undo store.",
                    parameters: [.ifMatch],
                    answers: [
                        .removed, .problem(404, "No such account or credential."),
                        .problem(409, "Another writer came first."),
                        .problem(412, "It has another revision than If-Match names."),
                    ]),
                handler: remove),
            Endpoint(
                .post, Self.item + "/verify", dialect: .versioned,
                Operation(
                    id: "v1_verify_credential", chapter: .credentials,
                    summary: "Checks a stored credential with its exchange.",
                    text: "Only requests that change nothing are sent. A refusal is an answer like any other: see "
                        + "`outcome`. The outcome is remembered until the credential changes.",
                    body: .check,
                    answers: [
                        .init(200, "What was found out.", .json(.named("Verification"))),
                        .problem(403, "A secret has another password, or the request is a foreign page's."),
                        .problem(404, "No such account, credential or connector."),
                        .problem(423, "The vault is locked."),
                        .problem(500, "The stored credential is damaged."),
                        .problem(501, "The server was started without a way to ask exchanges."),
                    ]),
                handler: verify),
        ]
    }

    func list(_ request: APIRequest) async throws -> Response {
        Response(json: .array(try await keys.credentials(in: request.account()).map(\.json)))
    }

    func show(_ request: APIRequest) async throws -> Response {
        let (account, connector) = (try request.account(), try request.connector(catalog))
        let details = try await keys.details(of: connector, in: account)
        return Response(json: details.json).tagged(details.summary.revision)
    }

    func add(_ request: APIRequest) async throws -> Response {
        let body = try await request.members("values", "verify", "save_unverified", "allow_withdrawals")
        return try await save(
            request, body.fieldValues(), mode: .add, expecting: nil, choice: body.verificationChoice())
    }

    func replace(_ request: APIRequest) async throws -> Response {
        let (input, expected, choice) = try await request.replacement()
        guard let condition = request.headers[.ifNoneMatch] else {
            return try await save(request, input, mode: .replace, expecting: expected, choice: choice)
        }
        guard condition == "*", expected == nil else {
            throw APIError.malformed("If-None-Match takes `*` only, and no revision beside it.")
        }
        return try await save(request, input, mode: .add, expecting: nil, choice: choice)
    }

    func verify(_ request: APIRequest) async throws -> Response {
        let (account, connector) = (try request.account(), try request.connector(catalog))
        let choice = try await request.members("allow_withdrawals", isRequired: false).verificationChoice()
        return Response(json: try await keys.verify(connector, in: account, choice: choice).json(about: connector))
    }

    func remove(_ request: APIRequest) async throws -> Response {
        let (account, connector) = (try request.account(), try request.connector(catalog))
        let expected = try request.expectedRevision()
        let entry = try await request.preconditioned {
            try await keys.remove(connector, from: account, expecting: expected)
        }
        return Response(removed: entry)
    }

    private func save(
        _ request: APIRequest, _ input: JSONObject, mode: SaveRequest.Mode, expecting revision: Revision?,
        choice: VerificationChoice
    ) async throws -> Response {
        let save = SaveRequest(
            account: try request.account(), connector: try request.connector(catalog), input: input, mode: mode,
            expectedRevision: revision, choice: choice)
        let saved = try await request.preconditioned { try await keys.save(save) }
        var response = Response(json: saved.json, status: mode == .add ? .created : .ok).tagged(saved.revision)
        if mode == .add {
            response.headers[.location] = "/v1/accounts/\(saved.account)/credentials/\(saved.connector)"
        }
        return response
    }
}

extension Response {
    /// `{"trash_entry":…}`, after something has moved to the undo store.
    init(removed entry: TrashEntry?) { self.init(json: ["trash_entry": entry?.json ?? .null]) }
}

extension Operation.Body {
    private static let example: JSON = ["values": ["api_key": "your key", "api_secret": "your secret"]]
    fileprivate static let addition = Operation.Body(.named("NewCredential"), example: example)
    fileprivate static let check = Operation.Body(.named("Check"), isRequired: false, example: [:])
    fileprivate static let replacement = Operation.Body(.named("Replacement"), example: example)
}

extension Operation.Answer {
    static let removed = Self(
        200, "Moved to the undo store.", .json(.object(["trash_entry": .optional(.named("TrashEntry"))])))
}

extension [Operation.Answer] {
    fileprivate static var versionedSaveErrors: [Operation.Answer] {
        [
            .problem(404, "No such account, connector or, for a replacement, credential."),
            .problem(
                422,
                "The values do not fit the connector's fields, and `fields` names each fault; or, with the code "
                    + "`key_rejected`, the exchange refuses the key or it may withdraw, `verification` says why, and `fields` names "
                    + "those that it concerns."),
            .problem(423, "The vault is locked."),
            .problem(
                424, "Nobody could tell whether the key works (`key_unverified`); `verification` says why."),
            .problem(501, "The server was started without a way to ask exchanges, and `verify` is true."),
        ]
    }
}
