import CSecp256k1
import Digests
import Testing

/// A wallet that signs messages: the private key 0x0123…0123 of everybody's examples.
enum EthereumSigner {
    static func signature(of text: String, key: [UInt8] = example) throws -> String {
        let context = try #require(secp256k1_context_create(keys_manager_secp256k1_context_none))
        defer { secp256k1_context_destroy(context) }
        let digest = Keccak256.hash(Array("\u{19}Ethereum Signed Message:\n\(text.utf8.count)\(text)".utf8))
        var signature = secp256k1_ecdsa_recoverable_signature()
        var compact = [UInt8](repeating: 0, count: 64)
        var recovery: Int32 = 0
        try #require(secp256k1_ecdsa_sign_recoverable(context, &signature, digest, key, nil, nil) == 1)
        secp256k1_ecdsa_recoverable_signature_serialize_compact(context, &compact, &recovery, &signature)
        let digits = (compact + [UInt8(27 + recovery)]).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return "0x" + digits.joined()
    }

    static let example: [UInt8] = (0..<32).map { [0x01, 0x23, 0x45, 0x67, 0x89][$0 % 5] }
}
