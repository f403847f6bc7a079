internal import Digests

/// A private key on secp256k1, with which wallets of the Ethereum family sign.
public struct EthereumPrivateKey: Sendable {
    private let key: Secp256k1PrivateKey
    /// The address that belongs to the key: the last 20 bytes of the public key's Keccak-256.
    public let address: EthereumAddress

    /// Reads a private key and derives its address. Costs some microseconds.
    ///
    /// - Parameter text: 64 hex digits in any case, with or without `0x` before them.
    /// - Throws: ``WalletKeyError/notHex``, ``WalletKeyError/outOfRange``.
    public init(hex text: String) throws(WalletKeyError) {
        guard var bytes = HexText.bytes(text) else { throw .notHex }
        defer { Memory.wipe(&bytes) }
        guard bytes.count == 32 else { throw .notHex }
        self.init(try Secp256k1PrivateKey(bytes: bytes))
    }

    /// Derives the key that wallets of the Ethereum family make of a secret phrase first: `m/44'/60'/0'/0/0`.
    ///
    /// - Parameter phrase: The words. Costs some milliseconds.
    /// - Throws: ``WalletKeyError/outOfRange``, once in 2^127 phrases.
    public init(phrase: SecretPhrase) throws(WalletKeyError) {
        self.init(try HierarchicalKey(phrase: phrase).descendant(.ethereum).key)
    }

    init(_ key: Secp256k1PrivateKey) {
        self.key = key
        // The first byte, 4, only says that the point is not compressed.
        address = EthereumAddress(lastBytesOf: Keccak256.hash(key.publicPoint.dropFirst()))
    }

    /// Signs a digest; the same digest gives the same signature (RFC 6979).
    ///
    /// - Parameter digest: 32 bytes.
    /// - Returns: A signature from which the address can be recovered.
    /// - Throws: ``WalletKeyError/wrongDigestLength``.
    public func signature(ofDigest digest: [UInt8]) throws(WalletKeyError) -> RecoverableSignature {
        try key.signature(ofDigest: digest)
    }

    /// Signs a text as wallets sign messages to people (EIP-191, version 0x45, `personal_sign`), which can never be a
    /// transaction.
    ///
    /// - Parameter text: The message.
    /// - Returns: A signature from which the address can be recovered.
    /// - Throws: ``WalletKeyError/libraryFailure``.
    public func signature(ofMessage text: String) throws(WalletKeyError) -> RecoverableSignature {
        var hash = Keccak256()
        hash.update("\u{19}Ethereum Signed Message:\n\(text.utf8.count)".utf8)
        hash.update(text.utf8)
        return try key.signature(ofDigest: hash.digest())
    }
}

extension EthereumPrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<private key>`.
    public var description: String { "<private key>" }
    /// Always `<private key>`.
    public var debugDescription: String { "<private key>" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
