/// How far an exchange's clock is ahead of this machine's, as far as one answer tells; in milliseconds.
struct ClockOffset: Sendable {
    /// A request is not dated further back than this, since exchanges take old ones for a few seconds only.
    private static let mostCaution = 2000

    /// The likeliest, as if the answer had been made halfway between question and receipt; 0 when this machine's clock
    /// fits the answer as well, because a slow line is no wrong clock.
    let likeliest: Int
    /// With this no request is dated in the exchange's future, which some refuse at once.
    ///
    /// A first question waits for its connection, so an answer is made late rather than halfway; at the latest when it
    /// came.
    let least: Int

    /// - Returns: `nil` when the exchange's time is no time that can be counted with.
    init?(of time: Int, askedAt before: UnixTime, answeredAt after: UnixTime) {
        let span = after.milliseconds - before.milliseconds
        let (offset, isTooLarge) = time.subtractingReportingOverflow(before.milliseconds + span / 2)
        guard !isTooLarge, offset.magnitude < Int.max / 2 else { return nil }
        likeliest = offset.magnitude <= max(0, span) / 2 ? 0 : offset
        least = offset - min(Self.mostCaution, max(0, span - span / 2))
    }
}

/// How far the exchanges' clocks are ahead of this machine's, each measured at most once a minute.
actor ClockOffsets {
    private struct Measurement {
        let offset: ClockOffset
        let at: UnixTime
    }

    private static let lifetimeMilliseconds = 60_000
    private var measurements: [BaseURL: Measurement] = [:]

    /// The offset, or `nil` when it must be measured.
    func offset(of server: BaseURL, at now: UnixTime) -> ClockOffset? {
        guard let measurement = measurements[server],
            (0..<Self.lifetimeMilliseconds).contains(now.milliseconds - measurement.at.milliseconds)
        else { return nil }
        return measurement.offset
    }

    /// Keeps a measurement.
    func keep(_ offset: ClockOffset, of server: BaseURL, at now: UnixTime) {
        measurements[server] = Measurement(offset: offset, at: now)
    }
}
