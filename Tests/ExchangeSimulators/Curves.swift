import Crypto
import CryptoExtras
import Foundation

/// Checks of signatures with public keys.
enum Curves {
    /// Whether an Ed25519 signature over a text holds.
    static func isEd25519(_ signature: [UInt8], of text: String, publicKey: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(Data(signature), for: Data(text.utf8))
    }

    /// The public key of an Ed25519 key in PKCS #8 or SubjectPublicKeyInfo, as PEM or its Base64 alone.
    ///
    /// Both are DER of a fixed shape: an algorithm's name before 32 bytes of seed or of public key.
    static func ed25519PublicKey(pem text: String) -> [UInt8]? {
        let lines = text.replacingOccurrences(of: "\\n", with: "\n").split(whereSeparator: \.isNewline)
        let body = lines.filter { !$0.hasPrefix("-----") }.joined()
        guard let der = Data(base64Encoded: body) else { return nil }
        let algorithm: [UInt8] = [0x06, 0x03, 0x2b, 0x65, 0x70]
        if der.count == 48, Array(der[4...]).starts(with: [0x00, 0x30, 0x05] + algorithm) {
            return try? Array(
                Curve25519.Signing.PrivateKey(rawRepresentation: der.suffix(32)).publicKey.rawRepresentation)
        }
        if der.count == 44, Array(der[2...]).starts(with: [0x30, 0x05] + algorithm) { return Array(der.suffix(32)) }
        return nil
    }

    /// Whether an RSA-PSS signature (SHA-256, a salt of 32 bytes) over a text holds.
    ///
    /// The key is a PEM, private or public.
    static func isRSAPSS(_ signature: [UInt8], of text: String, pem: String) -> Bool {
        let key =
            (try? _RSA.Signing.PublicKey(pemRepresentation: pem))
            ?? (try? _RSA.Signing.PrivateKey(pemRepresentation: pem))?.publicKey
        let signature = _RSA.Signing.RSASignature(rawRepresentation: Data(signature))
        return key?.isValidSignature(signature, for: SHA256.hash(data: Data(text.utf8)), padding: .PSS) ?? false
    }
}
