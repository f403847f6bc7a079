internal import Synchronization

/// Answers with the tree as it is now, reading it only when it may have changed.
///
/// With a watch, an unchanged tree costs one system call; without one, every question looks at every file's status.
final class SnapshotCache: Sendable {
    private struct State {
        var snapshot: StoreSnapshot?
        var isStale = true
        /// The reading that is under way; it covers every change that was not yet noticed when it began.
        var reading: Task<StoreSnapshot, any Error>?
        /// Counts the readings, so that one that ends knows whether a later one stands in line.
        var lastReading: UInt64 = 0
        /// The last reading that has begun to look: what changes from then on, it may miss.
        var lastBegun: UInt64 = 0
    }

    private let state = Mutex(State())
    private let watch: TreeWatch?
    private let threads: BlockingThreads
    private let read: @Sendable ((Folder) -> Void) throws -> TreeReader.Tree

    /// - Parameters:
    ///   - watch: Notices changes; worth it for a server, not for a single command.
    ///   - threads: Where the reading runs, since it blocks.
    ///   - read: Reads the tree and names every folder before it looks into it.
    init(
        watch: TreeWatch?, threads: BlockingThreads,
        read: @escaping @Sendable ((Folder) -> Void) throws -> TreeReader.Tree
    ) {
        self.watch = watch
        self.threads = threads
        self.read = read
    }

    /// The tree with every change that was finished before this call.
    func snapshot() async throws -> StoreSnapshot {
        let answer: Answer = state.withLock { state in
            if watch?.takeChanges() ?? true { state.isStale = true }
            if let reading = state.reading, !state.isStale || state.lastBegun < state.lastReading {
                // One that has not begun covers everything that was noticed until now.
                if state.lastBegun < state.lastReading { state.isStale = false }
                return .coming(reading)
            }
            if !state.isStale, let snapshot = state.snapshot { return .ready(snapshot) }
            // What is noticed from here on makes the tree stale again.
            state.isStale = false
            state.lastReading += 1
            let reading = Task { [earlier = state.reading, number = state.lastReading] in
                _ = try? await earlier?.value
                return try await self.readNow(number)
            }
            state.reading = reading
            return .coming(reading)
        }
        switch answer {
        case .ready(let snapshot): return snapshot
        case .coming(let reading): return try await reading.value
        }
    }

    private enum Answer {
        case ready(StoreSnapshot)
        case coming(Task<StoreSnapshot, any Error>)
    }

    private func readNow(_ number: UInt64) async throws -> StoreSnapshot {
        do {
            let tree = try await threads.run {
                self.state.withLock { $0.lastBegun = number }
                self.watch?.beginRound()
                defer { self.watch?.endRound() }
                return try self.read { self.watch?.add($0) }
            }
            let snapshot = StoreSnapshot(
                generation: number, accounts: tree.accounts, warnings: tree.warnings, outcomes: tree.outcomes)
            state.withLock { state in
                state.snapshot = snapshot
                if state.lastReading == number { state.reading = nil }
            }
            return snapshot
        } catch {
            state.withLock { state in
                state.isStale = true
                if state.lastReading == number { state.reading = nil }
            }
            throw error
        }
    }
}
