/// Why a text is not JSON. It tells where and what was expected, never what stood there.
public struct JSONParsingError: Error, Equatable {
    /// What was expected or found; the raw value is the wording that Python's parser uses, which clients of the
    /// Hummingbot API know from its answers.
    public enum Reason: String, Sendable {
        /// No value begins here, or it is `NaN` or an infinity.
        case expectingValue = "Expecting value"
        /// A member of an object does not begin with a quotation mark.
        case expectingName = "Expecting property name enclosed in double quotes"
        /// A member's name is not followed by a colon.
        case expectingColon = "Expecting ':' delimiter"
        /// A member or an element is followed neither by a comma nor by the closing bracket.
        case expectingComma = "Expecting ',' delimiter"
        /// The text ends inside a string; the place is where the string begins.
        case unterminatedString = "Unterminated string starting at"
        /// A line break, tab or another control character stands unescaped in a string.
        case controlCharacter = "Invalid control character at"
        /// A backslash is followed by something that cannot be escaped.
        case invalidEscape = "Invalid \\escape"
        /// `\u` is not followed by four hex digits, or half a surrogate pair stands alone.
        case invalidUnicodeEscape = "Invalid \\uXXXX escape"
        /// Something follows the value.
        case extraData = "Extra data"
        /// Arrays and objects are nested more than 64 levels deep. Python has no such words.
        case tooDeep = "Nested too deeply"
        /// The bytes are not UTF-8. Python has no such words.
        case notUTF8 = "Not valid UTF-8"
    }

    /// What was expected or found.
    public let reason: Reason
    /// The place, in Unicode scalars from the start, as Python counts; a byte order mark does not count. Where the
    /// bytes are not UTF-8, each faulty stretch before the place counts as one.
    public let offset: Int

    /// Describes a fault.
    ///
    /// - Parameters:
    ///   - reason: What was expected or found.
    ///   - offset: The place, in Unicode scalars from the start.
    public init(reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}
