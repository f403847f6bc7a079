import HTTPTypes
import Hummingbird

/// The headers that keep a browser from doing more with an answer than was meant.
enum SecurityHeaders {
    /// For the pages of this server: its own files only, nothing inline, no text made into markup or script, no frame
    /// around it.
    static let pagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'"

    /// For the same: what no page here has a use for.
    static let pagePermissions = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

    private static let dataPolicy = "default-src 'none'; frame-ancestors 'none'"

    private static let always = [
        HTTPField(name: .xContentTypeOptions, value: "nosniff"),
        HTTPField(name: .referrerPolicy, value: "no-referrer"),
        HTTPField(name: .crossOriginResourcePolicy, value: "same-origin"),
        HTTPField(name: .crossOriginOpenerPolicy, value: "same-origin"),
        HTTPField(name: .xFrameOptions, value: "DENY"),
    ]

    /// Adds them; a policy or a cache rule that the answer has already stays.
    static func add(to headers: inout HTTPFields) {
        for field in always { headers.append(field) }
        if headers[.contentSecurityPolicy] == nil {
            headers.append(HTTPField(name: .contentSecurityPolicy, value: dataPolicy))
        }
        if headers[.cacheControl] == nil { headers.append(HTTPField(name: .cacheControl, value: "no-store")) }
    }
}
