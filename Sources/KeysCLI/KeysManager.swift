import ArgumentParser

@main
struct KeysManager: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "keys-manager")
}
