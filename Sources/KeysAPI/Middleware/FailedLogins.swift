import Synchronization

/// Makes guessing slow: the answer to a failed login waits, longer with each failure of the same client.
///
/// A correct login never comes here, so it is neither refused nor delayed, whoever else is guessing. The number of
/// answers that wait is bounded; past the bound a failure is answered at once, so that guessing cannot pile up
/// requests.
final class FailedLogins: Sendable {
    struct Limits: Sendable {
        var firstDelay = Duration.milliseconds(500)
        var longestDelay = Duration.seconds(4)
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

    /// Notes a failure and waits.
    ///
    /// - Parameter client: Its address; `nil` for all whose address is not known.
    /// - Returns: Whether it waited; `false` when too many answers wait already.
    /// - Throws: `CancellationError` when the server stops.
    func waitAfterFailure(of client: IPAddress?) async throws -> Bool {
        let key = client?.clientNetwork ?? []
        guard let delay = begin(key) else { return false }
        defer { end(key) }
        try await sleep(delay)
        return true
    }

    /// Forgets the failures of a client that has logged in.
    func succeed(_ client: IPAddress?) {
        let key = client?.clientNetwork ?? []
        state.withLock { state in
            guard let known = state.clients[key] else { return }
            // While an answer waits, its entry counts it.
            if known.waiting == 0 { state.clients[key] = nil } else { state.clients[key]?.failures = 0 }
        }
    }

    /// Whether no failure is remembered; then a good login has nothing to forget.
    var isEmpty: Bool { state.withLock { $0.clients.isEmpty } }

    private func begin(_ key: [UInt8]) -> Duration? {
        let now = now()
        return state.withLock { state in
            forget(in: &state, at: now)
            var client = state.clients[key] ?? Client()
            if now - client.lastFailure >= limits.memory { client.failures = 0 }
            client.failures += 1
            client.lastFailure = now
            defer { state.clients[key] = client }
            guard state.waiting < limits.waiting, client.waiting < limits.waitingOfOneClient else { return nil }
            client.waiting += 1
            state.waiting += 1
            let doublings = min(client.failures - 1, 16)
            return min(limits.firstDelay * (1 << doublings), limits.longestDelay)
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
