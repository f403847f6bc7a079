import ArgumentParser
import KeyManagement
import OrderedJSON

/// `vault lock`
struct VaultLock: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Lock a server's vault: it forgets the password and every key derived from it.",
        discussion: """
            Lists go on working; adding and replacing wait until it is unlocked.

            EXAMPLES
              keys-manager vault lock --api-url http://localhost:8000
            """)

    @OptionGroup var options: GlobalOptions

    func run(in session: Session) async throws {
        try Self.requireServer(session)
        try await session.withVault { try await $0.keys.lock() }
        try session.output.result(["state": "locked"], sentence: "Locked.")
    }

    /// - Throws: ``Failure`` of kind `unsupported` for a folder, with what to do instead.
    static func requireServer(_ session: Session) throws {
        guard session.usesServer else {
            throw Failure(
                .unsupported,
                "The vault is a folder, which every command opens for itself and leaves locked: there is nothing to do.",
                hint: "keys-manager password check tests the password; --api-url names a server to lock or unlock.")
        }
    }
}
