/// Lets checks start: a few at once for each exchange, and never two with the same key.
///
/// An actor, because every check of a process goes through it, whoever asked. First come, first served, except that a
/// check whose key is busy lets others pass.
actor ProbeQueue {
    private struct Waiting {
        let id: Int
        let exchange: String
        let key: KeyFingerprint
        let continuation: CheckedContinuation<Bool, Never>
    }

    private let limitPerExchange: Int
    private var running: [String: Int] = [:]
    private var busyKeys: Set<KeyFingerprint> = []
    private var waiting: [Waiting] = []
    private var lastID = 0

    init(limitPerExchange: Int) { self.limitPerExchange = max(1, limitPerExchange) }

    /// Runs a check when its turn comes.
    ///
    /// - Returns: What `body` returns, or `nil` when the task was cancelled while it waited.
    nonisolated func run<Value: Sendable>(
        _ exchange: String, _ key: KeyFingerprint, _ body: () async -> Value
    ) async -> Value? {
        guard await enter(exchange, key) else { return nil }
        let value = await body()
        await leave(exchange, key)
        return value
    }

    private func enter(_ exchange: String, _ key: KeyFingerprint) async -> Bool {
        if Task.isCancelled { return false }
        if mayStart(exchange, key) {
            start(exchange, key)
            return true
        }
        lastID += 1
        let id = lastID
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(returning: false)
                } else {
                    waiting.append(Waiting(id: id, exchange: exchange, key: key, continuation: continuation))
                }
            }
        } onCancel: {
            Task { await self.giveUp(id) }
        }
    }

    private func leave(_ exchange: String, _ key: KeyFingerprint) {
        running[exchange, default: 1] -= 1
        if running[exchange] == 0 { running[exchange] = nil }
        busyKeys.remove(key)
        var position = 0
        while position < waiting.count {
            let next = waiting[position]
            if mayStart(next.exchange, next.key) {
                waiting.remove(at: position)
                start(next.exchange, next.key)
                next.continuation.resume(returning: true)
            } else {
                position += 1
            }
        }
    }

    private func giveUp(_ id: Int) {
        guard let position = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: position).continuation.resume(returning: false)
    }

    private func mayStart(_ exchange: String, _ key: KeyFingerprint) -> Bool {
        running[exchange, default: 0] < limitPerExchange && !busyKeys.contains(key)
    }

    private func start(_ exchange: String, _ key: KeyFingerprint) {
        running[exchange, default: 0] += 1
        busyKeys.insert(key)
    }
}
