import Credentials
import HTTPTypes

/// The cookie that carries a session's token.
///
/// Browsers send a host's cookies to all of its ports, so the name holds the port, as the browser knows it: two servers
/// on one machine do not sign each other out. The cookie has no Domain, is shown to no script, goes along with no
/// request of another site, and ends with the browser; how long it is good for is the server's business.
struct SessionCookie: Sendable {
    /// Whether browsers reach this server by TLS that it speaks itself. A proxy's TLS is not known here.
    let isSecure: Bool

    /// More cookies of one name than a browser has reason to send are not looked at.
    private static let mostOfOneName = 8

    /// The name for a server of that port.
    func name(port: Int) -> String {
        // Browsers take a cookie with this prefix only over TLS, for the whole host, and from nobody but it.
        "\(isSecure ? "__Host-" : "")keys-manager-session-\(port)"
    }

    /// The keys of the sessions that a request names, whether there are such or not; `nil` when it names none.
    ///
    /// Another server of the host can set a cookie of our name for a narrower path, which then comes along with ours.
    func keys(in request: HTTPRequest) -> [SessionKey]? {
        guard let cookies = request.headerFields[.cookie] else { return nil }
        let name = name(for: request)
        let values = cookies.split(separator: ";").compactMap { pair -> Substring? in
            let pair = pair.drop { $0 == " " || $0 == "\t" }
            guard pair.hasPrefix(name), pair.dropFirst(name.count).first == "=" else { return nil }
            return pair.dropFirst(name.count + 1)
        }
        guard !values.isEmpty else { return nil }
        return values.prefix(Self.mostOfOneName).compactMap { SessionToken($0)?.key }
    }

    /// The header that gives a browser its token.
    func setting(_ token: SessionToken, for request: HTTPRequest) -> HTTPField {
        field(name(for: request), token.text.exposed(), "")
    }

    /// The header that makes a browser forget its token.
    func clearing(for request: HTTPRequest) -> HTTPField { field(name(for: request), "", "; Max-Age=0") }

    private func field(_ name: String, _ value: String, _ more: String) -> HTTPField {
        HTTPField(
            name: .setCookie,
            value: "\(name)=\(value); Path=/; HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")\(more)")
    }

    private func name(for request: HTTPRequest) -> String {
        let port = request.authority.flatMap { Authority($0) }?.port
        return name(port: port ?? (isSecure ? 443 : 80))
    }
}
