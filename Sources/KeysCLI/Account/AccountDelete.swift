import ArgumentParser
import Credentials
import KeyManagement
import OrderedJSON

/// `account delete NAME`
struct AccountDelete: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete an account with all its credentials.",
        discussion: """
            The account moves to the trash; `keys-manager trash restore` brings it back. Behind a Hummingbot API there is \
            no trash. Bots that were deployed with the account keep their copies of its keys. master_account cannot be \
            deleted.

            EXAMPLES
              keys-manager account delete scalping
              keys-manager account delete scalping --yes
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The account.", completion: Completion.accounts) var account: String

    func run(in session: Session) async throws {
        let name = try AccountName(account)
        let entry = try await session.withVault { vault in
            let count = try await vault.keys.credentials(in: name).count
            try session.confirm("Delete account \(name) with \(count) credential\(count == 1 ? "" : "s")?")
            return try await vault.keys.deleteAccount(name)
        }
        try session.output.result(
            ["account": .string(name.description), "deleted": true, "undo": Undo.json(entry)],
            sentence: "Deleted account \(name).")
        Undo.explain(entry, on: session.output)
    }
}
