import ArgumentParser
import Credentials
import KeyManagement
import OrderedJSON

/// `vault unlock`
struct VaultUnlock: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Unlock a server's vault with its config password.",
        discussion: """
            The password comes from the options or a hidden prompt; CONFIG_PASSWORD of this machine is not sent.

            EXAMPLES
              keys-manager vault unlock --api-url http://localhost:8000
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var password: PasswordOptions

    var standardInputReaders: [String] { password.standardInputReaders }

    func run(in session: Session) async throws {
        try VaultLock.requireServer(session)
        try await session.withVault { vault in
            let secret: Secret
            if let given = try password.given(in: session.program) {
                secret = given
            } else if let prompter = session.prompter {
                secret = try prompter.askSecret("Config password of the server")
            } else {
                throw CommandError.nobodyToAsk(
                    "The server's config password has to be given.", hint: "Use --password-stdin or --password-file.")
            }
            let keys = vault.keys
            try await Progress.showing("unlocking", in: session) { try await keys.unlock(with: secret) }
        }
        try session.output.result(["state": "unlocked"], sentence: "Unlocked.")
    }
}
