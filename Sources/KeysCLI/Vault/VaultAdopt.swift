import ArgumentParser
import KeyManagement
import OrderedJSON

/// `vault adopt`
struct VaultAdopt: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract: "Seal anew what Hummingbot sealed, so that one key opens everything.",
        discussion: """
            Hummingbot gives every secret a salt of its own, and each costs a third of a second to open. This seals them \
            anew under the vault's salt, the trash included, all together or not at all. The password stays; Hummingbot \
            reads the files as before. What does not open stays as it is and is named.

            EXAMPLES
              keys-manager vault adopt
              keys-manager vault adopt --bots ~/hummingbot-api/bots
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var password: PasswordOptions

    var standardInputReaders: [String] { password.standardInputReaders }

    func run(in session: Session) async throws {
        let outcome = try await session.countingInFolder(
            "sealing anew", with: password, orRefuse: "Secrets are adopted in a folder, and this is a server."
        ) { manager, report in try await manager.adopt(progress: report) }
        let sentence =
            outcome.fileCount == 0
            ? "Everything that opens is sealed under the vault's salt already."
            : "Adopted \(outcome.secretCount) secrets in \(outcome.fileCount) files."
        try session.output.resealed(outcome, ["adopted": true], sentence: sentence)
    }
}
