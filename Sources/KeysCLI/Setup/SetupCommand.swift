import ArgumentParser
import OrderedJSON

/// `setup`: from nothing to a stored key in four steps.
struct SetupCommand: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup",
        abstract: "Set up an exchange, step by step.",
        discussion: """
            On a terminal it asks for everything: the exchange, the account, the fields; secrets are not shown. For \
            programs (with --format json, or when the output is not a terminal) each call does the step that its options \
            allow and answers one JSON object: the connectors; what a connector asks for; the accounts; saved. Errors \
            are JSON too, with exit code 1.

            EXAMPLES
              keys-manager setup
              keys-manager setup --connector binance
              keys-manager setup --format json --connector binance --credentials @keys.json --account master_account
            """)

    @OptionGroup var options: GlobalOptions
    @Option(
        help: ArgumentHelp("The connector, such as binance_perpetual.", valueName: "connector"),
        completion: Completion.connectors)
    var connector: String?
    @OptionGroup var credentials: CredentialsOption
    @Option(
        name: [.customShort("a"), .customLong("account")], help: ArgumentHelp("The account.", valueName: "account"),
        completion: Completion.accounts)
    var account: String?
    @Flag(help: "Replace what the account has for the connector.") var force = false
    @OptionGroup var verification: VerificationOptions
    @OptionGroup var exchanges: ExchangeOptions

    var standardInputReaders: [String] { credentials.standardInputReaders }

    func prefersJSON(on console: Console) -> Bool { !console.outputIsTerminal }

    func run(in session: Session) async throws {
        switch session.output.format {
        case .table:
            try await GuidedSetup(
                session: session, connector: connector, credentials: credentials, account: account, force: force,
                verification: verification, exchanges: exchanges
            ).run()
        case .json:
            let arguments = SkillArguments(
                connector: connector, credentials: credentials.source, account: account, force: force)
            let flow = SkillFlow(
                session: session, arguments: arguments, setupCommand: "keys-manager setup",
                verification: verification, exchanges: exchanges)
            do {
                try session.output.json(try await flow.run(.setupConnector))
            } catch let failure as SkillFailure {
                try session.output.json(failure.json)
                throw ReportedFailure(status: .otherFailure)
            }
        }
    }
}

extension SkillArguments {
    fileprivate init(connector: String?, credentials: String?, account: String?, force: Bool) {
        self.init()
        self["--connector"] = connector
        self["--credentials"] = credentials
        self["--account"] = account
        if force { give("--force") }
    }
}
