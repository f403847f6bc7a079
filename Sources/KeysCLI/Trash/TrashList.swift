import ArgumentParser
import CredentialVault
import Credentials
import KeyManagement
import OrderedJSON

/// `trash list`
struct TrashList: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what can be brought back, newest first.",
        discussion: """
            EXAMPLES
              keys-manager trash list
            """,
        aliases: ["ls"])

    @OptionGroup var options: GlobalOptions

    func run(in session: Session) async throws {
        let entries = try await session.withVault { try await $0.keys.trash() }
        try session.output.data(
            .array(entries.map(Self.json)),
            table: Table(
                header: ["ID", "WHAT", "ACCOUNT", "CONNECTOR", "WHY", "WHEN"],
                rows: entries.map { entry in
                    [
                        entry.id.description, entry.kind.rawValue, entry.account.description,
                        entry.connector?.description ?? entry.contents.map(\.description).joined(separator: " "),
                        entry.reason.rawValue, Timestamp.text(entry.deletedAt),
                    ]
                },
                emptyText: "The trash is empty."))
    }

    /// One entry, as programs get it.
    static func json(_ entry: TrashEntry) -> JSON {
        [
            "id": .string(entry.id.description),
            "kind": .string(entry.kind.rawValue),
            "reason": .string(entry.reason.rawValue),
            "account": .string(entry.account.description),
            "connector": entry.connector.map { .string($0.description) } ?? .null,
            "contents": .array(entry.contents.map { .string($0.description) }),
            "deleted_at": .string(Timestamp.text(entry.deletedAt)),
        ]
    }
}
