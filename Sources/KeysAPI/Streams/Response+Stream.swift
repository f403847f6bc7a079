import HTTPTypes
import Hummingbird
import KeyManagement
import ServiceLifecycle

extension Response {
    /// An answer that is sent part by part, for as long as there is something to tell. Its connection is closed after it.
    ///
    /// - Parameters:
    ///   - type: Its Content-Type.
    ///   - request: What it answers.
    ///   - onStop: Called when the server stops, which waits for the answer's end.
    ///   - onGone: Called when the client has closed its side.
    ///   - write: Sends the parts. It runs as the one who asked; when the client does not take a part, or is gone,
    ///     writing throws.
    /// - Returns: The answer, of which nothing has happened yet.
    static func stream(
        _ type: String, to request: APIRequest, onStop: @escaping @Sendable () -> Void,
        onGone: @escaping @Sendable () -> Void,
        _ write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) -> Response {
        let actor = AuditActor.current
        let body = ResponseBody { writer in
            try await AuditActor.$current.withValue(actor) {
                request.context.beginLongAnswer(onClosed: onGone)
                try await withGracefulShutdownHandler {
                    try await write(&writer)
                    try await writer.finish(nil)
                } onGracefulShutdown: {
                    onStop()
                }
            }
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: type, .cacheControl: "no-store", .connection: "close",
                // Proxies of the nginx kind keep parts back otherwise.
                .accelBuffering: "no",
            ], body: body)
    }
}
