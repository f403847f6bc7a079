import HTTPTypes
import Hummingbird

// Header names that HTTPTypes does not define.
extension HTTPField.Name {
    static let accelBuffering = constant("X-Accel-Buffering")
    static let crossOriginOpenerPolicy = constant("Cross-Origin-Opener-Policy")
    static let forwarded = constant("Forwarded")
    /// `1` on what a page asks by itself, without a person.
    static let keysManagerBackground = constant("Keys-Manager-Background")
    static let permissionsPolicy = constant("Permissions-Policy")
    static let referrerPolicy = constant("Referrer-Policy")
    static let requestID = constant("X-Request-ID")
    /// `Host`; the first one is not among the fields but is the request's authority.
    static let secondHost = constant("Host")
    static let secFetchDest = constant("Sec-Fetch-Dest")
    static let secFetchMode = constant("Sec-Fetch-Mode")
    static let secFetchSite = constant("Sec-Fetch-Site")
    static let xForwardedFor = constant("X-Forwarded-For")
    static let xFrameOptions = constant("X-Frame-Options")

    private static func constant(_ text: StaticString) -> HTTPField.Name {
        // The initialiser refuses only texts that are no token (RFC 9110, 5.6.2); all of the above are.
        guard let name = HTTPField.Name(text.description) else { preconditionFailure("\(text) is no token") }
        return name
    }
}

extension HTTPResponse.Status {
    static let locked = HTTPResponse.Status(code: 423, reasonPhrase: "Locked")
    static let insufficientStorage = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
}
