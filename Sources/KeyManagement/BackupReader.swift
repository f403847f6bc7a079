public import CredentialVault
public import Credentials

/// Reads backups without a vault.
public struct BackupReader: Sendable {
    private let vault: Vault

    /// - Parameter sealing: What vaults are sealed with; a backup brings its own derivation.
    public init(sealing: SealingStandard) { vault = Vault(standard: sealing, threadCount: 1) }

    /// Reads a backup and checks every byte of it. Costs a derivation.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - password: The password of the vault that it was made of.
    /// - Returns: What is in it, and the backup itself.
    /// - Throws: ``Failure`` of kind `wrongPassword`, `damaged`.
    public func read(_ bytes: [UInt8], password: Secret) async throws -> (content: BackupContent, backup: Backup) {
        try await Failure.translating {
            do {
                let backup = try await self.vault.open(backup: bytes, with: password)
                return (BackupContent(backup.files, madeAt: backup.madeAt, left: backup.left), backup)
            } catch let fault as Backup.Fault {
                throw Failure(fault)
            }
        }
    }
}

extension Failure {
    fileprivate init(_ fault: Backup.Fault) {
        switch fault {
        case .notABackup:
            self.init(.damaged, "The file is no backup that this version can read.")
        case .wrongPassword:
            self.init(
                .wrongPassword, "The backup has another password.",
                hint: "It is the config password that the vault had when the backup was made.")
        case .changed:
            self.init(
                .damaged, "The backup was changed or cut off since it was made, so nothing of it is used.",
                hint: "Take another copy of it.")
        }
    }
}
