internal import Crypto
internal import Digests

/// A wallet's key on the XRP Ledger, from the seed or the raw key that wallets hand out.
///
/// Source: the XRP Ledger's documentation, "Cryptographic Keys", "base58 Encodings".
public struct RippleKey: Sendable {
    /// How the key was written.
    public enum Form: Sendable, Equatable {
        /// A family seed that begins with `s`, for secp256k1.
        case seed
        /// A family seed that begins with `sEd`, for Ed25519.
        case ed25519Seed
        /// `00` and 64 hex digits, for secp256k1.
        case raw
        /// `ED` and 64 hex digits, for Ed25519.
        case ed25519Raw
    }

    /// How the key was written.
    public let form: Form
    /// The public key, 33 bytes.
    public let publicKey: [UInt8]

    private static let seedPrefix: [UInt8] = [0x21]
    private static let ed25519SeedPrefix: [UInt8] = [0x01, 0xE1, 0x4B]
    private static let addressPrefix: UInt8 = 0
    private static let seedByteCount = 16
    /// A seed's text is 29 or 31 characters long; a few more or less are a mistake in copying.
    private static let plausibleLengths = 26...34

    /// Reads a seed or a raw key and derives the public key. Only the public key is kept.
    ///
    /// - Parameter text: As in ``Form``.
    /// - Throws: ``WalletKeyError/notBase58`` for any other text, ``WalletKeyError/wrongChecksum`` for a seed that was
    ///   mistyped.
    public init(_ text: String) throws(WalletKeyError) {
        if text.utf8.count == 66, var bytes = HexText.bytes(text), let first = bytes.first, first == 0 || first == 0xED
        {
            defer { Memory.wipe(&bytes) }
            form = first == 0 ? .raw : .ed25519Raw
            let secret = Array(bytes.dropFirst())
            publicKey =
                first == 0
                ? try Secp256k1PrivateKey(bytes: secret).compressedPublicKey : try Self.ed25519PublicKey(secret)
            return
        }
        guard text.hasPrefix("s"), Self.plausibleLengths.contains(text.utf8.count), Base58.ripple.bytes(text) != nil
        else { throw .notBase58 }
        guard var bytes = Base58.ripple.checkedBytes(text) else { throw .wrongChecksum }
        defer { Memory.wipe(&bytes) }
        let seed = Array(bytes.suffix(Self.seedByteCount))
        switch Array(bytes.dropLast(Self.seedByteCount)) {
        case Self.seedPrefix:
            form = .seed
            publicKey = try Self.publicKey(ofSeed: seed)
        case Self.ed25519SeedPrefix:
            form = .ed25519Seed
            publicKey = try Self.ed25519PublicKey(Self.half(seed))
        default: throw .notBase58
        }
    }

    /// The account's address, which begins with `r`.
    public var address: String {
        Base58.ripple.checkedText([Self.addressPrefix] + RIPEMD160.hash(SHA256.hash(data: publicKey)))
    }

    /// Whether a text is an account's address, its checksum included.
    public static func isAddress(_ text: String) -> Bool {
        guard let bytes = Base58.ripple.checkedBytes(text) else { return false }
        return bytes.count == 21 && bytes.first == addressPrefix
    }

    /// The root key of the family plus the key of its first member.
    private static func publicKey(ofSeed seed: [UInt8]) throws(WalletKeyError) -> [UInt8] {
        let root = try firstKey(of: seed)
        let member = try firstKey(of: root.compressedPublicKey + [0, 0, 0, 0])
        var tweak = member.exposedBytes()
        defer { Memory.wipe(&tweak) }
        return try root.adding(tweak).compressedPublicKey
    }

    /// The first hash that is a key, of those of the input and a counter; it practically always is the first of all.
    private static func firstKey(of input: [UInt8]) throws(WalletKeyError) -> Secp256k1PrivateKey {
        for count in 0..<UInt8.max {
            if let key = try? Secp256k1PrivateKey(bytes: half(input + [0, 0, 0, count])) { return key }
        }
        throw .outOfRange
    }

    private static func ed25519PublicKey(_ secret: [UInt8]) throws(WalletKeyError) -> [UInt8] {
        [0xED] + (try Ed25519PrivateKey(seed: secret).publicKey)
    }

    /// The first half of SHA-512.
    private static func half(_ bytes: [UInt8]) -> [UInt8] { Array(SHA512.hash(data: bytes).prefix(32)) }
}
