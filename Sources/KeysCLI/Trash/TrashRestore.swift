import ArgumentParser
import CredentialVault
import KeyManagement

/// `trash restore ID`
struct TrashRestore: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring something back.",
        discussion: """
            When the place is taken again, --force puts what is there now into the trash in its turn.

            EXAMPLES
              keys-manager trash restore 20261121T090301Z-0f3a5c7e9b1d2f40
              keys-manager trash restore 20261121T090301Z-0f3a5c7e9b1d2f40 --force
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Displace what is there now.") var force = false
    @Argument(help: "An id of trash list.") var id: String

    func run(in session: Session) async throws {
        let id = try TrashID(typed: id)
        let entry = try await session.withVault { try await $0.keys.restore(id, force: force) }
        let what = entry.connector.map { "\($0) in \(entry.account)" } ?? "account \(entry.account)"
        try session.output.result(TrashList.json(entry), sentence: "Restored \(what).")
    }
}

extension TrashID {
    /// Takes an id as a person typed it.
    ///
    /// - Throws: ``Failure`` of kind `noSuchTrashEntry` when it cannot be one.
    init(typed text: String) throws {
        guard let id = TrashID(text) else {
            throw Failure(
                .noSuchTrashEntry, "That is not the id of a trash entry.",
                hint: "keys-manager trash list shows the ids.")
        }
        self = id
    }
}
