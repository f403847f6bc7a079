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

    @Flag(name: .customLong("source-password-stdin"), help: "Read the folder's password from standard input.")
    var sourcePasswordStdin = false

    @Option(
        name: .customLong("source-password-file"),
        help: ArgumentHelp("Read the folder's password from the first line of a file.", valueName: "file"),
        completion: .file())
    var sourcePasswordFile: String?

    @Flag(help: "Replace what is in the way; it goes to the trash.")
    var force = false

    var standardInputReaders: [String] {
        password.standardInputReaders + (sourcePasswordStdin ? ["--source-password-stdin"] : [])
    }

    func validate() throws {
        if sourcePasswordStdin, sourcePasswordFile != nil {
            throw ValidationError("Give --source-password-stdin or --source-password-file, not both.")
        }
    }

    func run(in session: Session) async throws {
        try await session.withVault { vault in
            guard case .folder(let manager) = vault else {
                throw Failure(
                    .unsupported, "Credentials are taken over in a folder, and this is a server.",
                    hint: "--bots names the folder; a server of keys-manager may go on running.")
            }
            try await session.unlock(vault, with: password)
            let source = try LocalVault.manager(
                of: session.program.folders.resolve(folder), sealing: session.program.sealing)
            try await unlock(source, session)
            let outcomes = try await manager.importCredentials(from: source, account: account) { connector, account in
                if force { return true }
                guard let prompter = session.prompter else { return false }
                return try prompter.confirm("\(account) has another \(connector). Replace it?")
            }
            try show(outcomes, in: session)
        }
    }

    /// The password that is named; else this vault's; else one that is typed.
    private func unlock(_ source: KeyManager, _ session: Session) async throws {
        let given: Secret?
        if sourcePasswordStdin {
            given = try session.program.console.standardInput.secretLine()
        } else if let sourcePasswordFile {
            let path = session.program.folders.resolve(sourcePasswordFile)
            given = try StandardInput.secretLine(in: FileBytes.bytes(ofNamed: path), from: path)
        } else {
            given = nil
        }
        if let given { return try await open(source, given, session) }
        // Standard input was read once already.
        let named = password.passwordStdin ? nil : try password.given(in: session.program)
        if let own = named ?? session.settings.configPassword?.secret {
            do {
                return try await open(source, own, session)
            } catch let failure as Failure where failure.kind == .wrongPassword && session.prompter != nil {
                session.prompter?.say("The folder has another password than the vault.")
            } catch let failure as Failure where failure.kind == .wrongPassword {
                throw Failure(
                    .wrongPassword, "The folder has another password than the vault.",
                    hint: "Give it with --source-password-file or --source-password-stdin.")
            }
        }
        guard let prompter = session.prompter else {
            throw CommandError.nobodyToAsk(
                "The folder's password has to be given.", hint: "Use --source-password-file or --source-password-stdin."
            )
        }
        try await open(source, prompter.askSecret("Config password of the folder"), session)
    }

    private func open(_ source: KeyManager, _ secret: Secret, _ session: Session) async throws {
        try await Progress.showing("opening the folder", in: session) {
            try await source.unlockForReading(with: secret)
        }
    }

    private func show(_ outcomes: [ImportedCredential], in session: Session) throws {
        try session.output.data(
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
                session.output.warning("\(outcome.connector) of \(outcome.account) was not taken over: \(reason)")
            }
        }
        if outcomes.contains(where: { $0.outcome == .failed }) { throw ReportedFailure(status: .damagedData) }
        if outcomes.contains(where: { $0.outcome == .conflict }) {
            session.output.hint("--force replaces what is in the way; the old ones then go to the trash")
            throw ReportedFailure(status: .alreadyExists)
        }
    }
}
