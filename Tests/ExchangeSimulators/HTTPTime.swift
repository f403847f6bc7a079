import Foundation

/// Times as HTTP writes them: `Tue, 14 Nov 2023 22:13:20 GMT`.
enum HTTPTime {
    /// The text of a time, in whole seconds.
    static func text(_ time: Date) -> String {
        let style = Date.VerbatimFormatStyle(
            format: """
                \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .defaultDigits) \
                \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\
                \(second: .twoDigits) GMT
                """,
            locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
        return time.formatted(style)
    }
}
