import Synchronization

/// A clock whose sleepers wake when the test says so, or at once: then their time is over, too.
final class TestClock: Clock {
    struct Instant: InstantProtocol {
        var offset = Duration.zero

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var now = Instant()
        var slept: [Duration] = []
        var sleepers: [(id: Int, deadline: Instant, continuation: CheckedContinuation<Void, any Error>)] = []
        var awaited: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var cancelled: Set<Int> = []
        var lastID = 0
    }

    private let isImmediate: Bool
    private let state = Mutex(State())

    init(isImmediate: Bool = false) { self.isImmediate = isImmediate }

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .zero }
    /// Every sleep that was asked for.
    var slept: [Duration] { state.withLock { $0.slept } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.slept.append(state.now.duration(to: deadline))
            if isImmediate { state.now = max(state.now, deadline) }
            state.lastID += 1
            return state.lastID
        }
        if isImmediate { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let ready: [CheckedContinuation<Void, Never>] = state.withLock { state in
                    if state.cancelled.contains(id) {
                        continuation.resume(throwing: CancellationError())
                        return []
                    }
                    state.sleepers.append((id, deadline, continuation))
                    let count = state.sleepers.count
                    let ready = state.awaited.filter { $0.count <= count }.map(\.continuation)
                    state.awaited.removeAll { $0.count <= count }
                    return ready
                }
                for continuation in ready { continuation.resume() }
            }
        } onCancel: {
            let sleeper: CheckedContinuation<Void, any Error>? = state.withLock { state in
                state.cancelled.insert(id)
                guard let position = state.sleepers.firstIndex(where: { $0.id == id }) else { return nil }
                return state.sleepers.remove(at: position).continuation
            }
            sleeper?.resume(throwing: CancellationError())
        }
    }

    /// Returns once so many tasks sleep.
    func sleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.awaited.append((count, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let now = state.now
            let woken = state.sleepers.filter { $0.deadline <= now }.map(\.continuation)
            state.sleepers.removeAll { $0.deadline <= now }
            return woken
        }
        for continuation in woken { continuation.resume() }
    }
}

extension TestClock {
    /// Lets a second go by for the one who waits, once somebody does.
    func tick() async {
        await sleepers(1)
        advance(by: .seconds(1))
    }
}
