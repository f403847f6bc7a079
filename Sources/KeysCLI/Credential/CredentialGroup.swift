import ArgumentParser

/// `credential …`
struct CredentialGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential",
        abstract: "List, add, check, replace, remove and show exchange keys.",
        discussion: """
            A credential is what one connector needs in one account: API key, secret, and what else the exchange wants. \
            Without --account it is master_account's.
            """,
        subcommands: [
            CredentialList.self, CredentialAdd.self, CredentialReplace.self, CredentialRemove.self, CredentialShow.self,
            CredentialVerify.self, CredentialAudit.self,
        ],
        aliases: ["credentials"])
}
