internal import Crypto

/// A private key from which others are derived (BIP-32).
struct HierarchicalKey: Sendable {
    /// One step of a path.
    struct Step: Sendable {
        let index: UInt32

        /// A step that the public key alone could also take.
        static func normal(_ index: UInt32) -> Step { Step(index: index & 0x7FFF_FFFF) }
        /// A step that needs the private key.
        static func hardened(_ index: UInt32) -> Step { Step(index: index | 0x8000_0000) }
    }

    let key: Secp256k1PrivateKey
    private let chainCode: SymmetricKey

    private init(key: Secp256k1PrivateKey, chainCode: SymmetricKey) {
        self.key = key
        self.chainCode = chainCode
    }

    /// The first key of a tree.
    ///
    /// - Parameter seed: 16 to 64 random bytes.
    /// - Throws: ``WalletKeyError/outOfRange``, once in 2^127 seeds.
    init(seed: SymmetricKey) throws(WalletKeyError) {
        let seedBytes = seed.withUnsafeBytes { Array($0) }
        var hash = Self.hash(seedBytes, key: SymmetricKey(data: Array("Bitcoin seed".utf8)))
        defer { Memory.wipe(&hash) }
        self.init(
            key: try Secp256k1PrivateKey(bytes: Array(hash[..<32])), chainCode: SymmetricKey(data: hash[32...]))
    }

    /// The first key of a phrase's tree.
    init(phrase: SecretPhrase) throws(WalletKeyError) { try self.init(seed: phrase.seed()) }

    /// The key at the end of a path.
    func descendant(_ path: [Step]) throws(WalletKeyError) -> HierarchicalKey {
        var current = self
        for step in path { current = try current.child(step) }
        return current
    }

    private func child(_ step: Step) throws(WalletKeyError) -> HierarchicalKey {
        let index = (0..<4).map { UInt8(truncatingIfNeeded: step.index >> UInt32(24 - 8 * $0)) }
        let isHardened = step.index & 0x8000_0000 != 0
        var input = isHardened ? [0] + key.exposedBytes() : key.compressedPublicKey
        input += index
        defer { Memory.wipe(&input) }
        var hash = Self.hash(input, key: chainCode)
        defer { Memory.wipe(&hash) }
        return HierarchicalKey(
            key: try key.adding(Array(hash[..<32])), chainCode: SymmetricKey(data: hash[32...]))
    }

    /// The chain code; the caller wipes it.
    func exposedChainCode() -> [UInt8] { chainCode.withUnsafeBytes { Array($0) } }

    private static func hash(_ bytes: [UInt8], key: SymmetricKey) -> [UInt8] {
        Array(HMAC<SHA512>.authenticationCode(for: bytes, using: key))
    }
}

extension [HierarchicalKey.Step] {
    /// The first account of wallets of the Cosmos family (BIP-44).
    static let cosmos: Self = [.hardened(44), .hardened(118), .hardened(0), .normal(0), .normal(0)]
    /// The first account of wallets of the Ethereum family (BIP-44).
    static let ethereum: Self = [.hardened(44), .hardened(60), .hardened(0), .normal(0), .normal(0)]
}

extension HierarchicalKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "<private key>" }
    var debugDescription: String { "<private key>" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
