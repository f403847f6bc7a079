/// How far the exchanges' clocks are ahead of this machine's, each measured at most once a minute.
actor ClockOffsets {
    private struct Measurement {
        let offset: Int
        let at: UnixTime
    }

    private static let lifetimeMilliseconds = 60_000
    private var measurements: [BaseURL: Measurement] = [:]

    /// The offset in milliseconds, or `nil` when it must be measured.
    func offset(of server: BaseURL, at now: UnixTime) -> Int? {
        guard let measurement = measurements[server],
            (0..<Self.lifetimeMilliseconds).contains(now.milliseconds - measurement.at.milliseconds)
        else { return nil }
        return measurement.offset
    }

    /// Keeps a measurement.
    func keep(_ offset: Int, of server: BaseURL, at now: UnixTime) {
        measurements[server] = Measurement(offset: offset, at: now)
    }
}
