import ArgumentParser
import CredentialVault
import Credentials
import KeyManagement
import OrderedJSON

/// `vault create`
struct VaultCreate: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a vault and its config password.",
        discussion: """
            Makes the folder where it is missing, with master_account in it. The config password opens every key; nothing \
            brings it back when it is lost. It comes from the options, CONFIG_PASSWORD (but not from the .env of the \
            current folder), or a hidden prompt. A folder that holds keys but no password check gets one, once the \
            password has opened every key.

            EXAMPLES
              keys-manager vault create
              keys-manager vault create --bots ~/trading/bots --password-file ~/hummingbot-password
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var password: PasswordOptions

    var standardInputReaders: [String] { password.standardInputReaders }

    func run(in session: Session) async throws {
        guard !session.usesServer else {
            throw Failure(
                .unsupported, "A server has made its vault when it started.",
                hint: "--bots names a folder to make one in.")
        }
        let folder = session.settings.vaultFolder
        // Before anything is made or asked: a vault that is there needs neither.
        if VaultTraces.isVault(folder) { _ = try await Self.uninitialized(folder, session) }
        let secret = try newPassword(session)
        do {
            try FileCredentialStore.makeFolder(path: folder)
        } catch let error as StoreError {
            throw Failure(error)
        }
        let (manager, overview) = try await Self.uninitialized(folder, session)
        let hasKeys = overview.accounts.contains { !$0.credentials.isEmpty }
        try await Progress.showing("making the vault", in: session) {
            if hasKeys {
                try await manager.unlock(with: secret)
            } else {
                try await manager.createVault(with: secret)
            }
        }
        try session.output.result(
            ["location": .string(folder), "created": true], sentence: "Created the vault at \(folder).")
        session.output.hint("keep the config password safe: without it nothing opens the keys")
    }

    /// Opens a folder that has no password check yet.
    private static func uninitialized(
        _ folder: String, _ session: Session
    ) async throws -> (KeyManager, VaultOverview) {
        let manager = try LocalVault.manager(
            of: folder, sealing: session.program.sealing, asking: nil, mayBeEmpty: true)
        let overview = try await manager.overview()
        guard overview.status.state == .uninitialized else {
            throw Failure(
                .accountExists, "There is a vault at \(folder) already.",
                hint: "keys-manager password check tries its config password.")
        }
        return (manager, overview)
    }

    private func newPassword(_ session: Session) throws -> Secret {
        if let given = try password.given(in: session.program) { return given }
        if let setting = session.settings.configPassword {
            if !setting.isFromCurrentFolder { return setting.secret }
            session.output.warning("The CONFIG_PASSWORD of the current folder's .env makes no vault; it is not used.")
        }
        guard let prompter = session.prompter else {
            throw Failure(
                .notConfigured, "A new vault needs a config password, and nobody is there to ask.",
                hint: "Give --password-file or --password-stdin, or set CONFIG_PASSWORD in the environment.")
        }
        while true {
            let secret = try prompter.askSecret("New config password")
            guard !secret.isEmpty else { throw CommandError.declined }
            if try prompter.askSecret("The same again") == secret { return secret }
            prompter.say("The two differ.")
        }
    }
}
