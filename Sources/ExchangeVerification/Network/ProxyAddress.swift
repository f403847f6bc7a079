public import Credentials

/// The proxy that leads to the internet.
public struct ProxyAddress: Sendable, Equatable {
    /// The proxy's host.
    public let host: String
    /// The proxy's port.
    public let port: Int
    /// What the proxy wants to know of who asks, or `nil` for nothing.
    public let login: Login?
    /// Hosts that are reached without it, with all names below them; in small letters, without a dot in front.
    public private(set) var exceptions: [String] = []

    /// A name with its password.
    public struct Login: Sendable, Equatable {
        /// The name.
        public let name: String
        /// The password.
        public let password: Secret
    }

    /// Reads the proxy of the environment: `HTTPS_PROXY`, else `https_proxy`; and where it does not lead: `NO_PROXY`, else
    /// `no_proxy`, hosts between commas, of which `*` is every host.
    ///
    /// - Parameter environment: The variables; an empty one counts as absent.
    /// - Returns: `nil` when none is set, or none is to be used.
    /// - Throws: ``InvalidProxy`` when what is set is no proxy that can be used.
    public static func from(environment: [String: String]) throws(InvalidProxy) -> ProxyAddress? {
        func value(_ names: String...) -> String? { names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } }
        guard let text = value("HTTPS_PROXY", "https_proxy") else { return nil }
        var proxy = try ProxyAddress(text)
        proxy.exceptions = (value("NO_PROXY", "no_proxy") ?? "").split(separator: ",").map { entry in
            let host = entry.filter { !$0.isWhitespace }.lowercased()
            return String(host.drop { $0 == "." })
        }.filter { !$0.isEmpty }
        return proxy.exceptions.contains("*") ? nil : proxy
    }

    /// Whether a host is reached through it. A port in `NO_PROXY` holds for that port only.
    func leads(to host: String, port: Int) -> Bool {
        let host = host.lowercased()
        return !exceptions.contains { exception in
            let name = exception.hasSuffix(":\(port)") ? String(exception.dropLast("\(port)".count + 1)) : exception
            // An address has nothing below it.
            return host == name || name.contains { $0.isLetter } && host.hasSuffix("." + name)
        }
    }

    /// Reads a proxy such as `http://name:password@proxy.example:3128`; without a scheme it is taken for http, without
    /// a port for 80.
    ///
    /// - Parameter text: What the environment says.
    /// - Throws: ``InvalidProxy`` for anything else.
    public init(_ text: String) throws(InvalidProxy) {
        var rest = text[...]
        if let scheme = rest.firstRange(of: "://") {
            guard rest[..<scheme.lowerBound].lowercased() == "http" else { throw InvalidProxy() }
            rest = rest[scheme.upperBound...]
        }
        if rest.hasSuffix("/") { rest.removeLast() }
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = Self.percentDecoded(parts[0]),
                let password = Self.percentDecoded(parts[1])
            else { throw InvalidProxy() }
            login = Login(name: name, password: Secret(password))
            rest = rest[rest.index(after: at)...]
        } else {
            login = nil
        }
        // A proxy is reached without encryption and only passes encrypted bytes on, so its address is no endpoint.
        guard let address = try? BaseURL("https://" + rest), address.pathPrefix.isEmpty else { throw InvalidProxy() }
        host = address.host
        port = address.port ?? 80
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(Substring(rest.prefix(2)))
            guard digits.utf8.count == 2, let decoded = UInt8(digits, radix: 16) else { return nil }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// `HTTPS_PROXY` is not of the form `http://HOST:PORT`. Carries nothing, because the text may hold a login.
public struct InvalidProxy: Error, Equatable, Sendable, CustomStringConvertible {
    /// One sentence with cause and cure.
    public var description: String {
        "HTTPS_PROXY must be of the form http://HOST:PORT, with NAME:PASSWORD@ if need be."
    }
}
