import OrderedJSON

// Texts, numbers, truths, choices and lists.
extension FieldParser {
    /// A text, trimmed and put right after the field's form. A whole number counts as its digits.
    mutating func text(_ value: JSON, as field: ConfigField, at path: String) -> String? {
        let given: String
        switch value {
        case .string(let text): given = text
        case .integer(let number): given = String(number)
        case .number(let text) where text.utf8.allSatisfy { (0x30...0x39).contains($0) }: given = text
        default:
            fault(path, .wrongType(expected: "a text"))
            return nil
        }
        guard let text = corrected(PastedText.trimmed(given), as: field, at: path) else { return nil }
        // Nothing is left of `HL:` alone.
        guard !text.isEmpty || PastedText.trimmed(given).isEmpty else {
            fault(path, .missing)
            return nil
        }
        let allowsLines = field.isSecret && PEM.isPEM(text)
        guard PastedText.isPlausible(text, allowsLines: allowsLines) else {
            fault(path, .badCharacters)
            return nil
        }
        return text
    }

    private mutating func corrected(_ text: String, as field: ConfigField, at path: String) -> String? {
        if field.isSecret, let pem = Self.unquotedPEM(text) {
            guard let repaired = PEM.repaired(pem) else {
                fault(path, .damagedPEM)
                return nil
            }
            return repaired
        }
        switch field.form {
        case .oneOf(let choices): return choice(.string(text), of: choices, at: path)
        case .pem: return PEM.joinedBody(text)
        case .phrase:
            let words = text.split(whereSeparator: \.isWhitespace)
            return words.count > 1 ? words.joined(separator: " ").lowercased() : text
        case .hyperliquidAddress:
            // As often as it stands there, so that what is taken is taken again as it came out.
            var address = text
            while address.lowercased().hasPrefix("hl:") { address = PastedText.trimmed(address.dropFirst(3)) }
            return address
        case .bech32Address: return text == text.uppercased() ? text.lowercased() : text
        case .rippleSecret: return text.isRawRippleKey ? text.uppercased() : text
        case .any, .secureWebSockets, .index: return text
        }
    }

    /// The text as it is, or without the quotation marks that came along from a downloaded JSON file; `nil` when it
    /// is no PEM.
    private static func unquotedPEM(_ text: String) -> String? {
        if PEM.isPEM(text) { return text }
        guard let quote = text.first, quote == "\"" || quote == "'", PEM.isPEM(String(text.dropFirst())) else {
            return nil
        }
        let unquoted = text.dropFirst()
        return PastedText.trimmed(unquoted.last == quote ? unquoted.dropLast() : unquoted)
    }

    /// A whole number from a number or its text; `3.0` counts as 3.
    mutating func integer(_ value: JSON, as field: ConfigField, at path: String) -> FieldValue? {
        let number: Int? =
            switch value {
            case .integer(let number): number
            case .number(let text): Self.wholeNumber(text)
            case .string(let text): Self.wholeNumber(PastedText.trimmed(text))
            default: nil
            }
        if let number, field.form != .index || number >= 0 { return .integer(number) }
        fault(path, .wrongType(expected: field.form == .index ? "a whole number, 0 or more" : "a whole number"))
        return nil
    }

    private static func wholeNumber(_ text: String) -> Int? {
        if let number = Int(text) { return number }
        // Only what JSON could write, so neither "nan" nor "0x10".
        guard text.utf8.count <= 40, text.utf8.allSatisfy({ Self.numberBytes.contains($0) }) else { return nil }
        return Double(text).flatMap { abs($0) <= 9_007_199_254_740_992 ? Int(exactly: $0) : nil }
    }

    private static let numberBytes = Array("0123456789.+-eE".utf8)

    /// A yes or no from a truth, its usual words, or 1 and 0.
    mutating func boolean(_ value: JSON, at path: String) -> FieldValue? {
        let truth: Bool? =
            switch value {
            case .bool(let truth): truth
            case .integer(0): false
            case .integer(1): true
            case .string(let text): Boolean.parse(PastedText.trimmed(text))
            default: nil
            }
        if truth == nil { fault(path, .wrongType(expected: "true or false (yes, no, on, off, 1, 0 do as well)")) }
        return truth.map { .boolean($0) }
    }

    /// One of the choices in its own spelling, from any mix of cases.
    mutating func choice(_ value: JSON, of choices: [String], at path: String) -> String? {
        let text = value.stringValue.map { PastedText.trimmed($0) }
        if let text, let choice = choices.first(where: { $0 == text }) { return choice }
        if let text, let choice = choices.first(where: { $0.lowercased() == text.lowercased() }) { return choice }
        fault(path, .notAllowed(choices: choices))
        return nil
    }

    /// Texts from an array, from an array as JSON text, or from a text with commas. Blank elements are left out; a list
    /// of only those counts as absent.
    mutating func list(_ value: JSON, as field: ConfigField, at path: String) -> FieldValue? {
        guard let elements = Self.elements(value) else {
            fault(path, .wrongType(expected: "a list of texts, or one text with commas between them"))
            return nil
        }
        let items = elements.map { PastedText.trimmed($0) }.filter { !$0.isEmpty }
        guard !items.isEmpty else { return absent(field, at: path) }
        guard items.allSatisfy({ PastedText.isPlausible($0) }) else {
            fault(path, .badCharacters)
            return nil
        }
        guard field.form != .secureWebSockets || items.allSatisfy(\.isSecureWebSocket) else {
            fault(path, .wrongType(expected: "addresses that begin with wss://, without user names or queries"))
            return nil
        }
        return .list(items)
    }

    private static func elements(_ value: JSON) -> [String]? {
        switch value {
        case .array(let elements):
            let texts = elements.compactMap(\.stringValue)
            return texts.count == elements.count ? texts : nil
        case .string(let text):
            guard PastedText.trimmed(text).hasPrefix("[") else { return text.split(separator: ",").map(String.init) }
            guard case .array(let elements)? = try? JSON(parsing: text) else { return nil }
            return Self.elements(.array(elements))
        default: return nil
        }
    }
}

extension String {
    /// Whether the text is a kind of key and the key, 66 hex digits. A seed is shorter, and its case counts.
    fileprivate var isRawRippleKey: Bool { utf8.count == 66 && utf8.allSatisfy(\.isHexDigit) }

    /// Whether Hummingbot takes the text for a node's address: `wss://`, a host, perhaps a port and a path, all of
    /// letters, digits, `_`, `.` and `-`.
    var isSecureWebSocket: Bool {
        guard hasPrefix("wss://") else { return false }
        let parts = dropFirst("wss://".count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.dropFirst().allSatisfy({ $0.utf8.allSatisfy(\.isWordByte) }), let authority = parts.first else {
            return false
        }
        let host = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard let name = host.first, !name.isEmpty, name.utf8.allSatisfy(\.isWordByte), host.count <= 2 else {
            return false
        }
        guard host.count == 2 else { return true }
        return !host[1].isEmpty && host[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    fileprivate var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
