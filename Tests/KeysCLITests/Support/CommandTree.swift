import ArgumentParser

@testable import KeysCLI

/// The commands as the parser knows them.
enum CommandTree {
    /// Every command with the words that lead to it.
    static func commands(
        _ type: any ParsableCommand.Type = KeysManager.self, path: [String] = []
    ) -> [(type: any ParsableCommand.Type, path: [String])] {
        [(type, path)]
            + type.configuration.subcommands.flatMap { commands($0, path: path + [$0.configuration.commandName ?? ""]) }
    }

    static let paths = commands().map(\.path)
    static let leaves = commands().filter { $0.type is any RunnableCommand.Type }.map(\.path)
}
