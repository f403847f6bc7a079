import Crypto
import Synchronization

/// Makes guessing slow: the answer to a failed guess waits, longer with each failure of the same client, and for as long
/// as it waits the guess takes one of the client's few places.
///
/// While all its places are taken, nothing that a client sends may be looked at, right or wrong: whatever tells the two
/// apart at once can be asked as fast as the network carries it. A place is free again when its time is over, whether
/// somebody still waits for the answer or not, so that a client waits for the longest delay at most before it is heard
/// again. The same guess takes no second place: who repeats it learns nothing, and a program with an old password leaves
/// room for the right one.
///
/// The number of answers that wait is bounded; past the bound a failure is answered at once, so that guessing cannot
/// pile up requests.
final class FailedGuesses: Sendable {
    /// What was guessed, for knowing it again: a digest that nobody without the key can make.
    struct Guess: Hashable, Sendable {
        private let digest: HashedAuthenticationCode<SHA256>

        init(_ bytes: some Sequence<UInt8>, under key: SymmetricKey) {
            digest = HMAC<SHA256>.authenticationCode(for: Array(bytes), using: key)
        }
    }

    struct Limits: Sendable {
        var firstDelay = Duration.milliseconds(500)
        var longestDelay = Duration.seconds(4)
        /// How many different guesses of one client have a place.
        var places = 4
        /// How many answers may wait at once, of all clients and of one.
        var waiting = 32
        var waitingOfOneClient = 4
        /// How many clients are remembered, and for how long after their last failure.
        var remembered = 1024
        var memory = Duration.seconds(900)
    }

    private struct Client {
        var failures = 0
        var waiting = 0
        var lastFailure = Duration.zero
        /// Until when each guess has its place.
        var places: [Guess: Duration] = [:]

        func takenPlaces(at now: Duration) -> Int { places.values.count { $0 > now } }

        mutating func take(_ guess: Guess, until end: Duration, at now: Duration, of limit: Int) {
            places = places.filter { $0.value > now }
            if places[guess] != nil || places.count < limit { places[guess] = end }
        }
    }

    private struct State {
        var clients: [[UInt8]: Client] = [:]
        var waiting = 0
    }

    private let limits: Limits
    private let now: @Sendable () -> Duration
    private let sleep: @Sendable (Duration) async throws -> Void
    private let state = Mutex(State())

    init(limits: Limits = Limits(), clock: some Clock<Duration> & Sendable) {
        self.limits = limits
        let start = clock.now
        now = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(for: $0) }
    }

    /// Whether nothing that a client sends must be looked at now.
    ///
    /// - Parameter client: Its address; `nil` for all whose address is not known.
    /// - Returns: `true` while all its places are taken.
    func isClosed(to client: IPAddress?) -> Bool {
        let now = now()
        return state.withLock { state in
            state.clients[Self.key(client)].map { $0.takenPlaces(at: now) >= limits.places } ?? false
        }
    }

    /// Notes a failure and waits.
    ///
    /// The failure is noted before anything is awaited: of guesses that come at the same time, no more are looked at than
    /// there are places, but for those that other threads have in hand.
    ///
    /// - Parameters:
    ///   - guess: What takes a place; `nil` for a client that is always heard.
    ///   - client: Its address; `nil` for all whose address is not known.
    ///   - record: What is to be done about the failure before the wait.
    /// - Returns: Whether it waited; `false` when too many answers wait already.
    /// - Throws: `CancellationError` when the server stops.
    func wait(
        after guess: Guess?, of client: IPAddress?, recording record: () async -> Void = {}
    ) async throws -> Bool {
        let key = Self.key(client)
        let delay = begin(key, guess)
        defer { if delay != nil { end(key) } }
        await record()
        guard let delay else { return false }
        try await sleep(delay)
        return true
    }

    /// Forgets the failures of a client that was right. Places stay taken for their time: another one may be guessing from
    /// the same network.
    func succeed(_ client: IPAddress?) {
        let (key, now) = (Self.key(client), now())
        state.withLock { state in
            guard let known = state.clients[key] else { return }
            // While an answer waits, its entry counts it.
            if known.waiting == 0, known.takenPlaces(at: now) == 0 {
                state.clients[key] = nil
            } else {
                state.clients[key]?.failures = 0
            }
        }
    }

    /// Whether no failure is remembered; then who is right has nothing to forget, and nobody's places are taken.
    var isEmpty: Bool { state.withLock { $0.clients.isEmpty } }

    private static func key(_ client: IPAddress?) -> [UInt8] { client?.clientNetwork ?? [] }

    private func begin(_ key: [UInt8], _ guess: Guess?) -> Duration? {
        let now = now()
        return state.withLock { state in
            forget(in: &state, at: now)
            var client = state.clients[key] ?? Client()
            if now - client.lastFailure >= limits.memory { client.failures = 0 }
            client.failures += 1
            client.lastFailure = now
            let doublings = min(client.failures - 1, 16)
            let delay = min(limits.firstDelay * (1 << doublings), limits.longestDelay)
            if let guess { client.take(guess, until: now + delay, at: now, of: limits.places) }
            defer { state.clients[key] = client }
            guard state.waiting < limits.waiting, client.waiting < limits.waitingOfOneClient else { return nil }
            client.waiting += 1
            state.waiting += 1
            return delay
        }
    }

    private func end(_ key: [UInt8]) {
        state.withLock { state in
            state.clients[key]?.waiting -= 1
            state.waiting -= 1
        }
    }

    /// Drops who has been quiet for long and, when the table is full, who has been quiet the longest.
    private func forget(in state: inout State, at now: Duration) {
        guard state.clients.count >= limits.remembered else { return }
        state.clients = state.clients.filter { $0.value.waiting > 0 || now - $0.value.lastFailure < limits.memory }
        guard state.clients.count >= limits.remembered else { return }
        let oldest = state.clients.filter { $0.value.waiting == 0 }.min { $0.value.lastFailure < $1.value.lastFailure }
        if let oldest { state.clients[oldest.key] = nil }
    }
}
