import ArgumentParser
import Credentials
import KeyManagement
import OrderedJSON

/// `credential verify`
struct CredentialVerify: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check stored keys with their exchanges.",
        discussion: """
            Only requests that change nothing are sent. Exchanges are asked at the same time, each by a few requests at \
            once. With --all, keys whose exchange counts their requests (Kraken's) are left out, since a check could \
            disturb a bot that uses them; name the connector, or give --with-counted, to check them as well.

            The exit code is 77 when a key is refused, else 69 when one could not be checked: the exchange did not say, or \
            the file is damaged or sealed under another password.

            EXAMPLES
              keys-manager credential verify --all
              keys-manager credential verify --connector binance
              keys-manager credential verify --account scalping --format json
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var selection: SelectionOptions
    @Flag(help: "All credentials of all accounts.") var all = false
    @OptionGroup var power: PowerOption
    @OptionGroup var exchanges: ExchangeOptions
    @OptionGroup var password: PasswordOptions

    var standardInputReaders: [String] { password.standardInputReaders }

    func validate() throws {
        let isNarrowed = selection.account != nil || selection.connector != nil
        guard isNarrowed != all else {
            throw ValidationError("Say which keys: --all, or --account, --connector or both of them.")
        }
    }

    func run(in session: Session) async throws {
        let items = try await CheckedVault(
            session: session, exchanges: exchanges, password: password, power: power
        ).run(selection.value())
        try session.output.data(
            .array(items.map(\.json)),
            table: Table(
                header: ["ACCOUNT", "CONNECTOR", "OUTCOME", "RIGHTS", "ADDRESSES", "EXPIRES"],
                rows: items.map { item in
                    let report = item.report.map(KeyReport.init(report:))
                    return [
                        item.account.description, item.summary.connector.description, item.outcome,
                        report?.rights ?? "", report?.addresses ?? "", report?.expiry ?? "",
                    ]
                },
                emptyText: "No credentials.", optionalColumns: ["RIGHTS", "ADDRESSES", "EXPIRES"]))
        CheckedVault.explain(items, on: session.output)
        let status = CheckedVault.status(of: items, countingWarnings: false)
        if status != .done { throw ReportedFailure(status: status) }
    }
}

/// Which stored credentials a command is about.
struct SelectionOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("a"), .customLong("account")],
        help: ArgumentHelp("Only this account's keys.", valueName: "account"), completion: Completion.accounts)
    var account: String?

    @Option(
        name: [.customShort("c"), .customLong("connector")],
        help: ArgumentHelp("Only this connector's keys.", valueName: "connector"), completion: Completion.connectors)
    var connector: String?

    @Flag(
        name: .customLong("with-counted"),
        help: "Also keys whose exchange counts their requests; stop bots that use them first.")
    var withCounted = false

    init() {}

    /// - Throws: `InvalidName`.
    func value() throws -> VerificationRound.Selection {
        VerificationRound.Selection(
            account: try account.map { try AccountName($0) },
            connector: try connector.map { try ConnectorName(normalizing: $0) }, includesCounted: withCounted)
    }
}
