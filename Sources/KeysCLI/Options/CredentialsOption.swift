import ArgumentParser
import KeyManagement
import OrderedJSON

/// The values of a credential, unless they are asked for.
struct CredentialsOption: ParsableArguments, Sendable {
    @Option(
        name: .customLong("credentials"),
        help: ArgumentHelp(
            "The fields as one JSON object: - reads standard input, @FILE a file; JSON itself lands in the history.",
            valueName: "source"),
        completion: .file())
    var source: String?

    init() {}

    var standardInputReaders: [String] { source == "-" ? ["--credentials -"] : [] }

    /// The values that the option names, or `nil` when it is not there.
    ///
    /// - Throws: ``Failure`` of kind `invalidInput` for what is no JSON object, without repeating any of it.
    func given(in session: Session) throws -> JSONObject? {
        guard let source else { return nil }
        if source != "-", !source.hasPrefix("@"), session.program.console.errorIsTerminal {
            session.output.hint(
                "keys on the command line land in the shell's history; leave --credentials out to be asked for them")
        }
        return try CredentialSource.object(source, in: session.program)
    }
}

/// Reads a credential's values from where `--credentials` says.
enum CredentialSource {
    /// The object that a source holds.
    ///
    /// - Parameters:
    ///   - source: `-`, `@FILE` or JSON text.
    ///   - program: Gives standard input and the folder where a relative file name starts.
    /// - Returns: The members, unchecked.
    /// - Throws: ``Failure`` of kind `invalidInput`, `storage`.
    static func object(_ source: String, in program: Program) throws -> JSONObject {
        if source == "-" { return try object(program.console.standardInput.all(), from: "Standard input") }
        guard source.hasPrefix("@") else { return try object(Array(source.utf8), from: "The text of --credentials") }
        let path = program.folders.resolve(String(source.dropFirst()))
        return try object(FileBytes.bytes(ofNamed: path), from: path)
    }

    /// The object that some bytes hold.
    static func object(_ bytes: [UInt8], from place: String) throws -> JSONObject {
        do {
            guard case .object(let object) = try JSON(parsing: bytes) else {
                throw Failure(
                    .invalidInput, "\(place) is JSON, but not an object of field names and values.", hint: example)
            }
            return object
        } catch let error as JSONParsingError {
            throw Failure(
                .invalidInput, "\(place) is not JSON (\(error.reason.rawValue) at byte \(error.offset)).", hint: example
            )
        }
    }

    private static let example = #"It looks like {"api_key": "…", "api_secret": "…"}."#
}
