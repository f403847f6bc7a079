internal import Crypto

/// A private key on Ed25519, with which wallets of Solana and Aptos sign.
public struct Ed25519PrivateKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey
    /// The public key, 32 bytes.
    public let publicKey: [UInt8]

    /// The prefix that AIP-80 puts before the hex of a private key.
    public static let aptosPrefix = "ed25519-priv-"
    private static let seedByteCount = 32

    init(seed: [UInt8]) throws(WalletKeyError) {
        guard seed.count == Self.seedByteCount, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        else { throw .outOfRange }
        self.key = key
        publicKey = Array(key.publicKey.rawRepresentation)
    }

    /// Reads a private key as Aptos's wallets write it (AIP-80).
    ///
    /// - Parameter text: 64 hex digits, with or without `0x` and `ed25519-priv-` before them.
    /// - Throws: ``WalletKeyError/notHex``.
    public init(aptos text: String) throws(WalletKeyError) {
        let digits = text.hasPrefix(Self.aptosPrefix) ? String(text.dropFirst(Self.aptosPrefix.count)) : text
        guard var bytes = HexText.bytes(digits) else { throw .notHex }
        defer { Memory.wipe(&bytes) }
        guard bytes.count == Self.seedByteCount else { throw .notHex }
        try self.init(seed: bytes)
    }

    /// Reads a private key as Solana's wallets write it: the seed and behind it the public key.
    ///
    /// - Parameter text: 64 bytes in base 58.
    /// - Throws: ``WalletKeyError/notBase58``, ``WalletKeyError/wrongPublicKey``.
    public init(solana text: String) throws(WalletKeyError) {
        guard var bytes = Base58.bitcoin.bytes(text) else { throw .notBase58 }
        defer { Memory.wipe(&bytes) }
        guard bytes.count == 2 * Self.seedByteCount else { throw .notBase58 }
        try self.init(seed: Array(bytes[..<Self.seedByteCount]))
        guard publicKey == Array(bytes[Self.seedByteCount...]) else { throw .wrongPublicKey }
    }

    /// The address on Solana: the public key in base 58.
    public var solanaAddress: String { Base58.bitcoin.text(publicKey) }

    /// The address on Aptos of an account that has this key alone: SHA3-256 of the public key and a zero byte.
    public var aptosAddress: String { "0x" + HexText.text(SHA3_256.hash(data: publicKey + [0])) }

    /// Signs bytes.
    ///
    /// - Parameter bytes: What is signed.
    /// - Returns: 64 bytes.
    /// - Throws: ``WalletKeyError/libraryFailure``.
    public func signature(of bytes: [UInt8]) throws(WalletKeyError) -> [UInt8] {
        guard let signature = try? key.signature(for: bytes) else { throw .libraryFailure }
        return Array(signature)
    }
}

extension Ed25519PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<private key>`.
    public var description: String { "<private key>" }
    /// Always `<private key>`.
    public var debugDescription: String { "<private key>" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
