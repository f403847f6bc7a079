/// A value that must not reach a log, an error text, a crash report or an API answer.
///
/// Not `Codable` and not expressible by a literal, so that exposing one takes a visible call.
/// This guards against accidents, not against a reader of the process's memory.
public struct Secret: Sendable {
    private let value: String

    /// Wraps a text.
    public init(_ value: String) { self.value = value }

    /// The plaintext. Keep the result local and short-lived.
    public func exposed() -> String { value }

    /// Whether the text has no characters.
    public var isEmpty: Bool { value.isEmpty }
}

extension Secret: Equatable {
    /// Compares without stopping at the first difference; the time taken tells only the lengths.
    public static func == (left: Secret, right: Secret) -> Bool {
        let (left, right) = (Array(left.value.utf8), Array(right.value.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<secret>`.
    public var description: String { "<secret>" }
    /// Always `<secret>`.
    public var debugDescription: String { "<secret>" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
