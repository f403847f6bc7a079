import ArgumentParser
import CredentialVault
import Credentials
import KeyManagement

/// `credential replace CONNECTOR`
struct CredentialReplace: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace",
        abstract: "Replace an account's credential by a new one.",
        discussion: """
            The new one is complete in itself: nothing of the old one stays. The new key is checked with its exchange \
            first, as by credential add; the old one goes to the trash only then. With \
            --revision (see `credential list --format json`) nothing is replaced when somebody else was quicker.

            EXAMPLES
              keys-manager credential replace binance
              keys-manager credential replace binance --credentials @binance.json
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var connector: ConnectorArgument
    @OptionGroup var account: AccountOption
    @OptionGroup var credentials: CredentialsOption
    @OptionGroup var password: PasswordOptions
    @OptionGroup var verification: VerificationOptions
    @OptionGroup var exchanges: ExchangeOptions
    @OptionGroup var revision: RevisionOption

    var standardInputReaders: [String] { credentials.standardInputReaders + password.standardInputReaders }

    func run(in session: Session) async throws {
        try await CredentialSaving(
            session: session, connector: connector.name, account: account.name, credentials: credentials,
            password: password, verification: verification, exchanges: exchanges
        ).run(mode: .replace, revision: revision.value)
    }
}

/// Which version of a credential a command means.
struct RevisionOption: ParsableArguments, Sendable {
    @Option(
        name: .customLong("revision"),
        help: ArgumentHelp("Only when this is still the stored version.", valueName: "revision"))
    var text: String?

    init() {}

    var value: Revision? { text.flatMap { Revision($0) } }

    func validate() throws {
        if text != nil, value == nil { throw ValidationError("--revision takes 32 hex digits.") }
    }
}
