import ArgumentParser

/// `backup …`
struct BackupGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Keep the whole vault in one file, and bring it back.",
        subcommands: [BackupCreate.self, BackupRestore.self, BackupCheck.self])
}
