import Hummingbird
import KeyManagement
import OrderedJSON

/// `/v1`: the audit log.
struct LogController: Sendable {
    let keys: any KeyOperations

    /// The most records of one answer.
    private static let mostRecords = 10_000

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/v1/log", dialect: .versioned,
                Operation(
                    id: "v1_log", chapter: .log, summary: "Who did what with the vault, oldest first.",
                    text: "A change has an `intent`, written before it, and an `outcome` with the number of its intent "
                        + "in `of`. At most 10,000 come at a time: hand `end` back as `from` to get what follows, or what has "
                        + "come since.",
                    parameters: [
                        .init(
                            name: "from", place: .query, isRequired: false, schema: .count,
                            text: "The number of the last record that you have; 0 or nothing for all of them."),
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
        let from = try number("from", in: request) ?? 0
        let wanted: [AuditRecord]
        if let last = try number("last", in: request) {
            wanted = try await keys.auditRecords(last: min(last, Self.mostRecords)).filter { $0.number > from }
        } else {
            wanted = try await keys.auditRecords(after: from, atMost: Self.mostRecords)
        }
        return Response(
            json: ["records": .array(wanted.map(\.json)), "end": .integer(wanted.last?.number ?? from)])
    }

    private func number(_ name: String, in request: APIRequest) throws -> Int? {
        guard let text = request.target.queryValue(name) else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw APIError.malformed("`\(name)` must be a number, 0 or more.")
        }
        return number
    }
}
