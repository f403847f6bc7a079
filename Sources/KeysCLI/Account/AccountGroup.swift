import ArgumentParser

/// `account …`
struct AccountGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "List, create and delete accounts.",
        discussion: "An account is a folder of credentials. A bot is deployed with one account.",
        subcommands: [AccountList.self, AccountCreate.self, AccountDelete.self],
        aliases: ["accounts"])
}
