import ArgumentParser
import Credentials
import KeyManagement
import OrderedJSON

/// `credential remove CONNECTOR`
struct CredentialRemove: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a credential from an account.",
        discussion: """
            It moves to the trash, and the command says how to bring it back; behind a Hummingbot API there is no trash. \
            Deployed bots keep their copies, and the key stays valid at the exchange until it is deleted there.

            EXAMPLES
              keys-manager credential remove binance
              keys-manager credential remove kucoin --account scalping --yes
            """,
        aliases: ["rm"])

    @OptionGroup var options: GlobalOptions
    @OptionGroup var connector: ConnectorArgument
    @OptionGroup var account: AccountOption
    @OptionGroup var revision: RevisionOption

    func run(in session: Session) async throws {
        let (connector, account) = (try connector.name, try account.name)
        let entry = try await session.withVault { vault in
            guard try await vault.keys.credentials(in: account).contains(where: { $0.connector == connector }) else {
                throw Failure(
                    .noSuchCredential, "\(account) has no credential for \(connector).",
                    hint: "keys-manager credential list shows what there is.")
            }
            // Without a terminal a removal goes on where it can be undone.
            let isFinal = vault.keys is HummingbotServer
            if isFinal || session.prompter != nil {
                try session.confirm("Remove \(connector) from \(account)\(isFinal ? ", for good" : "")?")
            }
            return try await vault.keys.remove(connector, from: account, expecting: revision.value)
        }
        try session.output.result(
            [
                "account": .string(account.description), "connector": .string(connector.description), "removed": true,
                "undo": Undo.json(entry),
            ], sentence: "Removed \(connector) from \(account).")
        Undo.explain(entry, on: session.output)
    }
}
