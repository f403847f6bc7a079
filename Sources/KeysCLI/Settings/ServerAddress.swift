/// The address of a server, taken apart and put together again, so that nothing in it can mean two things.
struct ServerAddress: Sendable, Equatable, CustomStringConvertible {
    let isEncrypted: Bool
    /// A name or an address; IPv6 without brackets.
    let host: String
    let port: Int?
    /// What stands before every route, such as `/keys`; empty or beginning with a slash.
    let prefix: String

    /// - Throws: ``CommandError/usage(_:hint:)`` that names the part which does not fit, without repeating the text: a
    ///   password may stand in it.
    init(_ text: String) throws {
        var rest = Substring(text)
        let lowered = text.lowercased()
        if lowered.hasPrefix("https://") {
            isEncrypted = true
            rest = rest.dropFirst(8)
        } else if lowered.hasPrefix("http://") {
            isEncrypted = false
            rest = rest.dropFirst(7)
        } else {
            throw Self.fault("does not begin with http:// or https://")
        }
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        guard !authority.contains("@") else { throw Self.fault("holds a login", hint: "Use API_USER and API_PASS.") }
        let (host, port) = try Self.hostAndPort(authority)
        self.host = host
        self.port = port
        guard path.utf8.allSatisfy(Self.isPathByte) else {
            throw Self.fault("has more than a plain path after the host")
        }
        var prefix = String(path)
        while prefix.hasSuffix("/") { prefix.removeLast() }
        self.prefix = prefix
    }

    private static func hostAndPort(_ authority: Substring) throws -> (String, Int?) {
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<end]
            rest = authority[authority.index(after: end)...]
            guard host.utf8.allSatisfy({ $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") || isHexDigit($0) }) else {
                throw fault("has a host that is not an IPv6 address")
            }
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority.dropFirst(host.count)
            guard host.utf8.allSatisfy(isHostByte) else { throw fault("has a host with unusual characters") }
        }
        guard !host.isEmpty else { throw fault("has no host") }
        guard !rest.isEmpty else { return (host.lowercased(), nil) }
        guard rest.hasPrefix(":"), rest.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }),
            let port = Int(rest.dropFirst()), (1...65_535).contains(port)
        else { throw fault("has a port that is not a number from 1 to 65535") }
        return (host.lowercased(), port)
    }

    private static func fault(_ fault: String, hint: String? = nil) -> CommandError {
        .usage("The server's address \(fault).", hint: hint ?? "It looks like http://localhost:8000.")
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool { Character(Unicode.Scalar(byte)).isHexDigit }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        let character = Character(Unicode.Scalar(byte))
        return character.isASCII && (character.isLetter || character.isNumber) || "-._".contains(character)
    }

    private static func isPathByte(_ byte: UInt8) -> Bool { isHostByte(byte) || "/~".utf8.contains(byte) }

    /// Whether what is sent there stays on this machine.
    var isLoopback: Bool { LoopbackHost.matches(host) }

    /// The address with scheme, host and prefix, without a slash at the end.
    var description: String {
        let shownHost = host.contains(":") ? "[\(host)]" : host
        return "\(isEncrypted ? "https" : "http")://\(shownHost)\(port.map { ":\($0)" } ?? "")\(prefix)"
    }
}

/// Which hosts never leave this machine.
enum LoopbackHost {
    /// `localhost`, `127.x.y.z` written in full, and `::1`.
    static func matches(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isNumber } && UInt8($0) != nil }
    }
}
