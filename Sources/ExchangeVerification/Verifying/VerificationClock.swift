/// The time and the waiting of a verifier, as values, so that tests neither wait nor depend on the hour.
public struct VerificationClock: Sendable {
    /// What time it is.
    public let now: @Sendable () -> UnixTime
    /// Waits; throws `CancellationError` when the task is cancelled.
    public let sleep: @Sendable (Duration) async throws -> Void

    /// A clock of the given parts.
    public init(
        now: @escaping @Sendable () -> UnixTime, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// This machine's clock.
    public static let system = VerificationClock(now: { UnixTime.now() }, sleep: { try await Task.sleep(for: $0) })
}
