/// A length of time as people type it.
enum TimeSpan {
    /// Seconds of `45s`, `10m`, `12h`, `30d`, `2w`; `nil` for anything else.
    static func seconds(_ text: String) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()), number >= 0 else {
            return nil
        }
        let (seconds, overflows) = number.multipliedReportingOverflow(by: unit)
        return overflows ? nil : seconds
    }
}
