import ExchangeVerification
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on this machine that answers every connection with prepared bytes, good or bad, and counts connections.
final class LoopbackServer: Sendable {
    /// What it does with a connection once something came in.
    enum Behaviour: Sendable {
        /// Sends these bytes and closes.
        case bytes([UInt8])
        /// Sends a head and then a body of so many bytes.
        case flood(byteCount: Int)
        /// Sends a head and then one byte now and then, for ever.
        case drip(every: TimeAmount)
        /// Closes without a word.
        case close
        /// Says nothing and keeps the connection.
        case silence
    }

    private final class Counters: Sendable {
        let connections = Mutex(0)
        let received = Mutex<[UInt8]>([])
    }

    private let channel: any Channel
    private let counters: Counters

    private init(channel: any Channel, counters: Counters) {
        self.channel = channel
        self.counters = counters
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var connections: Int { counters.connections.withLock { $0 } }
    /// Everything that came in.
    var received: String { String(decoding: counters.received.withLock { $0 }, as: UTF8.self) }

    /// Runs something with a server and stops the server afterwards.
    static func with<Value>(
        _ behaviour: Behaviour, certificate: NIOSSLContext? = nil, _ body: (LoopbackServer) async throws -> Value
    ) async throws -> Value {
        let counters = Counters()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let certificate {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: certificate))
                    }
                    try channel.pipeline.syncOperations.addHandler(Handler(behaviour: behaviour, counters: counters))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = LoopbackServer(channel: channel, counters: counters)
        do {
            let value = try await body(server)
            try await channel.close()
            return value
        } catch {
            try? await channel.close()
            throw error
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let behaviour: Behaviour
        private let counters: Counters
        private var hasAnswered = false

        init(behaviour: Behaviour, counters: Counters) {
            self.behaviour = behaviour
            self.counters = counters
        }

        func channelActive(context: ChannelHandlerContext) {
            counters.connections.withLock { $0 += 1 }
            context.fireChannelActive()
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            counters.received.withLock { $0 += Array(unwrapInboundIn(data).readableBytesView) }
            guard !hasAnswered else { return }
            hasAnswered = true
            switch behaviour {
            case .bytes(let bytes):
                write(bytes, context)
                context.close(promise: nil)
            case .flood(let byteCount):
                write(Array("HTTP/1.1 200 OK\r\nContent-Length: \(byteCount)\r\n\r\n".utf8), context)
                flood(byteCount, context)
            case .drip(let pause):
                write(Array("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".utf8), context)
                let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
                let context = NIOLoopBound(context, eventLoop: context.eventLoop)
                context.value.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { task in
                    if context.value.channel.isActive {
                        handler.value.write([0x20], context.value)
                    } else {
                        task.cancel()
                    }
                }
            case .close: context.close(promise: nil)
            case .silence: break
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        }

        /// In pieces, each sent when the one before is gone, so that the test holds no 50 MB itself.
        private func flood(_ byteCount: Int, _ context: ChannelHandlerContext) {
            guard byteCount > 0 else { return }
            let piece = min(byteCount, 1 << 18)
            let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
            let boundContext = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(repeating: 0x20, count: piece)))
                .whenSuccess { handler.value.flood(byteCount - piece, boundContext.value) }
        }
    }
}

/// An HTTP answer as bytes.
func http(_ status: String, _ body: String, headers: String = "") -> LoopbackServer.Behaviour {
    .bytes(
        Array(
            "HTTP/1.1 \(status)\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
                .utf8))
}
