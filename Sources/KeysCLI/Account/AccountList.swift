import ArgumentParser
import Credentials
import KeyManagement
import OrderedJSON

/// `account list`
struct AccountList: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the accounts.",
        discussion: """
            EXAMPLES
              keys-manager account list
              keys-manager account list --format json
            """,
        aliases: ["ls"])

    @OptionGroup var options: GlobalOptions

    func run(in session: Session) async throws {
        let accounts = try await session.withVault { try await $0.keys.overview().accounts }
        for account in accounts {
            for warning in account.warnings { session.output.warning("\(account.name): \(warning)") }
        }
        try session.output.data(
            .array(
                accounts.map { account in
                    [
                        "account": .string(account.name.description),
                        "credentials": .integer(account.credentials.count),
                    ]
                }),
            table: Table(
                header: ["ACCOUNT", "CREDENTIALS"],
                rows: accounts.map { [$0.name.description, String($0.credentials.count)] },
                emptyText: "No accounts."))
    }
}
