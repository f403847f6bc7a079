/// Puts right what pasting does to a key in PEM.
///
/// The result has a header, base64 in lines of 64 and a footer, and no line break at its end: Hummingbot trims the
/// text before it reads it, and neither its parser nor ours needs one.
enum PEM {
    /// Whether a trimmed text is meant to be PEM.
    static func isPEM(_ text: String) -> Bool { text.hasPrefix("-----BEGIN") }

    /// Gives a text the line breaks of PEM.
    ///
    /// A text whose lines are in order stays as it is, apart from its line breaks, which become single line feeds.
    ///
    /// - Parameter text: Trimmed; its line breaks may be `\n` in two characters, spaces, or lost.
    /// - Returns: The text as PEM, or `nil` when a block has no end or its body is not base64.
    static func repaired(_ text: String) -> String? {
        let text = withLineFeeds(text)
        if isInOrder(text.split(separator: "\n", omittingEmptySubsequences: false)) { return text }
        var blocks: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            guard let label = label(atStartOf: rest) else { return nil }
            let (header, footer) = ("-----BEGIN \(label)-----", "-----END \(label)-----")
            rest = rest.dropFirst(header.count)
            guard let end = rest.firstRange(of: footer) else { return nil }
            let body = rest[..<end.lowerBound].utf8.filter { !isSpace($0) }
            guard !body.isEmpty, isWholeBase64(body) else { return nil }
            let lines = stride(from: 0, to: body.count, by: 64).map {
                String(decoding: body[$0..<min($0 + 64, body.count)], as: UTF8.self)
            }
            blocks.append(([header] + lines + [footer]).joined(separator: "\n"))
            rest = rest[end.upperBound...].drop { $0.isWhitespace }
        }
        return blocks.joined(separator: "\n")
    }

    /// A bare base64 body without the white space and `\n` that pasting left in it; any other text as it is.
    static func joinedBody(_ text: String) -> String {
        let body = withLineFeeds(text).utf8.filter { !isSpace($0) }
        return body.count >= 32 && isWholeBase64(body) ? String(decoding: body, as: UTF8.self) : text
    }

    /// The text with single line feeds for CR LF, for CR and for the escapes of both.
    private static func withLineFeeds(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var position = 0
        /// The length of the break at `position`, and whether it is a carriage return.
        func lineBreak() -> (length: Int, isReturn: Bool)? {
            guard position < bytes.count else { return nil }
            switch bytes[position] {
            case UInt8(ascii: "\r"): return (1, true)
            case UInt8(ascii: "\n"): return (1, false)
            case UInt8(ascii: "\\") where position + 1 < bytes.count:
                switch bytes[position + 1] {
                case UInt8(ascii: "r"): return (2, true)
                case UInt8(ascii: "n"): return (2, false)
                default: return nil
                }
            default: return nil
            }
        }
        while position < bytes.count {
            guard let found = lineBreak() else {
                output.append(bytes[position])
                position += 1
                continue
            }
            position += found.length
            if found.isReturn, let next = lineBreak(), !next.isReturn { position += next.length }
            output.append(UInt8(ascii: "\n"))
        }
        return PastedText.trimmed(String(decoding: output, as: UTF8.self))
    }

    /// Whether the lines are blocks of PEM as they should be, encrypted ones with their headers included.
    private static func isInOrder(_ lines: [Substring]) -> Bool {
        var footer: String?
        var bodyLines = 0
        var hasHeaders = false
        for line in lines {
            if let end = footer {
                if line == end {
                    guard bodyLines > 0 else { return false }
                    footer = nil
                    continue
                }
                if bodyLines == 0, line.contains(": ") || (line.isEmpty && hasHeaders) {
                    hasHeaders = true
                    continue
                }
                guard (1...76).contains(line.utf8.count), line.utf8.allSatisfy(isBase64) else { return false }
                bodyLines += 1
            } else {
                guard let label = label(atStartOf: line), line == "-----BEGIN \(label)-----" else { return false }
                footer = "-----END \(label)-----"
                bodyLines = 0
                hasHeaders = false
            }
        }
        return footer == nil
    }

    /// What stands between `-----BEGIN ` and `-----`, such as `EC PRIVATE KEY`.
    private static func label(atStartOf text: Substring) -> Substring? {
        guard text.hasPrefix("-----BEGIN ") else { return nil }
        let rest = text.dropFirst("-----BEGIN ".count)
        guard let end = rest.firstRange(of: "-----") else { return nil }
        let label = rest[..<end.lowerBound]
        let isLabel = label.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: " "): true
            default: false
            }
        }
        return isLabel && !label.isEmpty ? label : nil
    }

    private static func isWholeBase64(_ body: [UInt8]) -> Bool {
        let padding = body.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        return body.count.isMultiple(of: 4) && padding <= 2
            && body.dropLast(padding).allSatisfy { isBase64($0) && $0 != UInt8(ascii: "=") }
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
