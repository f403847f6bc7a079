internal import Crypto

/// The HMACs with which most exchanges let requests be signed.
enum HMACSignature {
    /// HMAC-SHA256 of a text under a text.
    static func sha256(_ text: String, key: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: Array(key.utf8))))
    }

    /// HMAC-SHA384 of a text under a text.
    static func sha384(_ text: String, key: String) -> [UInt8] {
        Array(HMAC<SHA384>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: Array(key.utf8))))
    }

    /// HMAC-SHA512 of bytes under bytes.
    static func sha512(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA512>.authenticationCode(for: bytes, using: SymmetricKey(data: key)))
    }
}
