import ArgumentParser
import Credentials
import KeyManagement

/// `credential add CONNECTOR`
struct CredentialAdd: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a connector's credential to an account.",
        discussion: """
            On a terminal the fields are asked for, secrets without showing them. Programs hand over one JSON object. \
            Field names may be given without the connector's prefix.

            The key is checked with its exchange first, by requests that change nothing. One that the exchange refuses, \
            or that may withdraw, is not saved (77), nor one that could not be checked (69), unless the options below \
            say so.

            EXAMPLES
              keys-manager credential add binance
              keys-manager credential add kucoin --account scalping --credentials @kucoin.json
              pass show binance.json | keys-manager credential add binance --credentials -
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var connector: ConnectorArgument
    @OptionGroup var account: AccountOption
    @OptionGroup var credentials: CredentialsOption
    @OptionGroup var password: PasswordOptions
    @OptionGroup var verification: VerificationOptions
    @OptionGroup var exchanges: ExchangeOptions

    var standardInputReaders: [String] { credentials.standardInputReaders + password.standardInputReaders }

    func run(in session: Session) async throws {
        try await CredentialSaving(
            session: session, connector: connector.name, account: account.name, credentials: credentials,
            password: password, verification: verification, exchanges: exchanges
        ).run(mode: .add, revision: nil)
    }
}
