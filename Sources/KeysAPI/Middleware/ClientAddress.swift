import HTTPTypes

/// Tells from which address a request really comes.
struct ClientAddressRule: Sendable {
    private let proxies: [AddressRange]

    init(trusting proxies: [AddressRange]) { self.proxies = proxies }

    /// The address of the client: the other end of the connection or, when that is a trusted proxy, the last address
    /// in the forwarding header that is not a trusted proxy itself.
    ///
    /// `X-Forwarded-For` counts before `Forwarded`. Set the proxy up to replace or extend the one that it uses.
    ///
    /// - Returns: `nil` when it is not known.
    func address(of request: HTTPRequest, from peer: IPAddress?) -> IPAddress? {
        guard var address = peer, isProxy(address) else { return peer }
        for hop in Self.hops(in: request.headerFields).reversed() {
            guard let next = hop else { break }
            address = next
            if !isProxy(next) { break }
        }
        return address
    }

    /// Whether a request certainly comes from a program on this machine: over loopback, and forwarded by nobody.
    static func isLocal(_ request: HTTPRequest, from peer: IPAddress?) -> Bool {
        peer?.isLoopback == true && request.headerFields[.xForwardedFor] == nil
            && request.headerFields[.forwarded] == nil
    }

    private func isProxy(_ address: IPAddress) -> Bool { proxies.contains { $0.contains(address) } }

    /// The addresses of the forwarding header, nearest last; `nil` for one that cannot be read.
    private static func hops(in headers: HTTPFields) -> [IPAddress?] {
        if let list = headers[.xForwardedFor] {
            return list.split(separator: ",").map { address($0) }
        }
        guard let list = headers[.forwarded] else { return [] }
        return list.split(separator: ",").map { element in
            for pair in element.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, trimmed(parts[0]).lowercased() == "for" else { continue }
                return address(trimmed(parts[1]).drop { $0 == "\"" }.prefix { $0 != "\"" })
            }
            return nil
        }
    }

    /// Reads `192.0.2.7`, `192.0.2.7:80`, `::1`, `[::1]`, `[::1]:80`.
    private static func address(_ text: Substring) -> IPAddress? {
        let text = trimmed(text)
        return IPAddress(text) ?? Authority(text).flatMap { IPAddress($0.host) }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
