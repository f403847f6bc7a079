import ArgumentParser
import CredentialVault
import KeyManagement
import OrderedJSON

/// `trash purge`
struct TrashPurge: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Delete from the trash for good.",
        discussion: """
            EXAMPLES
              keys-manager trash purge 20261121T090301Z-0f3a5c7e9b1d2f40
              keys-manager trash purge --older-than 30d
              keys-manager trash purge --all --yes
            """)

    @OptionGroup var options: GlobalOptions
    @Option(
        name: .customLong("older-than"),
        help: ArgumentHelp("Everything older than this: a number with s, m, h, d or w.", valueName: "age"))
    var age: String?
    @Flag(help: "Everything.") var all = false
    @Argument(help: "One id of trash list.") var id: String?

    func validate() throws {
        guard [age != nil, all, id != nil].filter({ $0 }).count == 1 else {
            throw ValidationError("Say what goes: one id, --older-than or --all.")
        }
        if let age, TimeSpan.seconds(age) == nil {
            throw ValidationError("--older-than takes a number with s, m, h, d or w, such as 30d.")
        }
    }

    func run(in session: Session) async throws {
        let purged: Int
        if let id {
            let id = try TrashID(typed: id)
            try session.confirm("Delete this entry for good?")
            try await session.withVault { try await $0.keys.purge(id) }
            purged = 1
        } else {
            let seconds = age.flatMap(TimeSpan.seconds) ?? 0
            try session.confirm(all ? "Delete everything in the trash for good?" : "Delete them for good?")
            purged = try await session.withVault { try await $0.keys.purge(olderThan: seconds) }
        }
        try session.output.result(
            ["purged": .integer(purged)], sentence: "Purged \(purged) \(purged == 1 ? "entry" : "entries").")
    }
}
