import CSecp256k1
import Digests

/// Who signed a message with an Ethereum wallet, after EIP-191.
enum EthereumMessage {
    /// The address that signed a text; nil when the signature belongs to nobody.
    ///
    /// - Parameters:
    ///   - text: The message, without the prefix that wallets put before it.
    ///   - signature: `0x` and 130 hexadecimal digits: r, s and v.
    /// - Returns: `0x` and 40 lower-case digits.
    static func signer(of text: String, signature: String) -> String? {
        guard let bytes = HexDigits.bytes(signature), bytes.count == 65, signature.hasPrefix("0x") else { return nil }
        let recovery = Int32(bytes[64] >= 27 ? bytes[64] - 27 : bytes[64])
        guard 0...1 ~= recovery, let context = secp256k1_context_create(keys_manager_secp256k1_context_none) else {
            return nil
        }
        defer { secp256k1_context_destroy(context) }
        let digest = Keccak256.hash(Array("\u{19}Ethereum Signed Message:\n\(text.utf8.count)\(text)".utf8))
        var parsed = secp256k1_ecdsa_recoverable_signature()
        var publicKey = secp256k1_pubkey()
        var point = [UInt8](repeating: 0, count: 65)
        var count = point.count
        guard
            secp256k1_ecdsa_recoverable_signature_parse_compact(context, &parsed, Array(bytes[..<64]), recovery) == 1,
            secp256k1_ecdsa_recover(context, &publicKey, &parsed, digest) == 1,
            secp256k1_ec_pubkey_serialize(context, &point, &count, &publicKey, keys_manager_secp256k1_uncompressed)
                == 1
        else { return nil }
        return "0x" + Signing.hex(Array(Keccak256.hash(point.dropFirst()).suffix(20)))
    }

    /// Whether a text is an address: `0x` and 40 hexadecimal digits.
    static func isAddress(_ text: String) -> Bool {
        text.hasPrefix("0x") && HexDigits.bytes(text)?.count == 20
    }
}

/// Hexadecimal digits.
enum HexDigits {
    /// The bytes of pairs of digits, with or without `0x` before them; nil for anything else.
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array((text.hasPrefix("0x") ? text.dropFirst(2) : text[...]).utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Character(UnicodeScalar(digits[place])).hexDigitValue,
                let low = Character(UnicodeScalar(digits[place + 1])).hexDigitValue
            else { return nil }
            bytes.append(UInt8(high * 16 + low))
        }
        return bytes
    }
}
