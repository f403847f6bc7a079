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
        /// Whether it is there for a piece of work only; nobody has unlocked the vault otherwise.
        let isBorrowed: Bool
        let password: Secret
        let sealingDerivation: KeyDerivation
        let sealingKey: DerivedKey
        var keys: [KeyDerivation: DerivedKey]
        var pending: [KeyDerivation: Task<DerivedKey, any Error>] = [:]
        /// The IVs of everything sealed in this session, of what was displaced since, too.
        var sealedIVs: Set<[UInt8]> = []
    }

    private let standard: SealingStandard
    private let pool: DerivationPool
    private var session: Session?
    private var sessionCount = 0
    private var lockCount = 0

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

    /// Rises with every unlock, every lock and every key that is remembered, so that what depends on the keys can tell
    /// whether they changed.
    public private(set) var stateNumber = 0

    /// How many derivations were begun since the vault was made.
    package nonisolated var derivationCount: Int { pool.derivationCount }

    /// Makes the verification file of a vault that has none. Nothing is unlocked yet: let the store take the file first.
    ///
    /// Costs a derivation for each salt among `keyfiles`, and one more where none of them is good enough to seal with.
    ///
    /// - Parameters:
    ///   - password: The config password.
    ///   - keyfiles: What the password must open to be believed.
    /// - Returns: The file, and what ``open(_:)-(VaultBeginning)`` unlocks the vault with.
    /// - Throws: ``VaultError/emptyPassword``, ``VaultError/wrongPassword``, or `KeyfileError`.
    public func begin(with password: Secret, proving keyfiles: [Keyfile] = []) async throws -> VaultBeginning {
        guard !password.isEmpty else { throw VaultError.emptyPassword }
        let lockCount = lockCount
        var keys = try await derive(Set(keyfiles.map(\.derivation)), from: password)
        guard keyfiles.allSatisfy({ keyfile in keys[keyfile.derivation].map(keyfile.authenticates) ?? false }) else {
            throw VaultError.wrongPassword
        }
        let derivation = try candidates(among: keyfiles).first?.derivation ?? standard.freshDerivation()
        let key: DerivedKey
        if let known = keys[derivation] {
            key = known
        } else {
            key = try await pool.derive(derivation, from: password)
        }
        keys[derivation] = key
        let verification = try PasswordVerification.file(
            sealedWith: key, derivation: derivation, avoiding: Set(keyfiles.map(\.iv)))
        return VaultBeginning(
            verification: verification, password: password, derivation: derivation, key: key, keys: keys,
            lockCount: lockCount)
    }

    /// Unlocks a vault whose verification file the store has taken.
    ///
    /// - Parameter beginning: What ``begin(with:proving:)`` gave.
    /// - Throws: ``VaultError/locked`` when somebody locked the vault meanwhile.
    public func open(_ beginning: VaultBeginning) throws {
        try requireNoLock(since: beginning.lockCount)
        open(
            password: beginning.password, derivation: beginning.derivation, key: beginning.key, keys: beginning.keys,
            isBorrowed: false)
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
        _ = try await openSession(with: password, verification: verification, existing: existing, isBorrowed: false)
    }

    /// Unlocks for a piece of work that proves the password by itself, as ``unlock(with:verification:existing:)`` does.
    ///
    /// - Parameters:
    ///   - password: The config password.
    ///   - verification: master_account's verification file.
    ///   - existing: Secrets of the vault, in case a salt must be taken from one of them.
    /// - Returns: What ``giveBack(_:)`` takes when the work fails.
    /// - Throws: ``VaultError``, or `KeyfileError` when a derivation fails.
    public func borrow(
        with password: Secret, verification: Keyfile, existing: @Sendable () async throws -> [Keyfile]
    ) async throws -> VaultLoan {
        VaultLoan(
            number: try await openSession(
                with: password, verification: verification, existing: existing, isBorrowed: true))
    }

    /// Forgets the password of a loan and every key. A vault that somebody else has unlocked, before or since, stays
    /// unlocked.
    ///
    /// - Parameter loan: What ``borrow(with:verification:existing:)`` gave.
    public func giveBack(_ loan: VaultLoan) {
        if session?.isBorrowed == true { end(loan.number) }
    }

    /// - Returns: The session's number.
    private func openSession(
        with password: Secret, verification: Keyfile, existing: @Sendable () async throws -> [Keyfile],
        isBorrowed: Bool
    ) async throws -> Int {
        guard !password.isEmpty else { throw VaultError.emptyPassword }
        let lockCount = lockCount
        let key = try await pool.derive(verification.derivation, from: password)
        try PasswordVerification.check(key, against: verification)
        var keys = [verification.derivation: key]
        var sealing = (derivation: verification.derivation, key: key)
        if !standard.accepts(verification.derivation) {
            sealing = try await sealingKey(for: password, among: try await existing(), &keys)
        }
        try requireNoLock(since: lockCount)
        return open(
            password: password, derivation: sealing.derivation, key: sealing.key, keys: keys, isBorrowed: isBorrowed)
    }

    /// The key of an existing secret that is good enough to seal with and opens, else a fresh one.
    private func sealingKey(
        for password: Secret, among existing: [Keyfile], _ keys: inout [KeyDerivation: DerivedKey]
    ) async throws -> (derivation: KeyDerivation, key: DerivedKey) {
        for keyfile in candidates(among: existing) {
            let candidate = try await pool.derive(keyfile.derivation, from: password)
            keys[keyfile.derivation] = candidate
            if keyfile.authenticates(under: candidate) { return (keyfile.derivation, candidate) }
        }
        let fresh = try standard.freshDerivation()
        let key = try await pool.derive(fresh, from: password)
        keys[fresh] = key
        return (fresh, key)
    }

    /// One keyfile for each derivation that is good enough to seal with, the most shared derivation first: that is the
    /// one that opens the most without another derivation.
    private func candidates(among keyfiles: [Keyfile]) -> [Keyfile] {
        let groups = Dictionary(grouping: keyfiles, by: \.derivation).values
        return groups.compactMap { group in group.first.map { (keyfile: $0, count: group.count) } }
            .filter { standard.accepts($0.keyfile.derivation) }
            .sorted { left, right in
                if left.count != right.count { return left.count > right.count }
                let (leftSalt, rightSalt) = (left.keyfile.derivation.salt, right.keyfile.derivation.salt)
                return leftSalt.lexicographicallyPrecedes(rightSalt)
            }
            .map(\.keyfile)
    }

    private func requireNoLock(since count: Int) throws(VaultError) {
        guard count == lockCount else { throw .locked }
    }

    private func derive(
        _ derivations: Set<KeyDerivation>, from password: Secret
    ) async throws -> [KeyDerivation: DerivedKey] {
        try await withThrowingTaskGroup(of: (KeyDerivation, DerivedKey).self) { group in
            for derivation in derivations {
                group.addTask { [pool] in (derivation, try await pool.derive(derivation, from: password)) }
            }
            var keys: [KeyDerivation: DerivedKey] = [:]
            for try await (derivation, key) in group { keys[derivation] = key }
            return keys
        }
    }

    /// Whether a password opens a verification file, without unlocking. Costs a derivation.
    ///
    /// - Parameters:
    ///   - password: The password.
    ///   - verification: The verification file.
    /// - Throws: ``VaultError`` when it does not.
    public func check(_ password: Secret, against verification: Keyfile) async throws {
        guard !password.isEmpty else { throw VaultError.emptyPassword }
        try PasswordVerification.check(
            try await pool.derive(verification.derivation, from: password), against: verification)
    }

    /// Whether an unlocked vault's password opens a verification file. Costs a derivation unless it is remembered.
    ///
    /// - Parameter verification: The verification file.
    /// - Returns: `false` when it belongs to another password, or is damaged.
    /// - Throws: ``VaultError/locked``, or `KeyfileError` when a derivation fails.
    public func opens(_ verification: Keyfile) async throws -> Bool {
        verification.authenticates(under: try await key(for: verification.derivation))
    }

    /// Ends the session when its password does not open the vault's verification file: somebody has changed the password
    /// since. Costs a derivation unless it is remembered.
    ///
    /// Unlike ``lock()`` it leaves an unlock alone that is under way: that may be one with the new password.
    ///
    /// - Parameter verification: master_account's verification file.
    /// - Returns: Whether the password is another one by now.
    /// - Throws: ``VaultError/locked``, or `KeyfileError` when a derivation fails.
    public func endStaleSession(beside verification: Keyfile) async throws -> Bool {
        guard let number = session?.number else { throw VaultError.locked }
        guard try await !opens(verification) else { return false }
        end(number)
        return true
    }

    /// Forgets the password and every key. Derivations under way end unheard, those of an unlock, too.
    public func lock() {
        lockCount += 1
        if let number = session?.number { end(number) }
    }

    /// Ends a session, unless another one has begun since.
    private func end(_ number: Int) {
        guard session?.number == number else { return }
        session = nil
        stateNumber += 1
    }

    /// - Returns: The session's number.
    @discardableResult
    private func open(
        password: Secret, derivation: KeyDerivation, key: DerivedKey, keys: [KeyDerivation: DerivedKey],
        isBorrowed: Bool
    ) -> Int {
        sessionCount += 1
        stateNumber += 1
        // Keys depend on nothing but the password and the derivation, so those known before stay good.
        let known = session?.password == password ? session?.keys ?? [:] : [:]
        let sealedIVs = session?.sealedIVs ?? []
        session = Session(
            number: sessionCount, isBorrowed: isBorrowed && session?.isBorrowed ?? true, password: password,
            sealingDerivation: derivation, sealingKey: key, keys: keys.merging(known) { new, _ in new },
            sealedIVs: sealedIVs)
        return sessionCount
    }

    /// Decrypts keyfiles; those under one derivation share it, different derivations run in parallel.
    ///
    /// - Parameter keyfiles: Any number of them.
    /// - Returns: For each keyfile the plaintext, or why it does not open, in the same order.
    /// - Throws: ``VaultError/locked``, also when the vault is locked in the meantime.
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

    /// Which groups hold a keyfile that is known not to open under the password, as far as that costs no derivation.
    ///
    /// - Parameter groups: Keyfiles whose key was not derived yet are passed over.
    /// - Returns: An answer for each group, in order, `false` when the vault is locked; and the ``stateNumber`` for
    ///   which that is so.
    public func knownMismatches(in groups: [[Keyfile]]) -> (isKnown: [Bool], stateNumber: Int) {
        let keys = session?.keys ?? [:]
        let isKnown = groups.map { keyfiles in
            keyfiles.contains { keyfile in keys[keyfile.derivation].map { !keyfile.authenticates(under: $0) } ?? false }
        }
        return (isKnown, stateNumber)
    }

    private func key(for derivation: KeyDerivation) async throws -> DerivedKey {
        guard let current = session else { throw VaultError.locked }
        if let key = current.keys[derivation] { return key }
        let task =
            current.pending[derivation]
            ?? Task { [pool] in try await pool.derive(derivation, from: current.password) }
        session?.pending[derivation] = task
        let result = await task.result
        guard session?.number == current.number else { throw VaultError.locked }
        session?.pending[derivation] = nil
        if case .success(let key) = result, session?.keys.updateValue(key, forKey: derivation) == nil {
            stateNumber += 1
        }
        return try result.get()
    }

    /// What new secrets are sealed with, and the IVs that this session has given away under it.
    func sealing() throws(VaultError) -> (derivation: KeyDerivation, key: DerivedKey, usedIVs: Set<[UInt8]>) {
        guard let session else { throw .locked }
        return (session.sealingDerivation, session.sealingKey, session.sealedIVs)
    }

    /// Derives a key of some password, whatever the vault's own is.
    func derive(_ derivation: KeyDerivation, from password: Secret) async throws -> DerivedKey {
        try await pool.derive(derivation, from: password)
    }

    /// Remembers IVs that were given away under the sealing key.
    func remember(sealedIVs: Set<[UInt8]>) { session?.sealedIVs.formUnion(sealedIVs) }

    /// Seals a credential's values into a document. Costs no derivation.
    ///
    /// - Parameters:
    ///   - values: Every field to write, in order.
    ///   - connector: Says which of them are sealed.
    ///   - usedIVs: The IVs of the vault; none of them is used again.
    /// - Returns: The document, ready to be written.
    /// - Throws: ``VaultError/locked``, ``VaultError/unknownField(_:)``.
    public func seal(
        _ values: FieldValues, for connector: Connector, avoiding usedIVs: Set<[UInt8]>
    ) throws -> CredentialDocument {
        guard let session else { throw VaultError.locked }
        var sealer = DocumentSealer(
            derivation: session.sealingDerivation, key: session.sealingKey, usedIVs: usedIVs.union(session.sealedIVs))
        defer { self.session?.sealedIVs.formUnion(sealer.freshIVs) }
        return try sealer.document(values, for: connector)
    }
}

/// A vault that is unlocked for a piece of work.
public struct VaultLoan: Sendable {
    fileprivate let number: Int
}

/// The verification file of a vault that had none, with the keys to unlock the vault once the file is stored.
public struct VaultBeginning: Sendable, CustomStringConvertible, CustomReflectable {
    /// The file's bytes.
    public let verification: [UInt8]
    fileprivate let password: Secret
    let derivation: KeyDerivation
    let key: DerivedKey
    fileprivate let keys: [KeyDerivation: DerivedKey]
    fileprivate let lockCount: Int

    /// Always `<vault beginning>`.
    public var description: String { "<vault beginning>" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
