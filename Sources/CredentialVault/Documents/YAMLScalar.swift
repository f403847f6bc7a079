/// How YAML 1.1, as PyYAML implements it, reads a plain scalar, and how a text must be written to come back as itself.
///
/// Source: PyYAML 6.0 `resolver.py` (implicit resolvers) and `emitter.py` (`analyze_scalar`), behaviour only.
enum YAMLScalar {
    /// The value of an unquoted scalar.
    static func value(ofPlain text: String) -> DocumentValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .boolean(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .boolean(false)
        case "=": return .other("a value sign")
        case "<<": return .other("a merge sign")
        default: break
        }
        // Names, addresses and armor outnumber numbers by far, and none of them starts like one.
        guard let first = text.utf8.first, numberStarts.contains(first) else { return .text(text) }
        // The hex of `{"`, with which all armor begins, begins no number: a `b` follows no other digit than 0.
        if text.hasPrefix("7b") { return .text(text) }
        if let number = Int(text), text.wholeMatch(of: /[-+]?(?:0|[1-9][0-9]*)/) != nil { return .integer(number) }
        if text.wholeMatch(of: integerForm) != nil { return .other("a number in a form that no field takes") }
        if fractionForms.contains(where: { text.wholeMatch(of: $0) != nil }) { return .other("a fraction") }
        if dateForms.contains(where: { text.wholeMatch(of: $0) != nil }) { return .other("a date") }
        return .text(text)
    }

    /// The scalar that reads back as `text`: plain where that is safe, else single-quoted, else double-quoted.
    static func scalar(for text: String) -> String {
        let needsEscapes = text.unicodeScalars.contains { !$0.isASCII || $0.value < 0x20 || $0.value == 0x7F }
        if needsEscapes { return doubleQuoted(text) }
        if canBePlain(text) { return text }
        return "'" + text.replacing("'", with: "''") + "'"
    }

    private static let numberStarts = Set("-+.0123456789".utf8)

    // Computed, because a `Regex` is not Sendable; they are reached by number-like texts only.
    private static var integerForm: Regex<Substring> {
        /[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+/
    }

    private static var fractionForms: [Regex<Substring>] {
        [
            /[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?/, /\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?/,
            /[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*/, /[-+]?\.(?:inf|Inf|INF)/, /\.(?:nan|NaN|NAN)/,
        ]
    }

    private static var dateForms: [Regex<Substring>] {
        [
            /[0-9]{4}-[0-9]{2}-[0-9]{2}/,
            /[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?/,
        ]
    }

    private static func canBePlain(_ text: String) -> Bool {
        guard case .text = value(ofPlain: text) else { return false }
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, first != space, last != space else { return false }
        if text.hasPrefix("---") || text.hasPrefix("...") { return false }
        if "#,[]{}&*!|>'\"%@`".utf8.contains(first) { return false }
        let isFollowedBySpace = bytes.count == 1 || bytes[1] == space
        if "?:-".utf8.contains(first), isFollowedBySpace { return false }
        for (position, byte) in bytes.enumerated() {
            let next = position + 1 < bytes.count ? bytes[position + 1] : space
            if byte == UInt8(ascii: ":"), next == space { return false }
            if byte == UInt8(ascii: "#"), position > 0, bytes[position - 1] == space { return false }
        }
        return true
    }

    private static let space = UInt8(ascii: " ")

    private static func doubleQuoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case "\0": quoted += "\\0"
            case " "..."~": quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let (letter, width) = scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
                quoted += "\\" + letter + String(repeating: "0", count: width - digits.count) + digits
            }
        }
        return quoted + "\""
    }
}
