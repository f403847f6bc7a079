internal import EthereumKeyfile

/// What a derivation must be worth before secrets are sealed with it.
public struct SealingStandard: Sendable, Equatable {
    /// The least PBKDF2 rounds, and the number that a fresh derivation gets.
    public let rounds: Int

    /// What Hummingbot itself writes: PBKDF2-HMAC-SHA256 with 1,000,000 rounds and 16 bytes of salt.
    public static let hummingbot = SealingStandard(rounds: 1_000_000)

    /// A standard with other rounds, for tests that cannot wait.
    package init(rounds: Int) { self.rounds = rounds }

    /// The length of a salt, in bytes.
    static let saltByteCount = 16

    /// Whether secrets may be sealed under a derivation that a file brought along.
    func accepts(_ derivation: KeyDerivation) -> Bool {
        guard case .pbkdf2(let found) = derivation.function else { return false }
        return found >= rounds && derivation.salt.count == Self.saltByteCount
    }

    /// A derivation under a fresh random salt.
    func freshDerivation() throws(KeyfileError) -> KeyDerivation {
        try KeyDerivation(.pbkdf2(rounds: rounds), salt: randomBytes(count: Self.saltByteCount))
    }
}

/// Bytes from the operating system's generator.
func randomBytes(count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in generator.next() }
}
