internal import CSecp256k1
internal import Crypto
internal import Digests

/// A private key on secp256k1, with which wallets of the Ethereum family sign.
public struct EthereumPrivateKey: Sendable {
    private let key: SymmetricKey
    /// The address that belongs to the key: the last 20 bytes of the public key's Keccak-256.
    public let address: EthereumAddress

    /// Reads a private key and derives its address. Costs some microseconds.
    ///
    /// - Parameter text: 64 hex digits in any case, with or without `0x` before them.
    /// - Throws: ``WalletKeyError/notHex``, ``WalletKeyError/outOfRange``.
    public init(hex text: String) throws(WalletKeyError) {
        guard let bytes = HexText.bytes(text), bytes.count == 32 else { throw .notHex }
        let context = SigningContext()
        guard secp256k1_ec_seckey_verify(context.pointer, bytes) == 1 else { throw .outOfRange }
        var publicKey = secp256k1_pubkey()
        var point = [UInt8](repeating: 0, count: 65)
        var pointByteCount = point.count
        guard secp256k1_ec_pubkey_create(context.pointer, &publicKey, bytes) == 1,
            secp256k1_ec_pubkey_serialize(
                context.pointer, &point, &pointByteCount, &publicKey, keys_manager_secp256k1_uncompressed) == 1
        else { throw .libraryFailure }
        key = SymmetricKey(data: bytes)
        // The first byte, 4, only says that the point is not compressed.
        address = EthereumAddress(lastBytesOf: Keccak256.hash(point.dropFirst()))
    }

    /// Signs a digest; the same digest gives the same signature (RFC 6979).
    ///
    /// - Parameter digest: 32 bytes.
    /// - Returns: A signature from which the address can be recovered.
    /// - Throws: ``WalletKeyError/wrongDigestLength``.
    public func signature(ofDigest digest: [UInt8]) throws(WalletKeyError) -> RecoverableSignature {
        guard digest.count == 32 else { throw .wrongDigestLength }
        let context = SigningContext()
        var signature = secp256k1_ecdsa_recoverable_signature()
        var compact = [UInt8](repeating: 0, count: 64)
        var recoveryID: Int32 = 0
        let bytes = key.withUnsafeBytes { Array($0) }
        guard secp256k1_ecdsa_sign_recoverable(context.pointer, &signature, digest, bytes, nil, nil) == 1,
            secp256k1_ecdsa_recoverable_signature_serialize_compact(
                context.pointer, &compact, &recoveryID, &signature) == 1
        else { throw .libraryFailure }
        return RecoverableSignature(
            r: Array(compact[..<32]), s: Array(compact[32...]), recoveryID: UInt8(truncatingIfNeeded: recoveryID))
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

/// A signature on secp256k1 that tells whose it is.
public struct RecoverableSignature: Hashable, Sendable {
    /// 32 bytes, big-endian.
    public let r: [UInt8]
    /// 32 bytes, big-endian, in the lower half of the order.
    public let s: [UInt8]
    /// 0 to 3; Ethereum writes it as `v`, 27 more.
    public let recoveryID: UInt8
}

/// A context of the library, blinded against eavesdropping on the timing and destroyed after use.
private struct SigningContext: ~Copyable {
    let pointer: OpaquePointer

    init() {
        pointer = secp256k1_context_create(keys_manager_secp256k1_context_none)
        var generator = SystemRandomNumberGenerator()
        var seed = (0..<32).map { _ in generator.next() as UInt8 }
        // Without blinding the results are the same, so its failure can be passed over.
        _ = secp256k1_context_randomize(pointer, &seed)
    }

    deinit { secp256k1_context_destroy(pointer) }
}
