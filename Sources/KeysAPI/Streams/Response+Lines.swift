import Hummingbird
import OrderedJSON

extension Response {
    /// The Content-Type of JSON values, each in a line of its own.
    static let linesType = "application/x-ndjson"

    /// An answer of one JSON value a line, each sent as soon as it is there.
    ///
    /// - Parameters:
    ///   - lines: The lines; the answer ends with them, or when the client is gone.
    ///   - request: What it answers.
    ///   - onStop: Called when the server stops.
    ///   - onGone: Called when the client has closed its side.
    ///   - outlivesClient: Whether the work goes on when nobody takes the lines any more.
    ///   - work: Makes the lines and finishes them. It is cancelled when the lines have ended before it.
    /// - Returns: The answer, of which nothing has happened yet.
    static func lines(
        _ lines: AsyncStream<JSON>, to request: APIRequest, onStop: @escaping @Sendable () -> Void,
        onGone: @escaping @Sendable () -> Void, outlivesClient: Bool = false,
        while work: @escaping @Sendable () async throws -> Void
    ) -> Response {
        .stream(linesType, to: request, onStop: onStop, onGone: onGone) { writer in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await work() }
                var hasClient = true
                for await line in lines where hasClient {
                    do {
                        try await writer.write(ByteBuffer(string: line.text() + "\n"))
                    } catch  where outlivesClient {
                        hasClient = false
                    }
                }
                group.cancelAll()
            }
        }
    }
}

extension APIRequest {
    /// Whether the client takes an answer in lines.
    var acceptsLines: Bool { headers[.accept]?.lowercased().contains(Response.linesType) ?? false }
}

extension JSON {
    /// The line that says what ended an answer.
    static func error(_ problem: JSON) -> JSON { ["event": "error", "problem": problem] }

    /// A line of an object's members.
    static func event(_ name: String, _ object: JSON) -> JSON {
        let members = object.objectValue?.members.map { ($0.name, $0.value) } ?? []
        return .object(JSONObject([("event", .string(name))] + members))
    }
}
