import ArgumentParser

/// `trash …`
struct TrashGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trash",
        abstract: "See, bring back or purge what was deleted or replaced.",
        discussion:
            "Deleted and replaced credentials and deleted accounts stay here, encrypted, until they are purged.",
        subcommands: [TrashList.self, TrashRestore.self, TrashPurge.self])
}
