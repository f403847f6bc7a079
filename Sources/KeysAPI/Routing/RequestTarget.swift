/// The path and the query of a request, as they were sent.
struct RequestTarget: Sendable {
    let path: Substring
    let query: Substring?

    init(_ text: String) {
        if let mark = text.utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = text[..<mark]
            query = text[text.index(after: mark)...]
        } else {
            path = text[...]
            query = nil
        }
    }

    /// The path's segments, each decoded; `nil` when no route can match: the path does not start with a slash, a
    /// segment is not UTF-8, or a segment holds an encoded slash, which must not become a boundary.
    var segments: [String]? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let segment = PercentEncoding.decode(part), !segment.utf8.contains(UInt8(ascii: "/")) else {
                return nil
            }
            segments.append(segment)
        }
        return segments
    }

    /// The decoded value of a query parameter, its last one when it comes twice; `nil` when it is absent.
    func queryValue(_ name: String) -> String? {
        guard let query else { return nil }
        for part in query.split(separator: "&").reversed() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = pair.first, PercentEncoding.decode(first, plusIsSpace: true) == name else { continue }
            // What is not UTF-8 becomes a text that no name is, so that it is refused like any other bad one.
            return pair.count == 2 ? PercentEncoding.decode(pair[1], plusIsSpace: true) ?? "\u{FFFD}" : ""
        }
        return nil
    }
}
