/// What happens to texts between a web page and a form.
enum PastedText {
    /// The longest value, in bytes of UTF-8 or of JSON. An RSA key of 8192 bits takes less than half of it.
    static let byteLimit = 16 * 1024

    /// The text without white space and invisible marks around it.
    static func trimmed(_ text: some StringProtocol) -> String {
        var scalars = Substring(text).unicodeScalars
        while let first = scalars.first, isBlank(first) { scalars.removeFirst() }
        while let last = scalars.last, isBlank(last) { scalars.removeLast() }
        return String(scalars)
    }

    /// Whether the text holds only characters that a key, an address or a name can be made of.
    ///
    /// A text that was opened with a damaged IV shows here, too.
    ///
    /// - Parameters:
    ///   - text: A trimmed text.
    ///   - allowsLines: Whether line breaks and tabs are fine, as in PEM.
    /// - Returns: False when it holds control characters or invisible marks.
    static func isPlausible(_ text: String, allowsLines: Bool = false) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            if scalar == "\n" || scalar == "\t" || scalar == "\r" { return allowsLines }
            return !isControl(scalar) && !isInvisible(scalar)
        }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || isInvisible(scalar)
    }

    /// Control characters, and the line and paragraph separators beyond ASCII.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
    }

    /// The marks without width that pages leave in copied texts: zero-width space, word joiner, byte order mark, and
    /// the marks of writing direction, with which a name could be made to read as another.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200B, 0x2060, 0xFEFF, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
