import ArgumentParser
import Credentials
import KeyManagement
import OrderedJSON

/// `password change`
struct PasswordChangeCommand: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "Change the config password.",
        discussion: """
            Seals every secret of every account and of the trash anew under the new password, all together or not at \
            all, and rewrites CONFIG_PASSWORD in ~/.hummingbot/.env when it is the old one. A secret that does not open \
            stops it; --leave-unreadable leaves such secrets as they are. The present password comes from the options, \
            CONFIG_PASSWORD, or a hidden prompt; the new one from its own options or a hidden prompt. An interruption at \
            any moment leaves the old password or the new one, and the next command tidies up.

            EXAMPLES
              keys-manager password change
              keys-manager password change --new-password-file ~/new-password
              keys-manager password change --api-url http://localhost:8000
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var password: PasswordOptions

    @Flag(name: .customLong("new-password-stdin"), help: "Read the new password from standard input.")
    var newPasswordStdin = false

    @Option(
        name: .customLong("new-password-file"),
        help: ArgumentHelp("Read the new password from the first line of a file.", valueName: "file"),
        completion: .file())
    var newPasswordFile: String?

    @Flag(name: .customLong("leave-unreadable"), help: "Leave secrets that do not open as they are.")
    var leavesUnreadable = false

    var standardInputReaders: [String] {
        password.standardInputReaders + (newPasswordStdin ? ["--new-password-stdin"] : [])
    }

    func validate() throws {
        if newPasswordStdin, newPasswordFile != nil {
            throw ValidationError("Give --new-password-stdin or --new-password-file, not both.")
        }
    }

    func run(in session: Session) async throws {
        try await session.withVault { vault in
            let current = try currentPassword(for: vault, session)
            let places = session.usesServer ? nil : PasswordPlaces(of: current, in: session)
            places?.tellBefore(on: session.output)
            let change = PasswordChange(
                current: current, new: try newPassword(session), leavesUnreadable: leavesUnreadable)
            let keys = vault.keys
            let outcome = try await Progress.counting("sealing anew", in: session) { report in
                do {
                    return try await keys.changePassword(change, progress: report)
                } catch let failure as Failure where failure.kind == .damaged {
                    throw Failure(
                        .damaged, failure.message,
                        hint: (failure.hint.map { "\($0) " } ?? "") + "--leave-unreadable leaves it.")
                }
            }
            let file = outcome.passwordFile.map { session.program.folders.abbreviate($0) }
            try session.output.resealed(
                outcome,
                ["changed": true, "password_file": outcome.passwordFile.map { .string($0) } ?? .null],
                sentence:
                    "Changed the config password; \(outcome.secretCount) secrets in \(outcome.fileCount) files are sealed anew."
            )
            if let file { session.output.hint("CONFIG_PASSWORD in \(file) is the new password") }
            places?.tellAfter(on: session.output)
        }
    }

    private func currentPassword(for vault: OpenVault, _ session: Session) throws -> Secret {
        if let given = try password.given(in: session.program) { return given }
        // The password of this machine is not sent to a server.
        if case .folder = vault, let setting = session.settings.configPassword { return setting.secret }
        return try ask("Present config password", in: session, options: "--password-stdin or --password-file")
    }

    private func newPassword(_ session: Session) throws -> Secret {
        if newPasswordStdin { return try session.program.console.standardInput.secretLine() }
        if let newPasswordFile {
            let path = session.program.folders.resolve(newPasswordFile)
            return try StandardInput.secretLine(in: FileBytes.bytes(ofNamed: path), from: path)
        }
        while true {
            let secret = try ask(
                "New config password", in: session, options: "--new-password-stdin or --new-password-file")
            guard !secret.isEmpty else { throw CommandError.declined }
            if try ask("The same again", in: session, options: "") == secret { return secret }
            session.prompter?.say("The two differ.")
        }
    }

    private func ask(_ question: String, in session: Session, options: String) throws -> Secret {
        guard let prompter = session.prompter else {
            throw CommandError.nobodyToAsk("\(question): nobody is there to ask.", hint: "Give \(options).")
        }
        return try prompter.askSecret(question)
    }
}

/// Where the present password stands.
private struct PasswordPlaces {
    /// Places that a person has to change.
    private var foreign: [String] = []
    /// The `.env` of ours, when it follows the change.
    private var followed: String?
    /// The `.env` of ours, when it stays as it is because the usual vault may need what it says.
    private var kept: String?
    private let usualVault: String

    init(of password: Secret, in session: Session) {
        let variable = "CONFIG_PASSWORD"
        let folders = session.program.folders
        usualVault = folders.abbreviate(folders.usualVault)
        if let value = session.program.environment[variable], Secret(value) == password {
            foreign.append("the environment (a service's file, a shell's profile, a container's settings)")
        }
        let own = FirstStart(folders: folders).path
        for file in DotEnvFile.all(in: folders, complain: { _ in }) {
            guard let value = file.content.values[variable], Secret(value) == password else { continue }
            let name = folders.abbreviate(file.path)
            if file.path != own {
                foreign.append(name)
            } else if PasswordFile.own(in: folders, of: session.settings.vaultFolder) != nil {
                followed = name
            } else {
                kept = name
            }
        }
    }

    func tellBefore(on output: Output) {
        for place in foreign {
            output.note(
                "\(place) holds the present password and cannot be rewritten from here; change it there right after this."
            )
        }
        if let followed {
            output.note(
                "The present password goes from \(followed). Backups, bots and other vaults that were made with it go on "
                    + "needing it: note it down first if it stands nowhere else.")
        }
        if let kept {
            output.note(
                "\(kept) holds the present password, which \(usualVault) may need, so that file stays as it is.")
        }
    }

    func tellAfter(on output: Output) {
        for place in foreign {
            output.warning("Now change CONFIG_PASSWORD in \(place) to the new password.")
        }
        if let kept {
            output.warning(
                "CONFIG_PASSWORD in \(kept) is still the password before, for \(usualVault); give this vault its new one "
                    + "with --password-file, or as CONFIG_PASSWORD in the environment.")
        }
    }
}
