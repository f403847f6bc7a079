internal import Glibc

/// A moment in milliseconds since 1970, the unit in which most exchanges count.
public struct UnixTime: Hashable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int

    /// The years 1 to 9999, so that what an exchange makes up neither overflows nor breaks the text.
    private static let range = -62_135_596_800_000...253_402_300_799_999

    /// A moment that many milliseconds after 1970, held to the years 1 to 9999.
    public init(milliseconds: Int) {
        self.milliseconds = min(max(milliseconds, Self.range.lowerBound), Self.range.upperBound)
    }

    /// A moment that many seconds after 1970.
    public init(seconds: Int) {
        let (product, isTooLarge) = seconds.multipliedReportingOverflow(by: 1000)
        self.init(milliseconds: isTooLarge ? (seconds < 0 ? .min : .max) : product)
    }

    /// Whole seconds since 1970, rounded down.
    public var seconds: Int { (milliseconds - (milliseconds % 1000 + 1000) % 1000) / 1000 }

    /// What this machine's clock says.
    public static func now() -> UnixTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UnixTime(milliseconds: time.tv_sec * 1000 + time.tv_nsec / 1_000_000)
    }

    /// The moment that many milliseconds later, or earlier.
    public func advanced(by milliseconds: Int) -> UnixTime {
        let (sum, isTooLarge) = self.milliseconds.addingReportingOverflow(milliseconds)
        return isTooLarge ? self : UnixTime(milliseconds: sum)
    }
}

extension UnixTime: Comparable {
    /// By time.
    public static func < (left: UnixTime, right: UnixTime) -> Bool { left.milliseconds < right.milliseconds }
}

// ISO 8601 in UTC, by the arithmetic of Howard Hinnant's "chrono-compatible low-level date algorithms".
extension UnixTime: CustomStringConvertible {
    /// In UTC to the second, such as `2026-11-21T09:03:01Z`.
    public var description: String { text(hasMilliseconds: false) }

    /// In UTC to the millisecond, such as `2026-11-21T09:03:01.120Z`.
    public var descriptionWithMilliseconds: String { text(hasMilliseconds: true) }

    private func text(hasMilliseconds: Bool) -> String {
        let secondOfDay = (seconds % 86400 + 86400) % 86400
        let (year, month, day) = Self.date(ofDay: (seconds - secondOfDay) / 86400)
        let fraction = hasMilliseconds ? "." + Self.digits((milliseconds % 1000 + 1000) % 1000, 3) : ""
        return Self.digits(year, 4) + "-" + Self.digits(month, 2) + "-" + Self.digits(day, 2) + "T"
            + Self.digits(secondOfDay / 3600, 2) + ":" + Self.digits(secondOfDay / 60 % 60, 2) + ":"
            + Self.digits(secondOfDay % 60, 2) + fraction + "Z"
    }

    /// Reads a moment in UTC; `nil` for any other form.
    ///
    /// - Parameter text: Such as `2026-11-21T09:03:01Z`, with or without a fraction of the second.
    public init?(iso8601 text: String) {
        let bytes = Array(text.utf8)
        let separators: [Int: Character] = [4: "-", 7: "-", 10: "T", 13: ":", 16: ":"]
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"),
            separators.allSatisfy({ bytes[$0.key] == $0.value.asciiValue })
        else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            let digits = bytes[range]
            guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return Int(String(decoding: digits, as: UTF8.self))
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month),
            (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var fraction = 0
        if bytes.count > 20 {
            guard bytes[19] == UInt8(ascii: "."), bytes.count > 21, bytes.count < 32,
                number(20..<(bytes.count - 1)) != nil
            else { return nil }
            let digits = (Array(bytes[20..<(bytes.count - 1)]) + Array("000".utf8)).prefix(3)
            fraction = Int(String(decoding: digits, as: UTF8.self)) ?? 0
        }
        let days = Self.day(of: year, month, day)
        self.init(milliseconds: ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + fraction)
    }

    private static func digits(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    /// The days from 1970-01-01 to a date.
    private static func day(of year: Int, _ month: Int, _ day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date of a day, counted from 1970-01-01.
    private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }
}
