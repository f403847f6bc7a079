internal import Crypto

/// What a Coinbase secret turns out to be, judged as Hummingbot reads it.
///
/// Hummingbot takes PEM, and bare base64 only when it is the body of an `EC PRIVATE KEY`; whatever else it falls back to a
/// retired scheme for.
enum CoinbaseKey {
    /// A key on P-256, in a form that Hummingbot reads.
    case ecdsa(P256.Signing.PrivateKey)
    /// A key on P-256 as the bare body of a `PRIVATE KEY`, which Hummingbot does not read.
    case ecdsaWithoutFrame
    /// An Ed25519 key as Coinbase hands it out: 64 bytes, seed and public key, in base64; or the seed alone.
    case ed25519(Curve25519.Signing.PrivateKey)
    /// An Ed25519 key in PEM.
    case ed25519PEM
    /// None of these.
    case unreadable

    /// The object identifier 1.3.101.112 in DER.
    private static let ed25519Identifier: [UInt8] = [0x06, 0x03, 0x2B, 0x65, 0x70]

    /// Reads a secret, with its white space at the ends removed and its line breaks in order.
    init(_ text: String) {
        if text.hasPrefix("-----BEGIN") {
            if let key = try? P256.Signing.PrivateKey(pemRepresentation: text) {
                self = .ecdsa(key)
            } else {
                self = Self.body(ofPEM: text).map(Self.isEd25519) == true ? .ed25519PEM : .unreadable
            }
            return
        }
        guard let bytes = Base64.bytes(text) else {
            self = .unreadable
            return
        }
        if bytes.count == 64 || bytes.count == 32,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes.prefix(32))
        {
            self = .ed25519(key)
        } else if let key = try? P256.Signing.PrivateKey(pemRepresentation: Self.framed(text, "EC PRIVATE KEY")) {
            self = .ecdsa(key)
        } else if (try? P256.Signing.PrivateKey(pemRepresentation: Self.framed(text, "PRIVATE KEY"))) != nil {
            self = .ecdsaWithoutFrame
        } else {
            self = Self.isEd25519(bytes) ? .ed25519PEM : .unreadable
        }
    }

    private static func framed(_ body: String, _ label: String) -> String {
        let digits = Array(body.utf8)
        let lines = stride(from: 0, to: digits.count, by: 64).map {
            String(decoding: digits[$0..<min($0 + 64, digits.count)], as: UTF8.self)
        }
        return (["-----BEGIN \(label)-----"] + lines + ["-----END \(label)-----"]).joined(separator: "\n")
    }

    private static func body(ofPEM text: String) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline)
        return Base64.bytes(lines.filter { !$0.hasPrefix("-----") }.joined())
    }

    private static func isEd25519(_ der: [UInt8]) -> Bool { der.prefix(32).firstRange(of: ed25519Identifier) != nil }
}
