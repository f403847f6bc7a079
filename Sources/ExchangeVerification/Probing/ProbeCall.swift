/// One documented, read-only request of an exchange, not yet signed.
public struct ProbeCall: Hashable, Sendable {
    /// How something is asked. Probes ask by these two and no other; signatures are made of any.
    public struct Method: RawRepresentable, Hashable, Sendable {
        /// In capitals, as it goes on the wire.
        public let rawValue: String

        /// A method by its name in capitals.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Asks.
        public static let get = Method(rawValue: "GET")
        /// Asks with a body, where an exchange takes no questions otherwise.
        public static let post = Method(rawValue: "POST")
    }

    /// What is asked of which server, without the particulars of a key.
    public struct Route: Hashable, Sendable, CustomStringConvertible {
        /// How it is asked.
        public let method: Method
        /// The exchange's host name, with `:` and the port where it is not the usual one.
        public let host: String
        /// The path on the host, beginning with `/`. In a probe's list of routes a part `{}` stands for an account's
        /// name or address, whatever it is.
        public let path: String

        /// Such as `GET api.kraken.com/0/public/Time`.
        public var description: String { "\(method.rawValue) \(host)\(path)" }

        /// Whether this route of a probe's list is that one; `{}` stands for one part of letters and digits.
        func covers(_ route: Route) -> Bool {
            guard method == route.method, host == route.host else { return false }
            let (own, other) = (path.split(separator: "/"), route.path.split(separator: "/"))
            return own.count == other.count && path.hasSuffix("/") == route.path.hasSuffix("/")
                && zip(own, other).allSatisfy { part, actual in
                    part == "{}" ? actual.utf8.allSatisfy(Self.isLetterOrDigit) : part == actual
                }
        }

        private static func isLetterOrDigit(_ character: UInt8) -> Bool {
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                true
            default: false
            }
        }
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
