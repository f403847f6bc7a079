import ArgumentParser

/// `log …`
struct LogGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Who did what with the vault, and whether the record is whole.",
        subcommands: [LogList.self, LogVerify.self])
}
