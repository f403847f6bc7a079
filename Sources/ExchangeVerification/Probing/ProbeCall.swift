/// One documented, read-only request of an exchange, not yet signed.
public struct ProbeCall: Hashable, Sendable {
    /// The methods that probes use.
    public enum Method: String, Sendable {
        /// Asks.
        case get = "GET"
        /// Asks with a body, where an exchange takes no questions otherwise.
        case post = "POST"
    }

    /// What is asked of which server, without the particulars of a key.
    public struct Route: Hashable, Sendable, CustomStringConvertible {
        /// How it is asked.
        public let method: Method
        /// The exchange's host name, with `:` and the port where it is not the usual one.
        public let host: String
        /// The path on the host, beginning with `/`.
        public let path: String

        /// Such as `GET api.kraken.com/0/public/Time`.
        public var description: String { "\(method.rawValue) \(host)\(path)" }
    }

    /// What is asked of which server.
    public let route: Route
    /// The query without `?`, percent-encoded as it shall be sent and signed; empty for none.
    public let query: String
    /// The body as it shall be sent and signed; empty for none. Holds no secret.
    public let body: String
    /// Whether the request carries the key's signature, or the key itself at a login.
    public let isSigned: Bool

    /// Describes a request.
    ///
    /// - Parameters:
    ///   - method: How it is asked.
    ///   - host: The exchange's host name.
    ///   - path: The path on the host, beginning with `/`.
    ///   - query: Without `?`, percent-encoded as it shall be sent.
    ///   - body: As it shall be sent.
    ///   - isSigned: Whether the request carries the key's signature, or the key itself at a login.
    public init(
        _ method: Method, _ host: String, _ path: String, query: String = "", body: String = "", isSigned: Bool = true
    ) {
        route = Route(method: method, host: host, path: path)
        self.query = query
        self.body = body
        self.isSigned = isSigned
    }

    /// The path with `?` and the query, where there is one; what many exchanges want signed.
    var target: String { route.path + (query.isEmpty ? "" : "?" + query) }
}
