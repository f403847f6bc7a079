internal import Credentials
internal import EthereumKeyfile
internal import Synchronization

/// Runs key derivations on threads of their own, one a core, and never more at once than fit the memory budget.
///
/// A derivation holds its thread for a third of a second or more; on the cooperative pool a few of them would stop
/// every request.
final class DerivationPool: Sendable {
    private let threads: BlockingThreads
    private let budget = MemoryBudget(
        byteCount: KeyDerivation.Limit.memoryByteCount + KeyDerivation.Limit.extraMemoryByteCount)
    private let count = Atomic<Int>(0)

    init(threadCount: Int) { threads = BlockingThreads(count: threadCount) }

    /// How many derivations were begun.
    var derivationCount: Int { count.load(ordering: .relaxed) }

    /// Derives a key; waits in line for a thread and for memory.
    ///
    /// - Throws: `KeyfileError`.
    func derive(_ derivation: KeyDerivation, from password: Secret) async throws -> DerivedKey {
        count.add(1, ordering: .relaxed)
        let byteCount = derivation.memoryByteCount
        await budget.take(byteCount)
        do {
            let key = try await threads.run { try derivation.derive(from: password.exposed()) }
            await budget.giveBack(byteCount)
            return key
        } catch {
            await budget.giveBack(byteCount)
            throw error
        }
    }
}

/// Lets takers of memory through in the order of their coming, as long as what they hold together fits.
actor MemoryBudget {
    private let byteCount: Int
    private var free: Int
    private var waiting: [(byteCount: Int, continuation: CheckedContinuation<Void, Never>)] = []

    init(byteCount: Int) {
        self.byteCount = byteCount
        free = byteCount
    }

    /// - Parameter requested: In bytes; more than the whole budget is treated as all of it.
    func take(_ requested: Int) async {
        let needed = min(requested, byteCount)
        if waiting.isEmpty, needed <= free {
            free -= needed
        } else {
            await withCheckedContinuation { waiting.append((needed, $0)) }
        }
    }

    func giveBack(_ requested: Int) {
        free += min(requested, byteCount)
        while let next = waiting.first, next.byteCount <= free {
            free -= next.byteCount
            waiting.removeFirst()
            next.continuation.resume()
        }
    }
}
