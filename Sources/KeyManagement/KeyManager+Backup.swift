public import CredentialVault
internal import Credentials

/// A backup that was made or read.
public struct BackupContent: Sendable, Equatable {
    /// How many files are in it.
    public var fileCount: Int
    /// How many of them are credentials of accounts.
    public var credentialCount: Int
    /// The accounts.
    public var accounts: [String]
    /// When it was made, in seconds since 1970.
    public var madeAt: Int
    /// What was left out of it, each with the reason.
    public var left: [String]
    /// Whether some of what was left out may hold keys; not known of a backup that is read.
    public var lacksKeys = false

    init(_ files: [Backup.File], madeAt: Int, left: [String]) {
        fileCount = files.count
        let inAccounts = files.filter { $0.names[0] == "credentials" }
        credentialCount = inAccounts.count { $0.names.count == 4 && $0.names[2] == "connectors" }
        var accounts: [String] = []
        for file in inAccounts where !accounts.contains(file.names[1]) { accounts.append(file.names[1]) }
        self.accounts = accounts
        self.madeAt = madeAt
        self.left = left
    }
}

extension KeyManager {
    /// Makes a backup of the whole vault. Everything secret in it is sealed; a file with a secret in the clear is left
    /// out. Derives nothing.
    ///
    /// - Parameters:
    ///   - time: Seconds since 1970.
    ///   - write: Gets the bytes of one file; what it throws is how the backup failed.
    /// - Returns: What is in it.
    /// - Throws: ``Failure`` of kind `locked`, `storage`; what `write` throws.
    public func makeBackup(
        at time: Int, write: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> BackupContent {
        try await recording(AuditSubject(.backupCreate)) {
            let found = try await self.store.backupFiles()
            var left = found.left
            var files: [Backup.File] = []
            for file in found.files {
                if let reason = self.openSecret(in: file) {
                    left.append(Backup.Omission(names: file.names, reason: reason))
                } else {
                    files.append(file)
                }
            }
            let bytes = try await self.vault.backup(of: files, left: left, at: time)
            try write(bytes)
            var content = BackupContent(files, madeAt: time, left: left.map(\.sentence))
            content.lacksKeys = left.contains(where: \.mayHoldKeys)
            return content
        }
    }

    /// Why a file may not leave the vault's folder; `nil` when nothing in it is secret and in the clear.
    private func openSecret(in file: Backup.File) -> String? {
        guard let name = file.names.last, name.hasSuffix(".yml"), name != "conf_fee_overrides.yml",
            name != "hummingbot_logs.yml"
        else { return nil }
        if name == "conf_client.yml" {
            return Self.holdsInstanceOnly(file.bytes)
                ? nil
                : "it holds settings of Hummingbot, and among them may be passwords in the clear; a vault that is made of the backup gets one without settings."
        }
        guard let document = try? CredentialDocument(bytes: file.bytes) else {
            return "it is damaged, so nobody can tell what it holds."
        }
        guard case .text(let said)? = document["connector"],
            let connector = (try? ConnectorName(said)).flatMap({ catalog[$0] })
        else {
            return document.holdsSealedTextsOnly
                ? nil : "its connector is not known, so nobody can tell whether its secrets are sealed."
        }
        let reading = CredentialReading(document, named: connector.name, connector: connector)
        return reading.fields.contains(where: \.holdsOpenSecret) ? "it holds a secret that is not sealed." : nil
    }

    /// Whether a client's configuration says no more than which instance it is, as a vault that was born here has it.
    private static func holdsInstanceOnly(_ bytes: [UInt8]) -> Bool {
        String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).allSatisfy { line in
            line.hasPrefix("instance_id:") || line.hasPrefix("#")
        }
    }

    /// Makes the vault of an empty folder from a backup, the undo store included. It stays locked.
    ///
    /// - Parameter backup: What ``BackupReader`` gave.
    /// - Throws: ``Failure`` of kind `accountExists` when there is a vault, `storage`.
    public func restoreWhole(_ backup: Backup) async throws {
        try await recording(AuditSubject(.backupRestore)) { try await self.store.place(backup) }
        note("vault restored from a backup", ["files": backup.files.count])
    }
}

extension CredentialReading.Field {
    /// Whether a secret that must be sealed stands in the clear.
    fileprivate var holdsOpenSecret: Bool {
        switch value {
        case .plain(.secret(let secret)): field?.storage == .sealed && !secret.isEmpty
        case .nested(let fields): fields.contains(where: \.holdsOpenSecret)
        case .absent, .plain, .sealed: false
        }
    }
}
