import ArgumentParser
import Credentials
import KeyManagement

/// Where the password of another vault, or of a backup, comes from.
struct SourcePasswordOptions: ParsableArguments, Sendable {
    @Flag(
        name: .customLong("source-password-stdin"), help: "Read the source's own password from standard input.")
    var sourcePasswordStdin = false

    @Option(
        name: .customLong("source-password-file"),
        help: ArgumentHelp("Read the source's own password from the first line of a file.", valueName: "file"),
        completion: .file())
    var sourcePasswordFile: String?

    init() {}

    func validate() throws {
        if sourcePasswordStdin, sourcePasswordFile != nil {
            throw ValidationError("Give --source-password-stdin or --source-password-file, not both.")
        }
    }

    var standardInputReaders: [String] { sourcePasswordStdin ? ["--source-password-stdin"] : [] }

    private func given(in program: Program) throws -> Secret? {
        if sourcePasswordStdin { return try program.console.standardInput.secretLine() }
        guard let sourcePasswordFile else { return nil }
        let path = program.folders.resolve(sourcePasswordFile)
        return try StandardInput.secretLine(in: FileBytes.bytes(ofNamed: path), from: path)
    }

    /// Opens something with the password that is named; else with the vault's; else with one that is typed.
    ///
    /// - Parameters:
    ///   - source: What it is, for sentences.
    ///   - own: The options of the vault's password.
    ///   - session: The run.
    ///   - open: Opens it, or throws a ``Failure`` of kind `wrongPassword`.
    /// - Returns: What `open` returns, and the password.
    /// - Throws: What `open` throws; ``CommandError`` when nobody is there to ask.
    func opening<Result: Sendable>(
        _ source: String, own: PasswordOptions, in session: Session,
        _ open: @escaping @Sendable (Secret) async throws -> Result
    ) async throws -> (result: Result, password: Secret) {
        let attempt = { (secret: Secret) in
            let result = try await Progress.showing("opening the \(source)", in: session) { try await open(secret) }
            return (result, secret)
        }
        if let given = try given(in: session.program) { return try await attempt(given) }
        // Standard input was read once already.
        let named = own.passwordStdin ? nil : try own.given(in: session.program)
        if let known = named ?? session.settings.configPassword?.secret {
            do {
                return try await attempt(known)
            } catch let failure as Failure where failure.kind == .wrongPassword {
                let sentence = "The \(source) has another password than the vault."
                guard let prompter = session.prompter else {
                    throw Failure(
                        .wrongPassword, sentence,
                        hint: "Give it with --source-password-file or --source-password-stdin.")
                }
                prompter.say(sentence)
            }
        }
        guard let prompter = session.prompter else {
            throw CommandError.nobodyToAsk(
                "The password of the \(source) has to be given.",
                hint: "Use --source-password-file or --source-password-stdin.")
        }
        return try await attempt(prompter.askSecret("Config password of the \(source)"))
    }
}
