/// The origin of a page: scheme, host and port.
struct Origin: Sendable, Hashable {
    private let scheme: String
    private let host: String
    private let port: Int

    /// - Returns: `nil` when the text is no http or https origin; `null` is none.
    init?(_ text: String) {
        for (scheme, defaultPort) in [("http", 80), ("https", 443)] {
            let prefix = "\(scheme)://"
            guard text.lowercased().hasPrefix(prefix) else { continue }
            guard let authority = Authority(text.dropFirst(prefix.count)) else { return nil }
            self.scheme = scheme
            host = authority.host
            port = authority.port ?? defaultPort
            return
        }
        return nil
    }

    /// Whether a page of this origin calls the server that it came from.
    ///
    /// The scheme is taken from the origin: behind a proxy that ends TLS, the server does not know by which one it was
    /// called.
    func isServer(named authority: Authority) -> Bool {
        host == authority.host && port == authority.port ?? (scheme == "https" ? 443 : 80)
    }
}
