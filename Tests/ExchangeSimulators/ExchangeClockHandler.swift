import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Puts the exchange's own time into the header field `Date`, where the server puts this machine's.
///
/// Some exchanges have no other clock that a caller could read.
final class ExchangeClockHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Carries the time past the server, which sets `Date` last of all; it never leaves the machine.
    static let carrier = HTTPField.Name("X-Simulated-Date")

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), let carrier = Self.carrier,
            let time = head.headerFields[carrier]
        else {
            context.write(data, promise: promise)
            return
        }
        head.headerFields[carrier] = nil
        head.headerFields[.date] = time
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}
