import ArgumentParser
import Credentials
import KeyManagement

/// Where the config password comes from when it is not a setting.
struct PasswordOptions: ParsableArguments, Sendable {
    @Flag(name: .customLong("password-stdin"), help: "Read the config password from standard input.")
    var passwordStdin = false

    @Option(
        name: .customLong("password-file"),
        help: ArgumentHelp("Read the config password from the first line of a file.", valueName: "file"),
        completion: .file())
    var passwordFile: String?

    init() {}

    func validate() throws {
        if passwordStdin, passwordFile != nil {
            throw ValidationError("Give --password-stdin or --password-file, not both.")
        }
    }

    var standardInputReaders: [String] { passwordStdin ? ["--password-stdin"] : [] }

    /// The password that the options name, or `nil` when they name none.
    ///
    /// - Throws: ``Failure`` when the file or standard input holds none.
    func given(in program: Program) throws -> Secret? {
        if passwordStdin { return try program.console.standardInput.secretLine() }
        guard let passwordFile else { return nil }
        let path = program.folders.resolve(passwordFile)
        return try StandardInput.secretLine(in: FileBytes.bytes(ofNamed: path), from: path)
    }
}

extension PasswordOptions {
    /// Whether one of the options is there.
    var isGiven: Bool { passwordStdin || passwordFile != nil }
}
