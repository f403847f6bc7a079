import ArgumentParser
import CredentialVault
import Credentials
import Glibc
import KeyManagement
import OrderedJSON

/// `backup restore`
struct BackupRestore: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring a vault back from a backup.",
        discussion: """
            Where there is no vault, the whole of it is made, trash included, with the password that it had. Into a vault \
            that is there, the credentials are taken over as vault import does: what is missing is added, and what is in \
            the way is asked about, or replaced with --force. The backup is checked first; a changed one is not used.

            EXAMPLES
              keys-manager backup restore ~/keys-2026-11-21.backup
              keys-manager backup restore ~/keys-2026-11-21.backup --bots ~/new/bots
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var password: PasswordOptions
    @OptionGroup var sourcePassword: SourcePasswordOptions

    @Argument(help: ArgumentHelp("The backup.", valueName: "file"), completion: .file())
    var file: String

    @Flag(help: "Replace what is in the way; it goes to the trash.")
    var force = false

    var standardInputReaders: [String] { password.standardInputReaders + sourcePassword.standardInputReaders }

    func run(in session: Session) async throws {
        guard !session.usesServer else { throw Failure.backupOfServer }
        let folder = session.settings.vaultFolder
        guard VaultTraces.isVault(folder) else { return try await makeVault(at: folder, session) }
        try await session.withVault { vault in
            guard case .folder(let manager) = vault else { throw Failure.backupOfServer }
            try await session.unlock(vault, with: password)
            let read = try await BackupCheck.read(file, sourcePassword, password, in: session)
            try await Self.withTemporaryFolder { temporary in
                let source = try LocalVault.manager(
                    of: temporary, sealing: session.program.sealing, asking: nil, mayBeEmpty: true)
                try await source.restoreWhole(read.backup)
                try await source.unlockForReading(with: read.password)
                let outcomes = try await manager.importCredentials(from: source, account: nil, origin: .backup) {
                    [force] connector, account in
                    if force { return true }
                    guard let prompter = session.prompter else { return false }
                    return try prompter.confirm("\(account) has another \(connector). Replace it?")
                }
                for place in read.content.left {
                    session.output.warning("was left out when the backup was made: \(place)")
                }
                try session.output.imported(outcomes)
            }
        }
    }

    private func makeVault(at folder: String, _ session: Session) async throws {
        let read = try await BackupCheck.read(file, sourcePassword, password, in: session)
        do {
            try FileCredentialStore.makeFolder(path: folder)
        } catch let error as StoreError {
            throw Failure(error)
        }
        let manager = try LocalVault.manager(
            of: folder, sealing: session.program.sealing, asking: nil, mayBeEmpty: true)
        try await manager.restoreWhole(read.backup)
        try session.output.backup(
            read.content, ["location": .string(folder), "restored": true],
            sentence:
                "Restored \(read.content.credentialCount) credentials of \(read.content.accounts.count) accounts to \(folder)."
        )
        for place in read.content.left { session.output.warning("was left out when the backup was made: \(place)") }
        session.output.hint("its config password is the one that the vault had; set CONFIG_PASSWORD to it")
    }

    /// Everything in it is sealed, and it goes however the command ends; a killed one leaves a folder of mode 0700.
    private static func withTemporaryFolder(_ body: (String) async throws -> Void) async throws {
        var template = Array("/tmp/keys-manager-restore-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw Failure(.storage, "Could not make a folder in /tmp: \(SystemError.text(errno)).")
        }
        let path = String(cString: made)
        defer { OutsideFile.removeFolder(path) }
        try await body(path)
    }
}
