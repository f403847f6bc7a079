import ArgumentParser
import KeyManagement
import OrderedJSON

/// `vault status`
struct VaultStatusCommand: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show where the vault is and whether it is locked.",
        discussion: """
            A vault in a folder is always locked between two commands. `uninitialized` means that there is no password \
            to check yet: `keys-manager vault create` makes one.

            EXAMPLES
              keys-manager vault status
              keys-manager vault status --api-url http://localhost:8000
            """)

    @OptionGroup var options: GlobalOptions

    func run(in session: Session) async throws {
        let status = try await session.withVault(mayBeEmpty: true) { try await $0.keys.status() }
        for warning in status.warnings { session.output.warning(warning) }
        try session.output.data(
            [
                "state": .string(status.state.rawValue),
                "location": .string(status.location),
                "warnings": .array(status.warnings.map { .string($0) }),
            ],
            table: Table(header: ["STATE", "LOCATION"], rows: [[status.state.rawValue, status.location]]))
    }
}
