internal import Credentials
internal import Crypto

/// Tells one key from another without being the key: 16 bytes of a digest. Fit for a file.
public struct KeyFingerprint: Hashable, Sendable, CustomStringConvertible {
    /// 32 hex digits.
    public let description: String

    /// Takes the fingerprint of a key.
    ///
    /// - Parameters:
    ///   - identity: The text by which the exchange knows the key.
    ///   - exchange: The exchange's name, which keeps equal texts of two exchanges apart.
    init(of identity: Secret, at exchange: String) {
        let digest = SHA256.hash(data: Array("keys-manager nonce \(exchange) \(identity.exposed())".utf8))
        description = Hex.text(digest.prefix(16))
    }

    /// Reads a fingerprint from a file; `nil` for anything but 32 hex digits in lower case.
    public init?(_ text: String) {
        let isHex = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard text.utf8.count == 32, isHex else { return nil }
        description = text
    }
}
