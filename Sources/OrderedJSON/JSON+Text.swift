extension JSON {
    /// How a value is laid out as text.
    public enum Layout: Sendable {
        /// No white space: `{"a":1,"b":[]}`. What the Hummingbot API answers.
        case compact
        /// A space after comma and colon, ASCII only: `{"a": 1, "b": []}`. The default of Python's `json.dumps`.
        case python
        /// Two spaces a level, one member a line, for people.
        case indented
    }

    /// The value as JSON text. The result may hold secrets; keep it off logs and errors.
    ///
    /// - Parameter layout: Where white space goes.
    /// - Returns: One JSON text without a line break at its end.
    public func text(_ layout: Layout = .compact) -> String {
        String(decoding: bytes(layout), as: UTF8.self)
    }

    /// The value as UTF-8 JSON. The result may hold secrets; keep it off logs and errors.
    ///
    /// - Parameter layout: Where white space goes.
    /// - Returns: One JSON text without a line break at its end.
    public func bytes(_ layout: Layout = .compact) -> [UInt8] {
        var writer = JSONWriter(layout: layout)
        writer.write(self)
        return writer.output
    }
}

/// Writes one text in one layout.
private struct JSONWriter {
    private let layout: JSON.Layout
    private(set) var output: [UInt8] = []
    private var level = 0

    init(layout: JSON.Layout) { self.layout = layout }

    mutating func write(_ value: JSON) {
        switch value {
        case .null: append("null")
        case .bool(true): append("true")
        case .bool(false): append("false")
        case .integer(let number): output.append(contentsOf: String(number).utf8)
        case .number(let text): output.append(contentsOf: text.utf8)
        case .string(let text): write(text)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            level += 1
            for (position, element) in elements.enumerated() {
                startElement(isFirst: position == 0)
                write(element)
            }
            end(UInt8(ascii: "]"), isEmpty: elements.isEmpty)
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            level += 1
            for (position, member) in object.members.enumerated() {
                startElement(isFirst: position == 0)
                write(member.name)
                output.append(UInt8(ascii: ":"))
                if layout != .compact { output.append(UInt8(ascii: " ")) }
                write(member.value)
            }
            end(UInt8(ascii: "}"), isEmpty: object.isEmpty)
        }
    }

    private mutating func startElement(isFirst: Bool) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        switch layout {
        case .compact: break
        case .python: if !isFirst { output.append(UInt8(ascii: " ")) }
        case .indented: startLine()
        }
    }

    private mutating func end(_ bracket: UInt8, isEmpty: Bool) {
        level -= 1
        if layout == .indented, !isEmpty { startLine() }
        output.append(bracket)
    }

    private mutating func startLine() {
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { output.append(contentsOf: $0) }
    }

    private mutating func write(_ text: String) {
        output.append(UInt8(ascii: "\""))
        if layout == .python, !text.utf8.allSatisfy({ $0 < 0x80 }) {
            for scalar in text.unicodeScalars { writeASCII(scalar) }
        } else {
            writeStretches(of: text)
        }
        output.append(UInt8(ascii: "\""))
    }

    /// Copies whole stretches that need no escape at once.
    private mutating func writeStretches(of text: String) {
        var text = text
        text.withUTF8 { bytes in
            var copied = 0
            for position in bytes.indices where Self.needsEscape(bytes[position]) {
                output.append(contentsOf: bytes[copied..<position])
                writeEscape(of: bytes[position])
                copied = position + 1
            }
            output.append(contentsOf: bytes[copied...])
        }
    }

    private mutating func writeASCII(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            if Self.needsEscape(byte) { writeEscape(of: byte) } else { output.append(byte) }
        } else {
            for unit in UTF16.encode(scalar) ?? .init() { writeEscape(of: unit) }
        }
    }

    /// Whether a byte of UTF-8 cannot stand as it is. The delete character could, yet not on every terminal.
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
    }

    private mutating func writeEscape(of byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        default: writeEscape(of: UInt16(byte))
        }
    }

    private mutating func writeEscape(of unit: UInt16) {
        append("\\u")
        for shift in [12, 8, 4, 0] as [UInt16] {
            let digit = UInt8(unit >> shift & 0xF)
            output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
