import Hummingbird
import KeyManagement
import OrderedJSON

/// `/v1`: the audit log.
struct LogController: Sendable {
    let keys: any KeyOperations

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/v1/log", dialect: .versioned,
                Operation(
                    id: "v1_log", chapter: .log, summary: "Who did what with the vault, oldest first.",
                    text: "A change has an `intent`, written before it, and an `outcome` with the number of its intent "
                        + "in `of`. Hand `end` back as `from` to get what has come since.",
                    parameters: [
                        .init(
                            name: "from", place: .query, isRequired: false, schema: .count,
                            text: "Where the last answer ended; 0 or nothing for all records."),
                        .init(
                            name: "last", place: .query, isRequired: false, schema: .count,
                            text: "Only the last so many records."),
                    ],
                    answers: [
                        .init(
                            200, "The records.",
                            .json(.object(["records": .array(of: .named("LogRecord")), "end": .count]))),
                        .problem(501, "This server keeps no audit log."),
                    ]),
                handler: list)
        ]
    }

    func list(_ request: APIRequest) async throws -> Response {
        let (records, end) = try await keys.auditRecords(from: try number("from", in: request) ?? 0)
        let wanted = try number("last", in: request).map { records.suffix($0) } ?? records[...]
        return Response(json: ["records": .array(wanted.map(\.json)), "end": .integer(end)])
    }

    private func number(_ name: String, in request: APIRequest) throws -> Int? {
        guard let text = request.target.queryValue(name) else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw APIError.malformed("`\(name)` must be a number, 0 or more.")
        }
        return number
    }
}
