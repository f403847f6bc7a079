import ArgumentParser
import CredentialVault
import Credentials
import KeyManagement
import OrderedJSON

/// `backup check`
struct BackupCheck: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check that a backup is whole and opens.",
        discussion: """
            Compares every byte with the checksum, which takes the password of the vault that the backup was made of: \
            that of the options, else the vault's, else one that you type. Needs no vault.

            EXAMPLES
              keys-manager backup check ~/keys-2026-11-21.backup
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var password: PasswordOptions
    @OptionGroup var sourcePassword: SourcePasswordOptions

    @Argument(help: ArgumentHelp("The backup.", valueName: "file"), completion: .file())
    var file: String

    var standardInputReaders: [String] { password.standardInputReaders + sourcePassword.standardInputReaders }

    func run(in session: Session) async throws {
        let read = try await Self.read(file, sourcePassword, password, in: session)
        let content = read.content
        try session.output.backup(
            content, ["whole": true],
            sentence:
                "Whole: \(content.credentialCount) credentials of \(content.accounts.count) accounts, made \(Timestamp.text(content.madeAt))."
        )
        for place in content.left { session.output.warning("was left out when it was made: \(place)") }
        session.output.hint("the config password is not in the backup; without it nothing opens the keys")
    }

    /// Reads and checks a backup.
    static func read(
        _ file: String, _ source: SourcePasswordOptions, _ own: PasswordOptions, in session: Session
    ) async throws -> (content: BackupContent, backup: Backup, password: Secret) {
        let path = session.program.folders.resolve(file)
        let bytes = try FileBytes.bytes(ofNamed: path, atMost: Backup.byteLimit)
        let reader = BackupReader(sealing: session.program.sealing)
        let opened = try await source.opening("backup", own: own, in: session) { secret in
            try await reader.read(bytes, password: secret)
        }
        return (opened.result.content, opened.result.backup, opened.password)
    }
}
