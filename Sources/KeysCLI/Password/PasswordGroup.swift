import ArgumentParser

/// `password …`
struct PasswordGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: "Check or change the config password.",
        subcommands: [PasswordCheck.self, PasswordChangeCommand.self])
}
