internal import Crypto

/// Ed25519 private keys in PKCS#8 (RFC 8410), as PEM or as the bare base64 of their DER.
enum Ed25519PEM {
    /// What stands before the 32 bytes of the seed when nothing stands behind them.
    private static let prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    /// Reads a key; `nil` for anything else, keys with a password among it.
    static func key(_ text: String) -> Curve25519.Signing.PrivateKey? {
        let lines = text.split(whereSeparator: \.isNewline)
        let body = lines.filter { !$0.hasPrefix("-----") }.joined()
        let isFramed = lines.count > 1
        guard !isFramed || lines.first == "-----BEGIN PRIVATE KEY-----", let bytes = Base64.bytes(body),
            bytes.count == prefix.count + 32, bytes.starts(with: prefix)
        else { return nil }
        return try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes.dropFirst(prefix.count))
    }
}
