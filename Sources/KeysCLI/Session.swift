import CredentialVault
import Credentials
import KeyManagement

/// What one command works with: its options, the settings, the output and the way to the vault.
struct Session: Sendable {
    let program: Program
    let options: GlobalOptions
    let settings: Settings
    let output: Output
    /// Why a change that was interrupted before could not be finished.
    private let interruptedChange: Result<Void, any Error>

    init(program: Program, options: GlobalOptions, output: Output) {
        self.program = program
        self.options = options
        // A change of the password that was interrupted may still have to rewrite the .env that is read next.
        interruptedChange = Result {
            try FileCredentialStore.finishInterruptedChange(
                path: Settings.vaultFolder(options, program.environment, program.folders))
        }
        settings = Settings(flags: options, environment: program.environment, folders: program.folders)
        self.output = output
    }

    /// Whether the command works through a server. A folder named with `--bots` wins over a server of the surroundings.
    var usesServer: Bool { options.apiURL != nil || settings.apiURL != nil && options.bots == nil }

    /// Someone to ask, or `nil`. With `--format json` a person may still answer: data and questions do not mix.
    var prompter: Prompter? { program.console.terminal.map { Prompter(terminal: $0) } }

    /// Runs `body` with the vault: the folder of this machine, or a server.
    ///
    /// - Parameters:
    ///   - access: The way to the exchanges, for a command that saves or checks keys.
    ///   - mayBeEmpty: Whether a folder without a vault will do.
    ///   - body: What to do with it.
    /// - Returns: What `body` returns.
    /// - Throws: ``Failure`` when there is no vault or the server cannot be used; ``CommandError`` when it may not be.
    func withVault<Result: Sendable>(
        asking access: ExchangeAccess? = nil, mayBeEmpty: Bool = false, _ body: (OpenVault) async throws -> Result
    ) async throws -> Result {
        guard usesServer, let address = settings.apiURL else {
            try interruptedChange.get()
            let manager = try LocalVault.manager(
                of: settings.vaultFolder, sealing: program.sealing, asking: access, mayBeEmpty: mayBeEmpty,
                passwordFile: .own(in: program.folders, of: settings.vaultFolder))
            return try await body(.folder(manager))
        }
        return try await ServerConnection(session: self, setting: address).open(asking: access) { keys in
            try await body(.server(keys))
        }
    }

    /// Makes sure that secrets can be sealed and opened: a vault in a folder is unlocked, a server's is left alone.
    ///
    /// - Parameters:
    ///   - vault: The vault of ``withVault(_:)``.
    ///   - password: Where the password comes from, when the options say so.
    /// - Throws: ``Failure`` of kind `wrongPassword`, `notConfigured`, `damaged`.
    func unlock(_ vault: OpenVault, with password: PasswordOptions? = nil) async throws {
        guard case .folder(let manager) = vault else {
            if password?.isGiven == true {
                throw CommandError.usage(
                    "The server has its own config password.", hint: "keys-manager vault unlock unlocks it.")
            }
            return
        }
        if let known = try password?.given(in: program) ?? settings.configPassword?.secret {
            return try await unlock(manager, with: known)
        }
        // A password that was typed may be typed again.
        for _ in 1..<3 {
            do {
                return try await unlock(manager, with: askForConfigPassword())
            } catch let failure as Failure where failure.kind == .wrongPassword {
                prompter?.say(failure.message)
            }
        }
        try await unlock(manager, with: askForConfigPassword())
    }

    /// Runs a command on the unlocked vault in a folder, counting how far it is.
    ///
    /// - Parameters:
    ///   - activity: What is done, for the line that says how far it is.
    ///   - password: Where the password comes from, when the options say so.
    ///   - refusal: The sentence for a vault behind a server.
    ///   - work: Gets the vault and what reports how far it is.
    /// - Returns: What `work` returns.
    /// - Throws: ``Failure`` of kind `unsupported` for a server; what unlocking and `work` throw.
    func countingInFolder<Value: Sendable>(
        _ activity: String, with password: PasswordOptions, orRefuse refusal: String,
        _ work: @escaping @Sendable (KeyManager, @escaping @Sendable (ResealProgress) -> Void) async throws -> Value
    ) async throws -> Value {
        try await withVault { vault in
            guard case .folder(let manager) = vault else {
                throw Failure(
                    .unsupported, refusal, hint: "--bots names the folder; the server may go on running.")
            }
            try await unlock(vault, with: password)
            return try await Progress.counting(activity, in: self) { try await work(manager, $0) }
        }
    }

    private func unlock(_ manager: KeyManager, with password: Secret) async throws {
        try await Progress.showing("opening the vault", in: self) { try await manager.unlock(with: password) }
    }

    /// - Throws: ``Failure`` of kind `notConfigured` when nobody is there.
    private func askForConfigPassword() throws -> Secret {
        guard let prompter else {
            throw Failure(
                .notConfigured, "The config password is not known, and nobody is there to ask.",
                hint: "Set CONFIG_PASSWORD, in the environment or in ~/.hummingbot/.env, or give --password-file.")
        }
        let secret = try prompter.askSecret("Config password")
        guard !secret.isEmpty else { throw CommandError.declined }
        return secret
    }

    /// Asks for a yes before something that cannot be undone easily.
    ///
    /// - Throws: ``CommandError`` when the answer is no, or nobody is there and `--yes` is not given.
    func confirm(_ question: String) throws {
        if options.yes { return }
        guard let prompter else {
            throw CommandError.nobodyToAsk("This needs a yes: \(question)", hint: "Give --yes to agree beforehand.")
        }
        guard try prompter.confirm(question) else { throw CommandError.declined }
    }
}

/// The vault that a command was pointed at.
enum OpenVault: Sendable {
    /// A folder of this machine; it can be unlocked and can reveal.
    case folder(KeyManager)
    /// A vault behind a server.
    case server(any KeyOperations)

    /// What both can do.
    var keys: any KeyOperations {
        switch self {
        case .folder(let manager): manager
        case .server(let keys): keys
        }
    }
}
