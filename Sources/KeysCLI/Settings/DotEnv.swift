/// The content of a `.env` file, taken as data: nothing in it is executed or expanded.
///
/// `NAME=value`, after `export` or not. Bare values end at a ` #` comment; quoted ones may hold `#` and line breaks.
/// Between double quotes `\n \r \t \" \\ \$` and a few more are escapes, between single quotes `\'` and `\\` are.
/// A name that comes again keeps its last value.
struct DotEnv: Sendable {
    /// A line that could not be understood.
    struct Fault: Equatable, Sendable {
        /// From 1.
        let line: Int
        /// The name on the line, as far as there is one.
        let name: String?
        let reason: Reason
    }

    /// Why a line is not understood.
    enum Reason: String, Error {
        case notAnAssignment = "is not NAME=value"
        case unterminatedQuote = "opens a quote that nothing closes"
        case textAfterQuote = "has text after the closing quote"
        case notUTF8 = "is not valid UTF-8"
        case nulByte = "holds a NUL byte"
    }

    private(set) var values: [String: String] = [:]
    private(set) var faults: [Fault] = []
    /// Every assignment in order, with the bytes that its value takes, quotes included.
    private(set) var assignments: [(name: String, value: String, range: Range<Int>)] = []

    init(parsing bytes: [UInt8]) {
        var scanner = DotEnvScanner(bytes: bytes)
        while let line = scanner.nextAssignment() {
            switch line {
            case .success(let assignment):
                values[assignment.name] = assignment.value
                assignments.append((assignment.name, assignment.value, assignment.range))
            case .failure(let fault): faults.append(fault)
            }
        }
    }
}

extension DotEnv.Fault: Error {}

/// Walks through the bytes of a `.env` file, one assignment after the other.
private struct DotEnvScanner {
    struct Assignment {
        let name: String
        let value: String
        let range: Range<Int>
    }

    private let bytes: [UInt8]
    private var position: Int
    private var line = 1

    init(bytes: [UInt8]) {
        self.bytes = bytes
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// - Returns: `nil` at the end of the file.
    mutating func nextAssignment() -> Result<Assignment, DotEnv.Fault>? {
        skipEmptyLines()
        guard position < bytes.count else { return nil }
        let startLine = line
        let name = scanName()
        do throws(DotEnv.Reason) {
            guard let name, current == UInt8(ascii: "=") else { throw .notAnAssignment }
            position += 1
            skipBlanks()
            let (raw, range) = try scanValue()
            guard !raw.contains(0) else { throw .nulByte }
            guard let value = String(validating: raw, as: UTF8.self) else { throw .notUTF8 }
            return .success(Assignment(name: name, value: value, range: range))
        } catch {
            skipLine()
            return .failure(DotEnv.Fault(line: startLine, name: name, reason: error))
        }
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private var isAtLineEnd: Bool {
        current == nil || current == UInt8(ascii: "\n")
            || current == UInt8(ascii: "\r")
                && (position + 1 == bytes.count || bytes[position + 1] == UInt8(ascii: "\n"))
    }

    private mutating func skipBlanks() {
        while current == UInt8(ascii: " ") || current == UInt8(ascii: "\t") { position += 1 }
    }

    private mutating func skipLine() {
        while let byte = current, byte != UInt8(ascii: "\n") { position += 1 }
    }

    private mutating func skipEmptyLines() {
        while true {
            skipBlanks()
            if current == UInt8(ascii: "#") { skipLine() }
            if current == UInt8(ascii: "\r"), isAtLineEnd { position += 1 }
            guard current == UInt8(ascii: "\n") else { return }
            position += 1
            line += 1
        }
    }

    /// The name before `=`, without `export`; `nil` when there is none.
    private mutating func scanName() -> String? {
        var word = scanWord()
        if word == "export", current == UInt8(ascii: " ") || current == UInt8(ascii: "\t") {
            skipBlanks()
            word = scanWord()
        }
        skipBlanks()
        return word.isEmpty ? nil : word
    }

    private mutating func scanWord() -> String {
        let start = position
        while let byte = current, Self.isNameByte(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private mutating func scanValue() throws(DotEnv.Reason) -> (bytes: [UInt8], range: Range<Int>) {
        let start = position
        guard let first = current, first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") else {
            let value = scanBare()
            return (value, start..<start + value.count)
        }
        let value = try scanQuoted(by: first)
        let range = start..<position
        skipBlanks()
        if current == UInt8(ascii: "#") { skipLine() }
        guard isAtLineEnd else { throw .textAfterQuote }
        return (value, range)
    }

    /// Up to the end of the line or a comment after white space; white space at the end goes.
    private mutating func scanBare() -> [UInt8] {
        var value: [UInt8] = []
        while !isAtLineEnd, let byte = current {
            if byte == UInt8(ascii: "#"), value.isEmpty || value.last == 0x20 || value.last == 0x09 {
                skipLine()
                break
            }
            value.append(byte)
            position += 1
        }
        while value.last == 0x20 || value.last == 0x09 { value.removeLast() }
        return value
    }

    private mutating func scanQuoted(by quote: UInt8) throws(DotEnv.Reason) -> [UInt8] {
        let start = (position, line)
        var value: [UInt8] = []
        position += 1
        while let byte = current {
            position += 1
            switch byte {
            case quote: return value
            case UInt8(ascii: "\\"):
                guard let escaped = current else { break }
                if let meaning = Self.meaning(ofEscaped: escaped, in: quote) {
                    value.append(meaning)
                    position += 1
                } else {
                    value.append(byte)
                }
            case UInt8(ascii: "\n"):
                line += 1
                value.append(byte)
            case UInt8(ascii: "\r") where current == UInt8(ascii: "\n"): break
            default: value.append(byte)
            }
        }
        // Go on after the line that opened the quote, so that the names below it are still found.
        (position, line) = start
        throw .unterminatedQuote
    }

    private static func meaning(ofEscaped byte: UInt8, in quote: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\\"), quote: byte
        case _ where quote == UInt8(ascii: "'"): nil
        case UInt8(ascii: "$"), UInt8(ascii: "`"), UInt8(ascii: "'"): byte
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "a"): 0x07
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "v"): 0x0B
        default: nil
        }
    }
}
