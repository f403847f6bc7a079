internal import NIOPosix

/// Threads for work that blocks or computes for long, so that the cooperative pool never waits for it.
///
/// They start on creation and end when the last reference goes.
final class BlockingThreads: Sendable {
    private let pool: NIOThreadPool

    init(count: Int) {
        pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
    }

    deinit { pool.shutdownGracefully { _ in } }

    /// Runs `work` on one of the threads; waits in line while all are busy.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await pool.runIfActive(work)
    }
}
