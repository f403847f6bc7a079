/// Where a server is: scheme, host, port and what stands before every path.
public struct BaseURL: Hashable, Sendable, CustomStringConvertible {
    /// Whether the connection is encrypted.
    public let isEncrypted: Bool
    /// A host name or an address, an IPv6 address without its brackets.
    public let host: String
    /// The port, or `nil` for the scheme's own.
    public let port: Int?
    /// What stands before every path: empty, or beginning with `/` and not ending with it.
    public let pathPrefix: String

    /// An exchange's own server, encrypted.
    ///
    /// - Parameter host: Its name, with `:` and a port where it is not the usual one.
    init(host: String) {
        let parts = host.split(separator: ":", maxSplits: 1)
        isEncrypted = true
        self.host = parts.first.map(String.init) ?? ""
        port = parts.count == 2 ? Int(parts[1]) : nil
        pathPrefix = ""
    }

    /// Reads an address such as `https://api.example.org` or `http://127.0.0.1:8080`.
    ///
    /// - Parameter text: Scheme and host, with a port and a path when need be, without login, query and fragment.
    /// - Throws: ``InvalidEndpoint`` for anything else, and for http to a host that is not this machine.
    public init(_ text: String) throws(InvalidEndpoint) {
        let scheme: String
        switch text {
        case _ where text.lowercased().hasPrefix("https://"): (scheme, isEncrypted) = ("https://", true)
        case _ where text.lowercased().hasPrefix("http://"): (scheme, isEncrypted) = ("http://", false)
        default: throw .notAnAddress
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        var path = String(rest.dropFirst(authority.count))
        while path.hasSuffix("/") { path.removeLast() }
        guard path.utf8.allSatisfy(Self.isPlainInPath), !path.contains("//"), !path.contains("..") else {
            throw .notAnAddress
        }
        pathPrefix = path
        let hostEnd: String.Index
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else { throw .notAnAddress }
            host = authority[authority.index(after: authority.startIndex)..<bracket].lowercased()
            hostEnd = authority.index(after: bracket)
            guard host.contains(":"), host.utf8.allSatisfy(Self.isPlainInIPv6) else { throw .notAnAddress }
        } else {
            hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
            host = authority[..<hostEnd].lowercased()
            guard !host.isEmpty, host.utf8.allSatisfy(Self.isPlainInHost) else { throw .notAnAddress }
        }
        if hostEnd == authority.endIndex {
            port = nil
        } else {
            let digits = authority[hostEnd...].dropFirst()
            guard authority[hostEnd] == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(digits), (1...65535).contains(number)
            else { throw .notAnAddress }
            port = number
        }
        guard isEncrypted || isLoopback else { throw .notEncrypted }
    }

    /// Whether the server is on this machine.
    public var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// As it is written, without a `/` at its end.
    public var description: String {
        (isEncrypted ? "https://" : "http://") + (host.contains(":") ? "[\(host)]" : host)
            + (port.map { ":\($0)" } ?? "") + pathPrefix
    }

    private static func isPlainInHost(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }

    private static func isPlainInIPv6(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }

    private static func isPlainInPath(_ byte: UInt8) -> Bool {
        isPlainInHost(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

/// Why a text does not say where an exchange is.
public enum InvalidEndpoint: Error, Equatable, Sendable {
    /// Not of the form `connector=https://host`.
    case notAnOverride
    /// Not the address of a server.
    case notAnAddress
    /// Plain http to a host that is not this machine.
    case notEncrypted
    /// There is no such connector; carries the name as it was given.
    case unknownConnector(String)
}

extension InvalidEndpoint: CustomStringConvertible {
    /// One sentence with cause and cure.
    public var description: String {
        switch self {
        case .notAnOverride: "Write an exchange's address as CONNECTOR=https://HOST."
        case .notAnAddress:
            "An exchange's address is https://HOST, with a port and a path when need be, and nothing else."
        case .notEncrypted:
            "An exchange's address must begin with https://; plain http is only for this machine itself."
        case .unknownConnector(let name):
            "There is no connector \(ExchangeText.cleaned(name, hiding: []) ?? "of this name") to redirect; "
                + "keys-manager connector list shows the names."
        }
    }
}
