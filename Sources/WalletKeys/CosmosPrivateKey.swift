internal import Crypto
internal import Digests

/// A private key on secp256k1, with which wallets of the Cosmos family sign.
public struct CosmosPrivateKey: Sendable {
    private let key: Secp256k1PrivateKey

    /// Derives the key that wallets of the Cosmos family make of a secret phrase first: `m/44'/118'/0'/0/0`.
    ///
    /// - Parameter phrase: The words. Costs some milliseconds.
    /// - Throws: ``WalletKeyError/outOfRange``, once in 2^127 phrases.
    public init(phrase: SecretPhrase) throws(WalletKeyError) {
        key = try HierarchicalKey(phrase: phrase).descendant(.cosmos).key
    }

    /// The public key, 33 bytes.
    public var publicKey: [UInt8] { key.compressedPublicKey }

    /// The address on one of the chains.
    ///
    /// - Parameter prefix: What the chain's addresses begin with, such as `dydx`.
    /// - Returns: RIPEMD-160 of SHA-256 of the public key under that prefix.
    public func address(prefix: String) -> CosmosAddress {
        CosmosAddress(prefix: prefix, bytes: RIPEMD160.hash(SHA256.hash(data: publicKey)))
    }
}

extension CosmosPrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<private key>`.
    public var description: String { "<private key>" }
    /// Always `<private key>`.
    public var debugDescription: String { "<private key>" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// An account's address on a chain of the Cosmos family: a prefix that names the chain, and 20 bytes.
public struct CosmosAddress: Hashable, Sendable {
    /// Names the chain, such as `dydx` or `inj`.
    public let prefix: String
    /// The 20 bytes.
    public let bytes: [UInt8]

    init(prefix: String, bytes: [UInt8]) {
        self.prefix = prefix
        self.bytes = bytes
    }

    /// Reads an address; `nil` for any other text, and for one whose checksum shows a mistyped character.
    public init?(_ text: String) {
        guard let decoded = Bech32.decode(text), let bytes = Bech32.bytes(ofDigits: decoded.digits), bytes.count == 20
        else { return nil }
        self.init(prefix: decoded.prefix, bytes: bytes)
    }
}

extension CosmosAddress: CustomStringConvertible {
    /// As wallets write it, in lower case.
    public var description: String { Bech32.encode(prefix: prefix, digits: Bech32.digits(ofBytes: bytes)) }
}
