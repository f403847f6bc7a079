import ArgumentParser
import CredentialVault
import Credentials
import ExchangeVerification
import KeyManagement
import OrderedJSON

/// `credential list`
struct CredentialList: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the credentials of all accounts, or of one.",
        discussion: """
            Needs no password. STATE says `stored`, or what is wrong with the file; CHECKED what the exchange said of the key \
            when it was last asked.

            EXAMPLES
              keys-manager credential list
              keys-manager credential list --account scalping
              keys-manager credential list --format json
            """,
        aliases: ["ls"])

    @OptionGroup var options: GlobalOptions
    @Option(
        name: [.customShort("a"), .customLong("account")],
        help: ArgumentHelp("Only this account.", valueName: "account"), completion: Completion.accounts)
    var account: String?

    func run(in session: Session) async throws {
        let rows = try await session.withVault { vault in try await Self.rows(of: vault.keys, account: account) }
        try session.output.data(
            .array(rows.map { Self.json($0.account, $0.summary) }),
            table: Table(
                header: ["ACCOUNT", "CONNECTOR", "STATE", "CHANGED", "CHECKED", "PROBLEM"],
                rows: rows.map { row in
                    [
                        row.account.description, row.summary.connector.description, row.summary.state.rawValue,
                        row.summary.modifiedAt == 0 ? "unknown" : Timestamp.text(row.summary.modifiedAt),
                        row.summary.report.map { KeyReport(report: $0).outcomeWithTime } ?? "",
                        row.summary.problem ?? "",
                    ]
                },
                emptyText: "No credentials.", optionalColumns: ["CHECKED", "PROBLEM"]))
    }

    private typealias Row = (account: AccountName, summary: CredentialSummary)

    private static func rows(of keys: any KeyOperations, account: String?) async throws -> [Row] {
        guard let account else {
            return try await keys.overview().accounts.flatMap { account in
                account.credentials.map { (account.name, $0) }
            }
        }
        let name = try AccountName(account)
        return try await keys.credentials(in: name).map { (name, $0) }
    }

    /// One credential, as programs get it.
    static func json(_ account: AccountName, _ summary: CredentialSummary) -> JSON {
        [
            "account": .string(account.description),
            "connector": .string(summary.connector.description),
            "state": .string(summary.state.rawValue),
            "problem": summary.problem.map { .string($0) } ?? .null,
            "modified_at": summary.modifiedAt == 0 ? .null : .string(Timestamp.text(summary.modifiedAt)),
            "revision": summary.revision.map { .string($0.description) } ?? .null,
            "verification": summary.report?.json ?? .null,
        ]
    }
}
