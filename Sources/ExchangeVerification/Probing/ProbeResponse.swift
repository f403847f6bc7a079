public import OrderedJSON

/// What an exchange answered, whole and within the limits. It may hold an account's data, so it never prints itself.
public struct ProbeResponse: Sendable {
    /// The HTTP status.
    public let status: Int
    /// The body read as JSON; `nil` when it is none.
    public let json: JSON?
    /// The body as it came.
    public let body: [UInt8]
    /// How many seconds the exchange asks to wait, or `nil`.
    public let retryAfterSeconds: Int?
    /// The header fields; some are as good as a secret.
    private let headers: [ProbeRequest.Header]

    /// Reads an answer.
    ///
    /// - Parameters:
    ///   - status: The HTTP status.
    ///   - body: The whole body.
    ///   - retryAfterSeconds: The header `Retry-After`, when it is a number of seconds.
    ///   - headers: The header fields, in order.
    public init(
        status: Int, body: [UInt8], retryAfterSeconds: Int? = nil, headers: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.body = body
        self.retryAfterSeconds = retryAfterSeconds
        self.headers = headers.map { ProbeRequest.Header(name: $0.name, value: $0.value) }
        json = try? JSON(parsing: body)
    }

    /// The value of the first header field of a name, or `nil`.
    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The value of a cookie that the answer sets; `nil` when it sets none, or one that no header could carry back.
    func cookie(_ name: String) -> String? {
        let values = headers.filter { $0.name.lowercased() == "set-cookie" }.compactMap { header -> Substring? in
            let pair = header.value.prefix { $0 != ";" }.drop { $0 == " " }
            return pair.hasPrefix(name + "=") ? pair.dropFirst(name.utf8.count + 1) : nil
        }
        guard let value = values.last, !value.isEmpty, value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        return String(value)
    }

    /// What an exchange says that documents no form for its refusals; `nil` when it says nothing in words.
    var words: String? {
        for name in ["message", "msg", "error", "reason", "detail", "errormsg"] {
            if let text = json?[name]?.stringValue ?? json?["error"]?[name]?.stringValue { return text }
        }
        return nil
    }

    /// Whether the body is a page rather than data, as firewalls answer.
    var isPage: Bool { body.first { !(0x09...0x20).contains($0) } == UInt8(ascii: "<") }
}

extension ProbeResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Status and length only.
    public var description: String { "<status \(status), \(body.count) bytes>" }
    /// The same as `description`.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
