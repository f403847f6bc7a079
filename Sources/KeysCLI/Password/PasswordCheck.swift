import ArgumentParser
import OrderedJSON

/// `password check`
struct PasswordCheck: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check that the config password opens the vault.",
        discussion: """
            Exits with 0 when it does and with 77 when it does not. The vault must be a folder of this machine.

            EXAMPLES
              keys-manager password check
              keys-manager password check --password-file ~/hummingbot-password
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var password: PasswordOptions

    var standardInputReaders: [String] { password.standardInputReaders }

    func run(in session: Session) async throws {
        guard !session.usesServer else {
            throw CommandError.usage(
                "A password is checked on a folder, and this is a server.",
                hint: "keys-manager vault unlock tries one there; --bots names a folder.")
        }
        try await session.withVault { try await session.unlock($0, with: password) }
        try session.output.result(["password": "correct"], sentence: "The password is correct.")
    }
}
