/// A request as it goes on the wire. It carries keys and signatures, so it prints only where it goes.
public struct ProbeRequest: Sendable {
    /// One header field.
    public struct Header: Sendable {
        /// The field's name.
        public let name: String
        /// The field's value; may be a secret.
        public let value: String
    }

    /// How it is asked.
    public var method: ProbeCall.Method
    /// The server; the exchange's own unless a person has set another.
    public var base: BaseURL
    /// The path on the server, beginning with `/`.
    public var path: String
    /// The query without `?`, percent-encoded; empty for none.
    public var query: String
    /// The header fields beside those of HTTP itself.
    public var headers: [Header]
    /// The body; empty for none.
    public var body: String

    /// Puts a request together.
    ///
    /// - Parameters:
    ///   - call: What is asked.
    ///   - query: The query to send, when signing changed it; `nil` for the call's own.
    ///   - body: The body to send, when signing changed it; `nil` for the call's own.
    ///   - headers: The header fields, by name.
    public init(
        _ call: ProbeCall, query: String? = nil, body: String? = nil, headers: KeyValuePairs<String, String> = [:]
    ) {
        method = call.route.method
        base = BaseURL(host: call.route.host)
        path = call.route.path
        self.query = query ?? call.query
        self.body = body ?? call.body
        self.headers = headers.map { Header(name: $0.key, value: $0.value) }
    }

    /// The value of a header field, or `nil`.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The whole address. It may hold a signature; keep it off logs and errors.
    var url: String { base.description + path + (query.isEmpty ? "" : "?" + query) }
}

extension ProbeRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Method, server and path: never the query, a header or the body.
    public var description: String { "\(method.rawValue) \(base)\(path)" }
    /// The same as `description`.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension ProbeRequest.Header: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The field's name only.
    public var description: String { name }
    /// The same as `description`.
    public var debugDescription: String { name }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
