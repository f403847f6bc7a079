internal import Glibc

/// One reading of the machine's clock: what has a second and a fraction of it must take both from the same one.
public struct ClockReading: Sendable, Equatable {
    /// Seconds since 1970.
    public let seconds: Int
    /// Nanoseconds of that second, below 1,000,000,000.
    public let nanoseconds: Int

    /// A reading as tests choose it.
    public init(seconds: Int, nanoseconds: Int = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Reads the clock.
    public static let now: @Sendable () -> ClockReading = {
        var clock = timespec()
        clock_gettime(CLOCK_REALTIME, &clock)
        return ClockReading(seconds: clock.tv_sec, nanoseconds: clock.tv_nsec)
    }
}
