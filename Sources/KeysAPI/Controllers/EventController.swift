import Hummingbird
import KeyManagement
import OrderedJSON

/// `/v1`: news of the vault as they happen.
struct EventController: Sendable {
    let keys: any KeyOperations
    let sessions: SessionTable
    let slots: Slots
    let sleep: @Sendable (Duration) async throws -> Void

    /// How long a change may go unnoticed.
    private static let interval = Duration.seconds(1)

    var endpoints: [Endpoint] { [Endpoint(Self.events, handler: listen)] }

    func listen(_ request: APIRequest) throws -> Response {
        let slot = try slots.take()
        let feed = EventFeed(keys: keys, sessions: sessions, session: request.sessionKey)
        // A look that comes while the last one's news are still being sent is one with the next.
        let (looks, look) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let end: @Sendable () -> Void = { look.finish() }
        return .stream("text/event-stream", to: request, onStop: end, onGone: end) { writer in
            defer { withExtendedLifetime(slot) {} }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while true {
                        look.yield()
                        try await sleep(Self.interval)
                    }
                }
                var feed = feed
                for await _ in looks {
                    guard let text = try await feed.look() else { continue }
                    try await writer.write(ByteBuffer(string: text))
                    if feed.isOver { break }
                }
                group.cancelAll()
            }
        }
    }

    private static let events = Route(
        .get, "/v1/events", dialect: .versioned, isBackground: true,
        Operation(
            id: "v1_events", chapter: .overview, summary: "News of the vault as they happen, as server-sent events.",
            text: "`overview`, at once and with every change, has the overview's `generation` and the vault's `state`. "
                + "`problem` says why the vault cannot be read. `signed-out` comes last when the session has ended. "
                + "Listening does not count as use of a session.",
            answers: [
                .init(200, "The events, until one side ends.", .events(["overview", "problem", "signed-out"])),
                .init(
                    503, "Too many are listening already, or the server is stopping.", .json(.named("Problem")),
                    headers: ["Retry-After"]),
            ]))
}
