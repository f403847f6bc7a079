extension JSON {
    /// Parses one JSON text (RFC 8259).
    ///
    /// Stricter than Python where leniency could hide damage: no NaN, no lone surrogates, at most 64 levels.
    /// A byte order mark at the start is skipped. A member name that comes twice keeps its last value.
    ///
    /// - Parameter bytes: The text in UTF-8.
    /// - Throws: ``JSONParsingError`` with the place of the first fault.
    public init(parsing bytes: some Collection<UInt8>) throws(JSONParsingError) {
        var parser = JSONParser(bytes: Array(bytes))
        self = try parser.parse()
    }

    /// Parses one JSON text.
    ///
    /// - Parameter text: The text.
    /// - Throws: ``JSONParsingError`` with the place of the first fault.
    public init(parsing text: String) throws(JSONParsingError) {
        try self.init(parsing: text.utf8)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
}

/// A recursive-descent parser over the bytes of one text.
private struct JSONParser {
    private static let deepestLevel = 64
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func parse() throws(JSONParsingError) -> JSON {
        if bytes.starts(with: Self.byteOrderMark) { position = Self.byteOrderMark.count }
        skipSpace()
        let value = try parseValue(level: 0)
        skipSpace()
        guard position == bytes.count else { throw fault(.extraData) }
        return value
    }

    private func fault(_ reason: JSONParsingError.Reason, at place: Int? = nil) -> JSONParsingError {
        let start = bytes.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
        let before = String(decoding: bytes[start..<max(start, place ?? position)], as: UTF8.self)
        return JSONParsingError(reason: reason, offset: before.unicodeScalars.count)
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func parseValue(level: Int) throws(JSONParsingError) -> JSON {
        switch current {
        case UInt8(ascii: "{"): return .object(try parseObject(level: level + 1))
        case UInt8(ascii: "["): return .array(try parseArray(level: level + 1))
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", as: .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", as: .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", as: .null)
        case let byte? where byte == UInt8(ascii: "-") || byte.isDigit: return try parseNumber()
        default: throw fault(.expectingValue)
        }
    }

    private mutating func parseWord(_ word: StaticString, as value: JSON) throws(JSONParsingError) -> JSON {
        let matches = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
        guard matches else { throw fault(.expectingValue) }
        position += word.utf8CodeUnitCount
        return value
    }

    private mutating func parseObject(level: Int) throws(JSONParsingError) -> JSONObject {
        guard level <= Self.deepestLevel else { throw fault(.tooDeep) }
        var object = JSONObject()
        position += 1
        skipSpace()
        if current == UInt8(ascii: "}") {
            position += 1
            return object
        }
        while true {
            guard current == UInt8(ascii: "\"") else { throw fault(.expectingName) }
            let name = try parseString()
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw fault(.expectingColon) }
            position += 1
            skipSpace()
            object[name] = try parseValue(level: level)
            skipSpace()
            switch current {
            case UInt8(ascii: ","):
                position += 1
                skipSpace()
            case UInt8(ascii: "}"):
                position += 1
                return object
            default: throw fault(.expectingComma)
            }
        }
    }

    private mutating func parseArray(level: Int) throws(JSONParsingError) -> [JSON] {
        guard level <= Self.deepestLevel else { throw fault(.tooDeep) }
        var elements: [JSON] = []
        position += 1
        skipSpace()
        if current == UInt8(ascii: "]") {
            position += 1
            return elements
        }
        while true {
            elements.append(try parseValue(level: level))
            skipSpace()
            switch current {
            case UInt8(ascii: ","):
                position += 1
                skipSpace()
            case UInt8(ascii: "]"):
                position += 1
                return elements
            default: throw fault(.expectingComma)
            }
        }
    }

    /// A number ends where its grammar ends: as for Python, `1.` is the number 1 with something after it.
    private mutating func parseNumber() throws(JSONParsingError) -> JSON {
        let start = position
        var isInteger = true
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") {
            position += 1
        } else {
            guard skipDigits() else { throw fault(.expectingValue, at: start) }
        }
        if current == UInt8(ascii: "."), hasDigit(at: position + 1) {
            isInteger = false
            position += 1
            skipDigits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            let sign = position + 1 < bytes.count ? bytes[position + 1] : 0
            let digits = position + (sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") ? 2 : 1)
            if hasDigit(at: digits) {
                isInteger = false
                position = digits
                skipDigits()
            }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let number = Int(text) { return .integer(number) }
        return .number(text)
    }

    private func hasDigit(at offset: Int) -> Bool { offset < bytes.count && bytes[offset].isDigit }

    /// Whether there was a digit.
    @discardableResult
    private mutating func skipDigits() -> Bool {
        let start = position
        while let byte = current, byte.isDigit { position += 1 }
        return position > start
    }

    private mutating func parseString() throws(JSONParsingError) -> String {
        let start = position
        position += 1
        // Most strings have no escapes and need no buffer of their own.
        var unescaped: [UInt8] = []
        var copied = position
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                let rest = bytes[copied..<position]
                let text: String?
                if unescaped.isEmpty {
                    text = String(validating: rest, as: UTF8.self)
                } else {
                    unescaped.append(contentsOf: rest)
                    text = String(validating: unescaped, as: UTF8.self)
                }
                guard let text else { throw fault(.notUTF8, at: start) }
                position += 1
                return text
            case UInt8(ascii: "\\"):
                unescaped.append(contentsOf: bytes[copied..<position])
                unescaped.append(contentsOf: UTF8.encode(try parseEscape(stringStart: start)) ?? .init())
                copied = position
            case 0..<0x20: throw fault(.controlCharacter)
            default: position += 1
            }
        }
        throw fault(.unterminatedString, at: start)
    }

    private mutating func parseEscape(stringStart: Int) throws(JSONParsingError) -> Unicode.Scalar {
        let backslash = position
        position += 1
        guard let byte = current else { throw fault(.unterminatedString, at: stringStart) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try parseUnicodeEscape()
        default: throw fault(.invalidEscape, at: backslash)
        }
    }

    /// What follows `\u`: one unit of UTF-16, or two for a scalar beyond the basic plane.
    private mutating func parseUnicodeEscape() throws(JSONParsingError) -> Unicode.Scalar {
        let place = position - 1
        let first = try parseHexUnit(place: place)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), bytes[position...].starts(with: [0x5C, 0x75]) else {
            throw fault(.invalidUnicodeEscape, at: place)
        }
        position += 2
        let second = try parseHexUnit(place: position - 1)
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw fault(.invalidUnicodeEscape, at: place) }
        return scalar
    }

    private mutating func parseHexUnit(place: Int) throws(JSONParsingError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = current.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw fault(.invalidUnicodeEscape, at: place)
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
