import ArgumentParser
import Credentials

/// Which account a command works on.
struct AccountOption: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("a"), .customLong("account")], help: ArgumentHelp("The account.", valueName: "account"),
        completion: Completion.accounts)
    var text = "master_account"

    init() {}

    /// - Throws: `InvalidName` when no account can be called so.
    var name: AccountName { get throws { try AccountName(text) } }
}

/// Which connector a command works on.
struct ConnectorArgument: ParsableArguments, Sendable {
    @Argument(
        help: ArgumentHelp("The connector, such as binance_perpetual.", valueName: "connector"),
        completion: Completion.connectors)
    var text: String

    init() {}

    /// - Throws: `InvalidName` when no connector can be called so.
    var name: ConnectorName { get throws { try ConnectorName(normalizing: text) } }
}
