import ArgumentParser
import CredentialVault
import KeyManagement
import OrderedJSON

/// `backup create`
struct BackupCreate: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Write the whole vault into one file.",
        discussion: """
            The file holds every account and the trash, secrets sealed as they are, and a checksum that only the config \
            password can make. The password is not inside: keep it elsewhere. What would carry a secret in the \
            clear, or cannot be read, is left out and named; when keys may be missing for it, the exit code is 2.

            EXAMPLES
              keys-manager backup create ~/keys-2026-11-21.backup
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var password: PasswordOptions

    @Argument(help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
    var file: String

    @Flag(help: "Replace a file that is there.")
    var force = false

    var standardInputReaders: [String] { password.standardInputReaders }

    func run(in session: Session) async throws {
        try await session.withVault { vault in
            guard case .folder(let manager) = vault else { throw Failure.backupOfServer }
            try await session.unlock(vault, with: password)
            let path = session.program.folders.resolve(file)
            let content = try await manager.makeBackup(at: ClockReading.now().seconds) { [force] bytes in
                guard try OutsideFile.write(path, bytes, replacing: force) else {
                    throw Failure(.accountExists, "There is a file \(path) already.", hint: "--force replaces it.")
                }
            }
            try session.output.backup(
                content, ["file": .string(path)],
                sentence:
                    "Wrote \(content.credentialCount) credentials of \(content.accounts.count) accounts to \(path)."
            )
            for place in content.left { session.output.warning("left out: \(place)") }
            session.output.hint("the config password is not in the backup; without it nothing opens the keys")
            if content.lacksKeys { throw ReportedFailure(status: .doneWithWarnings) }
        }
    }
}

extension Failure {
    /// A server has no route for this.
    static let backupOfServer = Failure(
        .unsupported, "Backups are made of a folder, and this is a server.",
        hint: "--bots names the folder; a server of keys-manager may go on running.")
}

extension Output {
    /// Tells what is in a backup.
    func backup(_ content: BackupContent, _ first: JSONObject, sentence: String) throws {
        var json = first
        json["files"] = .integer(content.fileCount)
        json["credentials"] = .integer(content.credentialCount)
        json["accounts"] = .array(content.accounts.map { .string($0) })
        json["made_at"] = .string(Timestamp.text(content.madeAt))
        json["left"] = .array(content.left.map { .string($0) })
        try result(.object(json), sentence: sentence)
    }
}
