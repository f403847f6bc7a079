public import Hummingbird
import NIOCore

/// What travels with a request: its logger, its id and the connection that it came by.
public struct APIContext: RequestContext {
    /// The framework's part.
    public var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    /// Takes the connection and the logger that the server made for the request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The address at the other end of the connection; `nil` when it is no IP connection.
    var peerAddress: IPAddress? { channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) } }

    /// Tells the connection that its answer goes on for long, so that it is closed as soon as the client closes its side.
    ///
    /// - Parameter onClosed: Called when the connection is closed, at the answer's end at the latest.
    func beginLongAnswer(onClosed: @escaping @Sendable () -> Void) {
        channel.closeFuture.whenComplete { _ in onClosed() }
        channel.triggerUserOutboundEvent(ConnectionDeadlines.LongAnswer(), promise: nil)
    }
}
