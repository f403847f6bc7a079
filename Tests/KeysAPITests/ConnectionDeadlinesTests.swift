import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import KeysAPI

/// In virtual time, on a channel without a network.
@Suite("Deadlines of a connection")
struct ConnectionDeadlinesTests {
    private let channel: EmbeddedChannel
    private static let head = HTTPRequestPart.head(
        HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/"))

    init() throws {
        let deadlines = ServerConfiguration.Deadlines(
            header: .seconds(10), body: .seconds(20), write: .seconds(30), idle: .seconds(40))
        channel = EmbeddedChannel(handler: ConnectionDeadlines(deadlines, shutdownGrace: .seconds(8)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func isOpen(after seconds: Int64) -> Bool {
        channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
        return channel.isActive
    }

    private func answer(closing: Bool = false) throws {
        var response = HTTPResponse(status: .ok)
        if closing { response.headerFields[.connection] = "close" }
        try channel.writeOutbound(HTTPResponsePart.head(response))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
    }

    @Test("a header that does not come is waited for until its deadline")
    func header() {
        #expect(isOpen(after: 9))
        #expect(!isOpen(after: 1))
    }

    @Test("a body that trickles in is waited for until its deadline, however often a part comes")
    func body() throws {
        _ = isOpen(after: 9)
        try channel.writeInbound(Self.head)
        for _ in 1...3 {
            #expect(isOpen(after: 6))
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
        }
        #expect(!isOpen(after: 2))
    }

    @Test("while a request is worked on, no time runs")
    func working() throws {
        try channel.writeInbound(Self.head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        #expect(isOpen(after: 3600))
    }

    @Test("after an answer the next request is waited for until the idle deadline")
    func idle() throws {
        for _ in 1...2 {
            try channel.writeInbound(Self.head)
            try channel.writeInbound(HTTPRequestPart.end(nil))
            _ = isOpen(after: 100)
            try answer()
            #expect(isOpen(after: 39))
        }
        #expect(!isOpen(after: 1))
    }

    @Test("an answer that is not taken is waited for until the write deadline")
    func write() throws {
        try channel.writeInbound(Self.head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        channel.write(HTTPResponsePart.head(HTTPResponse(status: .ok)), promise: nil)
        channel.write(HTTPResponsePart.end(nil), promise: nil)
        #expect(isOpen(after: 29))
        #expect(!isOpen(after: 1))
    }

    private func beginAnswer() throws {
        try channel.writeInbound(Self.head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
    }

    @Test("an answer that goes on has a deadline for each part, and none while there is nothing to send")
    func parts() throws {
        try beginAnswer()
        for _ in 1...3 {
            #expect(isOpen(after: 3600))
            try channel.writeOutbound(HTTPResponsePart.body(ByteBuffer(string: "news")))
        }
        channel.write(HTTPResponsePart.body(ByteBuffer(string: "news")), promise: nil)
        #expect(isOpen(after: 20))
        channel.write(HTTPResponsePart.body(ByteBuffer(string: "more")), promise: nil)
        #expect(isOpen(after: 9))
        #expect(!isOpen(after: 1))
    }

    @Test("a client that takes one part late has a new deadline for the next one, not for all that wait")
    func oldestPart() throws {
        try beginAnswer()
        channel.write(HTTPResponsePart.body(ByteBuffer(string: "first")), promise: nil)
        #expect(isOpen(after: 29))
        channel.flush()
        channel.write(HTTPResponsePart.body(ByteBuffer(string: "second")), promise: nil)
        #expect(isOpen(after: 29))
        #expect(!isOpen(after: 1))
    }

    @Test(
        "a client that closes its side has gone if it was listening, and else still gets its answer",
        arguments: [true, false])
    func closedInput(isFirst: Bool) throws {
        try beginAnswer()
        if isFirst { channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        #expect(isOpen(after: 1))
        channel.pipeline.triggerUserOutboundEvent(ConnectionDeadlines.LongAnswer(), promise: nil)
        #expect(isOpen(after: 1) == !isFirst)
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(!isOpen(after: 1))
    }

    @Test("an early answer does not end the deadline of the body that is still coming")
    func earlyAnswer() throws {
        try channel.writeInbound(Self.head)
        try answer()
        #expect(isOpen(after: 19))
        #expect(!isOpen(after: 1))
    }

    @Test("an answer that says so closes the connection")
    func closing() throws {
        try channel.writeInbound(Self.head)
        try answer(closing: true)
        channel.embeddedEventLoop.run()
        #expect(!channel.isActive)
    }

    @Test("of two requests that were sent at once, the second has no deadline while it waits for its answer")
    func pipelined() throws {
        for _ in 1...2 {
            try channel.writeInbound(Self.head)
            try channel.writeInbound(HTTPRequestPart.end(nil))
        }
        try answer()
        #expect(isOpen(after: 3600))
        try answer()
        #expect(!isOpen(after: 40))
    }

    @Test("when the server stops, a connection that is still open after the grace is closed")
    func shutdown() throws {
        try channel.writeInbound(Self.head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(isOpen(after: 7))
        #expect(!isOpen(after: 1))
    }
}
