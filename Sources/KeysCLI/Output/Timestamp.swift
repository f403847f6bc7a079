import ExchangeVerification

/// Moments for people and programs, always in UTC.
enum Timestamp {
    /// `2026-11-21T09:03:01Z` for seconds since 1970.
    static func text(_ seconds: Int) -> String { UnixTime(seconds: seconds).description }

    /// Seconds since 1970 for what ``text(_:)`` makes; `nil` for anything else.
    static func seconds(_ text: String) -> Int? {
        UnixTime(iso8601: text).flatMap { $0.description == text ? $0.seconds : nil }
    }
}
