/// Names a counter of a store, such as the last request number that was used with an API key.
public struct CounterName: Hashable, Sendable, CustomStringConvertible {
    /// 32 lower-case hex digits.
    public let description: String

    /// Takes the fingerprint of what is counted; `nil` unless it is 32 lower-case hex digits.
    ///
    /// - Parameter text: A digest, so that it tells nothing of what is counted.
    public init?(_ text: String) {
        guard Revision(text) != nil else { return nil }
        description = text
    }
}
