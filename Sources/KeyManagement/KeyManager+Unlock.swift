internal import CredentialVault
public import Credentials
internal import EthereumKeyfile

extension KeyManager {
    /// Opens the vault.
    ///
    /// A folder with credentials and no verification file is opened only by a password that opens every secret in it;
    /// then the missing file is written.
    public func unlock(with password: Secret) async throws {
        do {
            try await unlockTranslated(with: password)
        } catch let failure as Failure where failure.kind == .wrongPassword {
            await audit?.note(AuditSubject(.vaultUnlock), outcome: "failed")
            throw failure
        }
        await audit?.note(AuditSubject(.vaultUnlock), outcome: "done")
        note("vault unlocked")
    }

    private func unlockTranslated(with password: Secret) async throws {
        try await Failure.translating {
            guard let file = try await self.store.verification(of: .master) else {
                return try await self.unlockByItsSecrets(with: password)
            }
            try await self.vault.unlock(
                with: password, verification: try PasswordVerification.keyfile(fromFile: file),
                existing: { self.keyfiles(of: try await self.store.snapshot()) })
        }
    }

    /// Forgets the password and every derived key.
    public func lock() async throws {
        await vault.lock()
        await audit?.note(AuditSubject(.vaultLock), outcome: "done")
        note("vault locked")
    }

    /// Whether the password is the vault's, without unlocking it. Costs a derivation.
    ///
    /// - Throws: ``Failure`` of kind `wrongPassword`, `notConfigured`, `damaged`.
    public func check(_ password: Secret) async throws {
        try await Failure.translating {
            guard let file = try await self.store.verification(of: .master) else { throw Failure.noVault }
            try await self.vault.check(password, against: try PasswordVerification.keyfile(fromFile: file))
        }
    }

    /// Makes the vault of an empty folder and unlocks it. Costs a derivation.
    ///
    /// - Throws: ``Failure`` of kind `accountExists` when there is a vault already.
    public func createVault(with password: Secret) async throws {
        try await recording(AuditSubject(.vaultCreate)) {
            guard try await self.store.verification(of: .master) == nil else { throw StoreError.vaultExists }
            let beginning = try await self.vault.begin(with: password)
            try await self.store.create(verification: beginning.verification)
            try await self.vault.open(beginning)
            try await self.keepDigests()
        }
        note("vault created")
    }

    private func unlockByItsSecrets(with password: Secret) async throws {
        let snapshot = try await store.snapshot()
        let verifications = snapshot.accounts.compactMap(\.verification).compactMap {
            try? PasswordVerification.keyfile(fromFile: $0)
        }
        let keyfiles = keyfiles(of: snapshot) + verifications
        guard !keyfiles.isEmpty else { throw Failure.noVault }
        let beginning = try await vault.begin(with: password, proving: keyfiles)
        try await store.writeVerification(beginning.verification)
        try await vault.open(beginning)
        try await store.keep([
            vault.digest(
                of: beginning.verification, file: ".password_verification", account: AccountName.master.description)
        ])
    }

    /// Of a vault that was just made every file is ours.
    private func keepDigests() async throws {
        let inspection = try await store.inspect()
        var digests: [FileDigest] = []
        for file in inspection.sealed where file.trash == nil {
            guard case .success(let bytes) = file.content else { continue }
            digests.append(try await vault.digest(of: bytes, file: file.fileName, account: file.account))
        }
        for file in inspection.plain {
            digests.append(try await vault.digest(of: file.bytes, file: file.name, account: file.account))
        }
        try await store.keep(digests)
    }
}

extension Failure {
    /// There is nothing to unlock yet.
    static let noVault = Failure(
        .notConfigured, "There is no vault here yet.",
        hint: "Make one with `keys-manager vault create`, or start `keys-manager serve`, which makes one.")
}
