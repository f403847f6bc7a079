import ArgumentParser

/// `password …`
struct PasswordGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: "Check the config password.",
        subcommands: [PasswordCheck.self])
}
