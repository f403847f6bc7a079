import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes the connections of clients that take too long, and those whose answer says that they are to be closed.
///
/// Times are kept as instants and looked at by one task of the event loop, so that a request costs no timer.
final class ConnectionDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Says that the present answer goes on for as long as there is something to tell, and that nothing follows it.
    ///
    /// A client may close its side and still want its answer; one that listens and closes its side has gone.
    struct LongAnswer: Sendable {}

    private let deadlines: ServerConfiguration.Deadlines
    private let shutdownGrace: Duration
    /// When what is awaited from the client must have come; `nil` while a request is worked on.
    private var inbound: NIODeadline?
    /// When the parts of answers that were sent and not yet taken must have been taken, the oldest first. An answer that
    /// goes on for long has a time for each part, and none while there is nothing to send.
    private var outbound = CircularBuffer<NIODeadline>()
    private var stop: NIODeadline?
    private var isReadingBody = false
    private var unanswered = 0
    private var closesAfterAnswer = false
    private var isAnswerLong = false
    private var isInputClosed = false
    private var watch: Scheduled<Void>?

    init(_ deadlines: ServerConfiguration.Deadlines, shutdownGrace: Duration) {
        self.deadlines = deadlines
        self.shutdownGrace = shutdownGrace
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { start(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { finish() }

    func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            unanswered += 1
            isReadingBody = true
            inbound = context.eventLoop.now + TimeAmount(deadlines.body)
        case .body: break
        case .end:
            isReadingBody = false
            inbound = unanswered == 0 ? context.eventLoop.now + TimeAmount(deadlines.idle) : nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            closesAfterAnswer = closesAfterAnswer || head.headerFields[.connection]?.lowercased() == "close"
            context.write(data, promise: promise)
        case .body: write(data, promise, context) {}
        case .end: write(data, promise, context) { self.answerTaken(context) }
        }
    }

    private func write(
        _ data: NIOAny, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext,
        onTaken: @escaping () -> Void
    ) {
        let promise = promise ?? context.eventLoop.makePromise()
        outbound.append(context.eventLoop.now + TimeAmount(deadlines.write))
        // Parts are taken in the order in which they were sent.
        promise.futureResult.assumeIsolated().whenComplete { _ in
            _ = self.outbound.popFirst()
            onTaken()
        }
        context.write(data, promise: promise)
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard event is LongAnswer else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        isAnswerLong = true
        promise?.succeed()
        if isInputClosed { context.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            isInputClosed = true
            if isAnswerLong { context.close(promise: nil) }
        }
        if event is ChannelShouldQuiesceEvent {
            stop = context.eventLoop.now + TimeAmount(shutdownGrace)
            look(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func start(_ context: ChannelHandlerContext) {
        guard watch == nil else { return }
        inbound = context.eventLoop.now + TimeAmount(deadlines.header)
        look(context)
    }

    private func finish() {
        watch?.cancel()
        watch = nil
    }

    private func answerTaken(_ context: ChannelHandlerContext) {
        unanswered -= 1
        if closesAfterAnswer {
            context.close(promise: nil)
        } else if unanswered == 0, !isReadingBody {
            inbound = context.eventLoop.now + TimeAmount(deadlines.idle)
        }
    }

    /// Closes the connection when a time has passed, and otherwise comes back in time for the next one.
    ///
    /// A deadline that is set later ends no sooner than the shortest one from now, so it cannot be missed.
    private func look(_ context: ChannelHandlerContext) {
        watch?.cancel()
        let now = context.eventLoop.now
        let shortest = min(deadlines.header, deadlines.body, deadlines.write, deadlines.idle)
        let next = [inbound, outbound.first, stop].compactMap { $0 }.min()
        if let next, next <= now {
            watch = nil
            context.close(promise: nil)
            return
        }
        let wake = min(next ?? .distantFuture, now + TimeAmount(shortest))
        watch = context.eventLoop.assumeIsolated().scheduleTask(deadline: wake) { self.look(context) }
    }
}

@available(*, unavailable)
extension ConnectionDeadlines: Sendable {}
