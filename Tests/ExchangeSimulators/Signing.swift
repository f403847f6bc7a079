import Crypto
import Foundation

/// The sums that exchanges make to check a request.
enum Signing {
    /// HMAC-SHA256.
    static func hmac256(_ text: String, key: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(key.utf8))))
    }

    /// HMAC-SHA384.
    static func hmac384(_ text: String, key: String) -> [UInt8] {
        Array(HMAC<SHA384>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(key.utf8))))
    }

    /// HMAC-SHA512.
    static func hmac512(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA512>.authenticationCode(for: bytes, using: SymmetricKey(data: key)))
    }

    /// SHA-256 of a text.
    static func sha256(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }

    /// SHA-256 of bytes.
    static func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

    /// SHA-512 of a text.
    static func sha512(_ text: String) -> [UInt8] { Array(SHA512.hash(data: Data(text.utf8))) }

    /// Lower-case hexadecimal digits.
    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Base64 with padding.
    static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// The bytes of base64url without padding; nil when it is none, or when unused bits of its end are set.
    static func decodeBase64URL(_ text: Substring) -> [UInt8]? {
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") })
        else { return nil }
        var standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        while standard.utf8.count % 4 != 0 { standard += "=" }
        guard let bytes = Data(base64Encoded: standard), bytes.base64EncodedString() == standard else { return nil }
        return Array(bytes)
    }
}
