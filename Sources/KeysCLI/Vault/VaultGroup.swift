import ArgumentParser

/// `vault …`
struct VaultGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault",
        abstract: "Create a vault, see its state, take over what is elsewhere, check it, lock and unlock a server's.",
        subcommands: [
            VaultCreate.self, VaultStatusCommand.self, VaultUnlock.self, VaultLock.self, VaultAdopt.self,
            VaultCheckCommand.self, VaultImport.self,
        ])
}
