internal import CSecp256k1
internal import Crypto

/// A private key on secp256k1 with its public key; the chains differ in what they make of both.
struct Secp256k1PrivateKey: Sendable {
    /// Wiped by the library when the last copy goes.
    private let key: SymmetricKey
    /// The public point, 65 bytes: 4, then x and y.
    let publicPoint: [UInt8]

    /// The public key in 33 bytes: 2 or 3 for the sign of y, then x.
    var compressedPublicKey: [UInt8] { [publicPoint[64] & 1 == 0 ? 2 : 3] + publicPoint[1...32] }

    /// Takes over 32 bytes, big-endian. Costs some microseconds.
    ///
    /// - Parameter bytes: The key; the caller wipes its own copy.
    /// - Throws: ``WalletKeyError/outOfRange``.
    init(bytes: [UInt8]) throws(WalletKeyError) {
        let context = SigningContext()
        guard bytes.count == 32, secp256k1_ec_seckey_verify(context.pointer, bytes) == 1 else { throw .outOfRange }
        var publicKey = secp256k1_pubkey()
        var point = [UInt8](repeating: 0, count: 65)
        var pointByteCount = point.count
        guard secp256k1_ec_pubkey_create(context.pointer, &publicKey, bytes) == 1,
            secp256k1_ec_pubkey_serialize(
                context.pointer, &point, &pointByteCount, &publicKey, keys_manager_secp256k1_uncompressed) == 1
        else { throw .libraryFailure }
        key = SymmetricKey(data: bytes)
        publicPoint = point
    }

    /// The key with a number added, modulo the order of the curve.
    ///
    /// - Parameter tweak: 32 bytes, big-endian.
    /// - Returns: The sum.
    /// - Throws: ``WalletKeyError/outOfRange`` when the number is not below the order, or the sum is zero.
    func adding(_ tweak: [UInt8]) throws(WalletKeyError) -> Secp256k1PrivateKey {
        var bytes = exposedBytes()
        defer { Memory.wipe(&bytes) }
        let context = SigningContext()
        guard tweak.count == 32, secp256k1_ec_seckey_tweak_add(context.pointer, &bytes, tweak) == 1 else {
            throw .outOfRange
        }
        return try Secp256k1PrivateKey(bytes: bytes)
    }

    /// The 32 bytes. The caller wipes them.
    func exposedBytes() -> [UInt8] { key.withUnsafeBytes { Array($0) } }

    /// Signs a digest; the same digest gives the same signature (RFC 6979).
    func signature(ofDigest digest: [UInt8]) throws(WalletKeyError) -> RecoverableSignature {
        guard digest.count == 32 else { throw .wrongDigestLength }
        let context = SigningContext()
        var signature = secp256k1_ecdsa_recoverable_signature()
        var compact = [UInt8](repeating: 0, count: 64)
        var recoveryID: Int32 = 0
        var bytes = exposedBytes()
        defer { Memory.wipe(&bytes) }
        guard secp256k1_ecdsa_sign_recoverable(context.pointer, &signature, digest, bytes, nil, nil) == 1,
            secp256k1_ecdsa_recoverable_signature_serialize_compact(
                context.pointer, &compact, &recoveryID, &signature) == 1
        else { throw .libraryFailure }
        return RecoverableSignature(
            r: Array(compact[..<32]), s: Array(compact[32...]), recoveryID: UInt8(truncatingIfNeeded: recoveryID))
    }
}

extension Secp256k1PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "<private key>" }
    var debugDescription: String { "<private key>" }
    var customMirror: Mirror { Mirror(self, children: []) }
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
