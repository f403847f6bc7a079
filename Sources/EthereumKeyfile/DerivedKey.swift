internal import Crypto
internal import Digests

/// What a password and a ``KeyDerivation`` give: 16 bytes to encrypt with and 16 bytes to authenticate with.
///
/// Never printed and never stored; the bytes live in `SymmetricKey`, which clears them when it goes.
public struct DerivedKey: Sendable {
    let encryptionKey: SymmetricKey
    private let authenticationKey: SymmetricKey

    /// Splits the first 32 bytes of a derived key; the format ignores the rest.
    init(_ key: SymmetricKey) {
        let bytes = unsafe key.withUnsafeBytes { unsafe Array($0) }
        encryptionKey = SymmetricKey(data: bytes[..<16])
        authenticationKey = SymmetricKey(data: bytes[16..<32])
    }

    /// HMAC-SHA256 with a key of its own for a purpose, which opens and seals nothing.
    ///
    /// - Parameters:
    ///   - purpose: Another text gives another key.
    ///   - message: What the code covers.
    /// - Returns: 32 bytes.
    public func authenticationCode(for purpose: String, of message: [UInt8]) -> [UInt8] {
        var bytes = unsafe encryptionKey.withUnsafeBytes { unsafe Array($0) }
        bytes += unsafe authenticationKey.withUnsafeBytes { unsafe Array($0) }
        let whole = SymmetricKey(data: bytes)
        let key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(purpose.utf8), using: whole))
        return Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
    }

    /// Keccak-256 over the second half of the key and the ciphertext.
    func mac(of ciphertext: [UInt8]) -> [UInt8] {
        var hash = Keccak256()
        hash.update(unsafe authenticationKey.withUnsafeBytes { unsafe Array($0) })
        hash.update(ciphertext)
        return hash.digest()
    }
}

extension DerivedKey: CustomStringConvertible, CustomReflectable {
    /// Always `<derived key>`.
    public var description: String { "<derived key>" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
