import HTTPTypes
import Hummingbird
import Logging
import NIOCore

extension ExchangeSimulator {
    /// The exchange as a server on a free port of the loopback.
    ///
    /// - Parameters:
    ///   - port: The port; 0 for any that is free.
    ///   - isRunning: Told the port once the server listens.
    /// - Returns: A server that listens once it is run.
    nonisolated func server(
        port: Int, isRunning: @escaping @Sendable (Int) -> Void
    ) -> Application<CallbackResponder<BasicRequestContext>> {
        loopbackServer(port: port, isRunning: isRunning) { request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            let answer = try await self.answer(
                to: SimulatedRequest(
                    method: request.method.rawValue, target: request.head.path ?? "/",
                    fields: request.headers.map { ($0.name.canonicalName, $0.value) },
                    body: Array(body.readableBytesView)))
            return answer.response
        }
    }
}

/// A server without routes on the loopback.
func loopbackServer(
    port: Int, isRunning: @escaping @Sendable (Int) -> Void,
    respond: @escaping @Sendable (Request, BasicRequestContext) async throws -> Response
) -> Application<CallbackResponder<BasicRequestContext>> {
    Application(
        responder: CallbackResponder(callback: respond),
        server: .http1(configuration: .init(additionalChannelHandlers: [ExchangeClockHandler()])),
        configuration: .init(address: .hostname("127.0.0.1", port: port)),
        onServerRunning: { channel in isRunning(channel.localAddress?.port ?? 0) },
        logger: quietLogger)
}

/// Callers that hang up are what tests are about, not errors.
let quietLogger = {
    var logger = Logger(label: "exchange-simulator")
    logger.logLevel = .critical
    return logger
}()

/// Ends a connection in the middle of an answer.
private struct CutShort: Error {}

extension SimulatedAnswer {
    fileprivate var response: Response {
        var headers = HTTPFields()
        for field in fields {
            let name = field.name == .date ? ExchangeClockHandler.carrier : HTTPField.Name(field.name.rawValue)
            if let name { headers[name] = field.value }
        }
        return Response(status: .init(code: status), headers: headers, body: responseBody)
    }

    private var responseBody: ResponseBody {
        switch body {
        case .whole(let bytes): ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .truncated(let bytes, let promised):
            ResponseBody(contentLength: promised) { writer in
                try await writer.write(ByteBuffer(bytes: bytes))
                throw CutShort()
            }
        case .huge(let count):
            ResponseBody(contentLength: count) { writer in
                let piece = ByteBuffer(repeating: UInt8(ascii: " "), count: 65536)
                for start in stride(from: 0, to: count, by: 65536) {
                    try await writer.write(piece.getSlice(at: 0, length: min(65536, count - start)) ?? piece)
                }
                try await writer.finish(nil)
            }
        case .dripping(let bytes, let pause):
            ResponseBody { writer in
                for byte in bytes {
                    try await Task.sleep(for: .milliseconds(pause))
                    try await writer.write(ByteBuffer(bytes: [byte]))
                }
                try await writer.finish(nil)
            }
        case .never:
            ResponseBody(contentLength: 1) { _ in try await Task.sleep(for: .seconds(3600)) }
        }
    }
}
