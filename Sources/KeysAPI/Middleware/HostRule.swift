import HTTPTypes

/// Answers only for hosts that were meant, so that a foreign page cannot rebind its own name to this server's address.
///
/// `localhost`, `127.0.0.1`, `[::1]`, the address listened on and the configured names are good, with any port. A
/// server that listens on all addresses (`0.0.0.0`, `::`) does not know by which one it is reached; there any IP
/// address is good too, because rebinding needs a name. Names must be configured.
struct HostRule: Sendable {
    private let names: Set<String>
    /// The names with and without the port, as nearly all clients spell them.
    private let usual: Set<String>
    private let allowsAddresses: Bool

    init(listeningOn host: String, port: Int, allowing others: [String]) {
        let bound = IPAddress(host)
        allowsAddresses = bound?.isWildcard ?? false
        names = Set((["localhost", "127.0.0.1", "::1", host] + others).map { Self.normalized($0) })
        usual = Set(names.filter { !$0.contains(":") }.flatMap { [$0, "\($0):\(port)"] })
    }

    /// - Throws: ``APIError``: 400 without exactly one Host header, 421 for a host that is not this server's.
    func check(_ request: HTTPRequest) throws(APIError) {
        guard let text = request.authority, request.headerFields[.secondHost] == nil else { throw .missingHost }
        if usual.contains(text) { return }
        guard let authority = Authority(text) else { throw .foreignHost }
        if names.contains(authority.host) { return }
        guard let address = IPAddress(authority.host) else { throw .foreignHost }
        guard allowsAddresses || names.contains(address.description) else { throw .foreignHost }
    }

    /// One spelling for each address; names in lower case, without brackets and port.
    private static func normalized(_ host: String) -> String {
        if let address = IPAddress(host) { return address.description }
        guard let authority = Authority(host) else { return host.lowercased() }
        return IPAddress(authority.host)?.description ?? authority.host
    }
}
