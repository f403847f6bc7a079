import Credentials
import KeyManagement
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing
import VaultTesting

@testable import KeysAPI

/// A server that listens on a port of its own.
struct LiveServer: Sendable {
    let port: Int
    let folder: String
    let keys: KeyManager
    let log: LogRecorder
    let services: ServiceGroup

    /// Sends bytes and reads until the server closes the connection.
    func exchange(_ request: String) async throws -> String {
        try await connect { inbound, outbound in
            var answer = ""
            // The server may close before it has read everything: then the connection ends with a reset.
            do {
                try await outbound.write(ByteBuffer(string: request))
                for try await part in inbound { answer += String(buffer: part) }
            } catch is IOError {} catch is ChannelError {}
            return answer
        }
    }

    func connect<Value: Sendable>(
        _ body:
            @Sendable (
                NIOAsyncChannelInboundStream<ByteBuffer>, NIOAsyncChannelOutboundWriter<ByteBuffer>
            ) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in try await body(inbound, outbound) }
    }

    /// A request with the login, as a program would send it.
    static func request(_ method: String, _ path: String, _ body: String = "", more: String = "") -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: \(APITester.login)\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\(more)\r\n\(body)"
    }
}

/// Runs a test against a listening server over a new, unlocked vault; `onStopped` when every request has come to its end.
func withServer(
    _ configuration: ServerConfiguration? = nil, verification: KeyVerification? = nil,
    clock: some Clock<Duration> & Sendable = ContinuousClock(),
    onStopped: @Sendable (LiveServer) async throws -> Void = { _ in },
    _ body: @Sendable (LiveServer) async throws -> Void
) async throws {
    let configuration = try configuration ?? testConfiguration()
    try await withTemporaryFolder { folder in
        let log = LogRecorder()
        let keys = try await TestVault.created(at: folder, verification: verification)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = try buildApplication(
            configuration: configuration, keys: keys, catalog: .standard, logger: log.logger,
            clock: clock, onListening: { port.yield($0) })
        let services = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [application], logger: log.logger))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            let number = try #require(await ports.first { _ in true })
            let server = LiveServer(port: number, folder: folder, keys: keys, log: log, services: services)
            try await body(server)
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            try await onStopped(server)
        }
    }
}
