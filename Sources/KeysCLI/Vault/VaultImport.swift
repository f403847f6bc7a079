import ArgumentParser
import Credentials
import KeyManagement
import OrderedJSON

/// `vault import`
struct VaultImport: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take credentials over from another folder of Hummingbot's.",
        discussion: """
            FOLDER is another bots folder, the conf folder of a standalone client, or that of a bot instance. It is only \
            read. Its credentials are sealed anew in this vault, each in the account of its name, which is made where it \
            is missing; with --account those of a conf folder go there, and of a bots folder only that account is taken. \
            When the folder has another password, name it with --source-password-file or -stdin, or type it. Where other \
            values are in the way, you are asked; --force replaces them, and the old ones go to the trash.

            EXAMPLES
              keys-manager vault import ~/hummingbot/conf --account scalping
              keys-manager vault import ~/old/bots --source-password-file ~/old-password --force
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var password: PasswordOptions

    @Argument(help: ArgumentHelp("The folder to take from.", valueName: "folder"), completion: .directory)
    var folder: String

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Where a conf folder's go, or the one to take.", valueName: "account"),
        transform: { try AccountName($0) })
    var account: AccountName?

    @OptionGroup var sourcePassword: SourcePasswordOptions

    @Flag(help: "Replace what is in the way; it goes to the trash.")
    var force = false

    var standardInputReaders: [String] { password.standardInputReaders + sourcePassword.standardInputReaders }

    func run(in session: Session) async throws {
        try await session.withVault { vault in
            guard case .folder(let manager) = vault else {
                throw Failure(
                    .unsupported, "Credentials are taken over in a folder, and this is a server.",
                    hint: "--bots names the folder; a server of keys-manager may go on running.")
            }
            try await session.unlock(vault, with: password)
            let source = try LocalVault.manager(
                of: session.program.folders.resolve(folder), sealing: session.program.sealing, asking: nil)
            _ = try await sourcePassword.opening("folder", own: password, in: session) {
                try await source.unlockForReading(with: $0)
            }
            let outcomes = try await manager.importCredentials(from: source, account: account) {
                [force] connector, account in
                if force { return true }
                guard let prompter = session.prompter else { return false }
                return try prompter.confirm("\(account) has another \(connector). Replace it?")
            }
            try session.output.imported(outcomes)
        }
    }
}

extension Output {
    /// Tells what became of each credential, and ends the command accordingly.
    ///
    /// - Throws: ``ReportedFailure`` when one failed or is in the way.
    func imported(_ outcomes: [ImportedCredential]) throws {
        try data(
            .array(
                outcomes.map {
                    [
                        "account": .string($0.account.description), "connector": .string($0.connector.description),
                        "outcome": .string($0.outcome.rawValue), "reason": $0.reason.map { .string($0) } ?? .null,
                    ]
                }),
            table: Table(
                header: ["ACCOUNT", "CONNECTOR", "OUTCOME"],
                rows: outcomes.map { [$0.account.description, $0.connector.description, $0.outcome.rawValue] }))
        for outcome in outcomes {
            if let reason = outcome.reason {
                warning("\(outcome.connector) of \(outcome.account) was not taken over: \(reason)")
            }
        }
        if outcomes.contains(where: { $0.outcome == .failed }) { throw ReportedFailure(status: .damagedData) }
        if outcomes.contains(where: { $0.outcome == .conflict }) {
            hint("--force replaces what is in the way; the old ones then go to the trash")
            throw ReportedFailure(status: .alreadyExists)
        }
    }
}
