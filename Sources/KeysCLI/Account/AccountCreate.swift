import ArgumentParser
import Credentials
import KeyManagement
import OrderedJSON

/// `account create NAME`
struct AccountCreate: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create an account.",
        discussion: """
            The new account gets the files of master_account that a bot needs. Names hold letters, digits, _ and -.

            EXAMPLES
              keys-manager account create scalping
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The new account's name.") var account: String

    func run(in session: Session) async throws {
        let name = try AccountName(account)
        try await session.withVault { try await $0.keys.createAccount(name) }
        try session.output.result(
            ["account": .string(name.description), "created": true], sentence: "Created account \(name).")
    }
}
