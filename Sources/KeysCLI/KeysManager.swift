import ArgumentParser

/// The command tree's root.
struct KeysManager: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "keys-manager",
        abstract: "Keeps the exchange API keys of people who trade with Hummingbot.",
        discussion: """
            Keys lie encrypted in Hummingbot's own files, in the folder that --bots names (else KEYS_MANAGER_BOTS, \
            else ~/.hummingbot/bots), so every bot reads them as they are. With --api-url, or API_URL in the \
            environment or a .env file, the commands work through a server instead.

            EXAMPLES
              keys-manager vault create             make a vault and its password
              keys-manager setup                    set up an exchange, step by step
              keys-manager credential add binance   enter a key; nothing is shown
              keys-manager credential list          what is stored
              keys-manager credential audit         check every key and what it may do
              keys-manager serve                    HTTP API and web page

            EXIT CODES
               0  done
               1  other failure
               2  done, with warnings (audit, backup)
              64  the command cannot work as it was given
              65  damaged data
              66  no such account, connector, credential or trash entry
              69  the server or the exchange is unreachable, or a check came to nothing
              73  it already exists
              74  disk full, read-only or other trouble with files
              75  conflict or busy, try again
              77  wrong login or password, key refused
              78  locked or not configured
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(
                name: "Keys:",
                subcommands: [SetupCommand.self, CredentialGroup.self, AccountGroup.self, ConnectorGroup.self]),
            CommandGroup(
                name: "Vault:",
                subcommands: [
                    VaultGroup.self, PasswordGroup.self, TrashGroup.self, BackupGroup.self, LogGroup.self,
                ]),
            CommandGroup(name: "Server and scripts:", subcommands: [ServeCommand.self, SkillCommand.self]),
        ]
    )
}
