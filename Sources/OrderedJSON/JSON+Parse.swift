extension JSON {
    /// Parses one JSON text (RFC 8259).
    ///
    /// Stricter than Python where leniency could hide damage: no NaN, no lone surrogates, at most 64 levels.
    /// A byte order mark at the start is skipped. A member name that comes twice keeps its last value.
    ///
    /// - Throws: ``JSONParsingError`` with the place of the first fault.
    public init(parsing bytes: some Collection<UInt8>) throws(JSONParsingError) {
        var parser = JSONParser(bytes: Array(bytes))
        self = try parser.parse()
    }

    /// Parses one JSON text.
    ///
    /// - Throws: ``JSONParsingError`` with the place of the first fault.
    public init(parsing text: String) throws(JSONParsingError) {
        try self.init(parsing: Array(text.utf8))
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

/// A recursive-descent parser over the bytes of one text.
private struct JSONParser {
    private static let deepestLevel = 64

    private let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func parse() throws(JSONParsingError) -> JSON {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        skipSpace()
        let value = try parseValue(level: 0)
        skipSpace()
        guard position == bytes.count else { throw fault(.extraData) }
        return value
    }

    private func fault(_ reason: JSONParsingError.Reason, at offset: Int? = nil) -> JSONParsingError {
        JSONParsingError(reason: reason, offset: offset ?? position)
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func parseValue(level: Int) throws(JSONParsingError) -> JSON {
        guard level <= Self.deepestLevel else { throw fault(.tooDeep) }
        switch current {
        case UInt8(ascii: "{"): return .object(try parseObject(level: level))
        case UInt8(ascii: "["): return .array(try parseArray(level: level))
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
            object[name] = try parseValue(level: level + 1)
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
        var elements: [JSON] = []
        position += 1
        skipSpace()
        if current == UInt8(ascii: "]") {
            position += 1
            return elements
        }
        while true {
            elements.append(try parseValue(level: level + 1))
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

    private mutating func parseNumber() throws(JSONParsingError) -> JSON {
        let start = position
        var isInteger = true
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") {
            position += 1
        } else {
            guard skipDigits() else { throw fault(.expectingValue, at: start) }
        }
        if current == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            guard skipDigits() else { throw fault(.expectingValue, at: start) }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() else { throw fault(.expectingValue, at: start) }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let number = Int(text) { return .integer(number) }
        return .number(text)
    }

    private mutating func skipDigits() -> Bool {
        let start = position
        while let byte = current, byte.isDigit { position += 1 }
        return position > start
    }

    private mutating func parseString() throws(JSONParsingError) -> String {
        let start = position
        position += 1
        var unescaped: [UInt8] = []
        var copied = position
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                unescaped.append(contentsOf: bytes[copied..<position])
                position += 1
                guard let text = String(validating: unescaped, as: UTF8.self) else { throw fault(.notUTF8, at: start) }
                return text
            case UInt8(ascii: "\\"):
                unescaped.append(contentsOf: bytes[copied..<position])
                unescaped.append(contentsOf: String(try parseEscape()).utf8)
                copied = position
            case 0..<0x20: throw fault(.controlCharacter)
            default: position += 1
            }
        }
        throw fault(.unterminatedString, at: start)
    }

    private mutating func parseEscape() throws(JSONParsingError) -> Unicode.Scalar {
        let start = position
        position += 1
        guard let byte = current else { throw fault(.unterminatedString, at: start) }
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
        case UInt8(ascii: "u"):
            let first = try parseHexUnit(start: start)
            if let scalar = Unicode.Scalar(first) { return scalar }
            // A high surrogate must be followed at once by a low one.
            guard (0xD800..<0xDC00).contains(first), current == UInt8(ascii: "\\") else {
                throw fault(.invalidUnicodeEscape, at: start)
            }
            position += 1
            guard current == UInt8(ascii: "u") else { throw fault(.invalidUnicodeEscape, at: start) }
            position += 1
            let second = try parseHexUnit(start: start)
            guard (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
            else { throw fault(.invalidUnicodeEscape, at: start) }
            return scalar
        default: throw fault(.invalidEscape, at: start)
        }
    }

    private mutating func parseHexUnit(start: Int) throws(JSONParsingError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault(.invalidUnicodeEscape, at: start)
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
