/// Why a text is not JSON. It tells where and what was expected, never what stood there.
public struct JSONParsingError: Error, Equatable {
    /// What was expected or found; the raw value is the wording that Python's parser uses, which clients of the
    /// Hummingbot API know from its answers.
    public enum Reason: String, Sendable {
        case expectingValue = "Expecting value"
        case expectingName = "Expecting property name enclosed in double quotes"
        case expectingColon = "Expecting ':' delimiter"
        case expectingComma = "Expecting ',' delimiter"
        case unterminatedString = "Unterminated string starting at"
        case controlCharacter = "Invalid control character at"
        case invalidEscape = "Invalid \\escape"
        case invalidUnicodeEscape = "Invalid \\uXXXX escape"
        case extraData = "Extra data"
        case tooDeep = "Nested too deeply"
        case notUTF8 = "Not valid UTF-8"
    }

    /// What was expected or found.
    public let reason: Reason
    /// The offset of the place, in bytes from the start.
    public let offset: Int
}
