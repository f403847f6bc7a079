public import Credentials
public import EthereumKeyfile

/// The password of a vault and the keys that come from it, for as long as it is unlocked. It never touches a file.
///
/// One derivation opens everything that we sealed, because all of it shares one salt; secrets that Hummingbot sealed
/// have salts of their own, and each of their keys is derived once and then remembered until the vault is locked.
public actor Vault {
    private struct Session {
        /// Tells sessions apart, so that a derivation that ends after a lock is not remembered by the next unlock.
        let number: Int
        let password: Secret
        let sealingDerivation: KeyDerivation
        let sealingKey: DerivedKey
        var keys: [KeyDerivation: DerivedKey]
        var pending: [KeyDerivation: Task<DerivedKey, any Error>] = [:]
    }

    private let standard: SealingStandard
    private let pool: DerivationPool
    private var session: Session?
    private var sessionCount = 0

    /// A locked vault.
    ///
    /// - Parameters:
    ///   - standard: What secrets are sealed with.
    ///   - threadCount: How many derivations run at once; best the number of cores.
    public init(standard: SealingStandard = .hummingbot, threadCount: Int) {
        self.standard = standard
        pool = DerivationPool(threadCount: threadCount)
    }

    /// Whether the password is known.
    public var isUnlocked: Bool { session != nil }

    /// Rises with every unlock and lock, so that what depends on the keys can tell whether they changed.
    public private(set) var stateNumber = 0

    /// Makes the verification file of a new vault and unlocks the vault with it. Costs a derivation.
    ///
    /// - Returns: The file's bytes.
    /// - Throws: ``VaultError/emptyPassword``, or `KeyfileError`.
    public func begin(with password: Secret) async throws -> [UInt8] {
        guard !password.isEmpty else { throw VaultError.emptyPassword }
        let derivation = try standard.freshDerivation()
        let key = try await pool.derive(derivation, from: password)
        let keyfile = try Keyfile(
            sealing: Array(PasswordVerification.word.utf8), with: key, derivation: derivation,
            iv: randomBytes(count: 16))
        open(password: password, derivation: derivation, key: key, keys: [derivation: key])
        return Array(keyfile.hexArmor.utf8)
    }

    /// Unlocks with a password that opens the verification file. Costs one derivation, and a second only where the
    /// verification file's own is not good enough to seal with.
    ///
    /// - Parameters:
    ///   - password: The config password.
    ///   - verification: master_account's verification file.
    ///   - existing: Secrets of the vault, in case a salt must be taken from one of them.
    /// - Throws: ``VaultError``, or `KeyfileError` when a derivation fails.
    public func unlock(
        with password: Secret, verification: Keyfile, existing: @Sendable () async throws -> [Keyfile]
    ) async throws {
        guard !password.isEmpty else { throw VaultError.emptyPassword }
        let key = try await pool.derive(verification.derivation, from: password)
        try PasswordVerification.check(key, against: verification)
        var keys = [verification.derivation: key]
        if standard.accepts(verification.derivation) {
            open(password: password, derivation: verification.derivation, key: key, keys: keys)
            return
        }
        for keyfile in try await existing() where standard.accepts(keyfile.derivation) {
            if keys[keyfile.derivation] != nil { continue }
            let candidate = try await pool.derive(keyfile.derivation, from: password)
            guard keyfile.authenticates(under: candidate) else { continue }
            keys[keyfile.derivation] = candidate
            open(password: password, derivation: keyfile.derivation, key: candidate, keys: keys)
            return
        }
        let fresh = try standard.freshDerivation()
        let freshKey = try await pool.derive(fresh, from: password)
        keys[fresh] = freshKey
        open(password: password, derivation: fresh, key: freshKey, keys: keys)
    }

    /// Whether a password opens a verification file, without unlocking. Costs a derivation.
    ///
    /// - Throws: ``VaultError`` when it does not.
    public func check(_ password: Secret, against verification: Keyfile) async throws {
        guard !password.isEmpty else { throw VaultError.emptyPassword }
        try PasswordVerification.check(
            try await pool.derive(verification.derivation, from: password), against: verification)
    }

    /// Whether an unlocked vault's password opens a verification file. Costs a derivation unless it is remembered.
    ///
    /// - Throws: ``VaultError/locked``, or `KeyfileError` when a derivation fails.
    public func opens(_ verification: Keyfile) async throws -> Bool {
        verification.authenticates(under: try await key(for: verification.derivation))
    }

    /// Forgets the password and every key. Derivations under way end unheard.
    public func lock() {
        guard session != nil else { return }
        session = nil
        stateNumber += 1
    }

    private func open(
        password: Secret, derivation: KeyDerivation, key: DerivedKey, keys: [KeyDerivation: DerivedKey]
    ) {
        sessionCount += 1
        stateNumber += 1
        session = Session(
            number: sessionCount, password: password, sealingDerivation: derivation, sealingKey: key, keys: keys)
    }

    /// Decrypts keyfiles; those under one derivation share it, different derivations run in parallel.
    ///
    /// - Returns: For each keyfile the plaintext, or why it does not open, in the same order.
    /// - Throws: ``VaultError/locked``.
    public func open(_ keyfiles: [Keyfile]) async throws -> [Result<[UInt8], KeyfileError>] {
        guard session != nil else { throw VaultError.locked }
        let derivations = Set(keyfiles.map(\.derivation))
        let keys = try await withThrowingTaskGroup(of: (KeyDerivation, DerivedKey?).self) { group in
            for derivation in derivations {
                group.addTask {
                    do {
                        return (derivation, try await self.key(for: derivation))
                    } catch is KeyfileError {
                        return (derivation, nil)
                    }
                }
            }
            var keys: [KeyDerivation: DerivedKey] = [:]
            for try await (derivation, key) in group { keys[derivation] = key }
            return keys
        }
        return keyfiles.map { keyfile in
            guard let key = keys[keyfile.derivation] else { return .failure(.derivationFailed) }
            do throws(KeyfileError) {
                return .success(try keyfile.open(with: key))
            } catch {
                return .failure(error)
            }
        }
    }

    /// How many derivations opening these would cost now.
    public func derivationsNeeded(for keyfiles: [Keyfile]) -> Int {
        Set(keyfiles.map(\.derivation)).subtracting(session.map { Array($0.keys.keys) } ?? []).count
    }

    /// Whether one of these is known not to open under the password, as far as that costs no derivation.
    ///
    /// - Parameter keyfiles: Those whose key was not derived yet are passed over.
    /// - Returns: `false` also when the vault is locked.
    public func hasKnownMismatch(_ keyfiles: [Keyfile]) -> Bool {
        keyfiles.contains { keyfile in
            guard let key = session?.keys[keyfile.derivation] else { return false }
            return !keyfile.authenticates(under: key)
        }
    }

    private func key(for derivation: KeyDerivation) async throws -> DerivedKey {
        guard let current = session else { throw VaultError.locked }
        if let key = current.keys[derivation] { return key }
        let task =
            current.pending[derivation]
            ?? Task { [pool] in try await pool.derive(derivation, from: current.password) }
        session?.pending[derivation] = task
        let result = await task.result
        if session?.number == current.number {
            session?.pending[derivation] = nil
            if case .success(let key) = result { session?.keys[derivation] = key }
        }
        return try result.get()
    }

    /// Seals a credential's values into a document. Costs no derivation.
    ///
    /// - Parameters:
    ///   - values: Every field to write, in order.
    ///   - connector: Says which of them are sealed.
    ///   - usedIVs: The IVs of the vault; none of them is used again.
    /// - Throws: ``VaultError/locked``, ``VaultError/unknownField(_:)``.
    public func seal(
        _ values: FieldValues, for connector: Connector, avoiding usedIVs: Set<[UInt8]>
    ) throws -> CredentialDocument {
        guard let session else { throw VaultError.locked }
        var sealer = DocumentSealer(
            derivation: session.sealingDerivation, key: session.sealingKey, usedIVs: usedIVs)
        return try sealer.document(values, for: connector)
    }
}
