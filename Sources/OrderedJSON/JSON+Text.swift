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
    public func text(_ layout: Layout = .compact) -> String {
        var output: [UInt8] = []
        write(to: &output, layout: layout, level: 0)
        return String(decoding: output, as: UTF8.self)
    }

    /// The value as UTF-8 JSON. The result may hold secrets; keep it off logs and errors.
    public func bytes(_ layout: Layout = .compact) -> [UInt8] {
        var output: [UInt8] = []
        write(to: &output, layout: layout, level: 0)
        return output
    }

    private func write(to output: inout [UInt8], layout: Layout, level: Int) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let truth): output.append(contentsOf: (truth ? "true" : "false").utf8)
        case .integer(let number): output.append(contentsOf: String(number).utf8)
        case .number(let text): output.append(contentsOf: text.utf8)
        case .string(let text): Self.write(text, to: &output, asciiOnly: layout == .python)
        case .array(let elements):
            Self.writeList(elements, brackets: ("[", "]"), to: &output, layout: layout, level: level) {
                $0.write(to: &$1, layout: layout, level: level + 1)
            }
        case .object(let object):
            Self.writeList(object.members, brackets: ("{", "}"), to: &output, layout: layout, level: level) {
                Self.write($0.name, to: &$1, asciiOnly: layout == .python)
                $1.append(contentsOf: (layout == .compact ? ":" : ": ").utf8)
                $0.value.write(to: &$1, layout: layout, level: level + 1)
            }
        }
    }

    private static func writeList<Element>(
        _ elements: [Element], brackets: (String, String), to output: inout [UInt8], layout: Layout, level: Int,
        writeElement: (Element, inout [UInt8]) -> Void
    ) {
        output.append(contentsOf: brackets.0.utf8)
        for (position, element) in elements.enumerated() {
            if position > 0 { output.append(contentsOf: (layout == .python ? ", " : ",").utf8) }
            if layout == .indented { startLine(in: &output, level: level + 1) }
            writeElement(element, &output)
        }
        if layout == .indented, !elements.isEmpty { startLine(in: &output, level: level) }
        output.append(contentsOf: brackets.1.utf8)
    }

    private static func startLine(in output: inout [UInt8], level: Int) {
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
    }

    private static func write(_ text: String, to output: inout [UInt8], asciiOnly: Bool) {
        output.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output.append(contentsOf: #"\""#.utf8)
            case "\\": output.append(contentsOf: #"\\"#.utf8)
            case "\n": output.append(contentsOf: #"\n"#.utf8)
            case "\r": output.append(contentsOf: #"\r"#.utf8)
            case "\t": output.append(contentsOf: #"\t"#.utf8)
            case "\u{8}": output.append(contentsOf: #"\b"#.utf8)
            case "\u{C}": output.append(contentsOf: #"\f"#.utf8)
            case "\u{0}"..<" ", "\u{7F}": writeEscape(scalar, to: &output)
            case _ where asciiOnly && !scalar.isASCII: writeEscape(scalar, to: &output)
            default: output.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func writeEscape(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
        for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
            let digits = String(unit, radix: 16)
            output.append(contentsOf: "\\u".utf8)
            output.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
            output.append(contentsOf: digits.utf8)
        }
    }
}
