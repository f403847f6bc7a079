/// A host with its port, as a Host header or an Origin names it.
struct Authority: Sendable, Equatable {
    /// In lower case, without brackets and without a final dot.
    let host: String
    /// The digits after the colon, or `nil`.
    let port: Int?

    /// - Returns: `nil` when the text is no authority: empty, with user information, path or white space.
    init?(_ text: some StringProtocol) {
        var hostText: Substring
        var rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            hostText = Substring(text[text.index(after: text.startIndex)..<end])
            rest = Substring(text[text.index(after: end)...])
            guard IPAddress(hostText) != nil else { return nil }
        } else {
            let end = text.firstIndex(of: ":") ?? text.endIndex
            hostText = Substring(text[..<end])
            rest = Substring(text[end...])
            if hostText.hasSuffix(".") { hostText.removeLast() }
            let isName = hostText.utf8.allSatisfy(\.isInHostName)
            guard !hostText.isEmpty, isName else { return nil }
        }
        if rest.isEmpty {
            port = nil
        } else {
            rest.removeFirst()
            guard text.hasSuffix(":\(rest)"), let number = UInt16(rest) else { return nil }
            port = Int(number)
        }
        host = hostText.lowercased()
    }
}

extension UInt8 {
    fileprivate var isInHostName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
