import ArgumentParser

/// The options that every command takes.
struct GlobalOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp("The vault: a Hummingbot bots folder.", valueName: "dir"), completion: .directory)
    var bots: String?

    @Option(
        name: .customLong("api-url"),
        help: ArgumentHelp("Work through this server instead of the folder.", valueName: "url"))
    var apiURL: String?

    @Option(name: .customLong("api-user"), help: ArgumentHelp("The server's user name.", valueName: "name"))
    var apiUser: String?

    @Option(
        name: .customLong("api-pass"),
        help: ArgumentHelp(
            "The server's password; other users can see it among the processes, so prefer API_PASS in a .env file.",
            valueName: "password", visibility: .hidden))
    var apiPass: String?

    @Flag(name: .customLong("api-pass-stdin"), help: "Read the server's password from standard input.")
    var apiPassStdin = false

    @Option(help: ArgumentHelp("How data is printed: table or json.", valueName: "format"))
    var format: OutputFormat?

    @Flag(name: .shortAndLong, help: "Print data, warnings and errors only.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Answer every question with yes.")
    var yes = false

    @Flag(name: .customLong("insecure-http"), help: "Allow plain http to or from other machines.")
    var insecureHTTP = false

    init() {}

    func validate() throws {
        if apiPass != nil, apiPassStdin {
            throw ValidationError("Give --api-pass or --api-pass-stdin, not both.")
        }
        if bots != nil, apiURL != nil {
            throw ValidationError("Give --bots or --api-url, not both: a server has its own folder.")
        }
        if bots == "" { throw ValidationError("--bots needs a folder.") }
        if apiURL == "" { throw ValidationError("--api-url needs an address such as http://localhost:8000.") }
    }

    /// - Parameter others: What of the command's own options reads standard input.
    /// - Throws: ``CommandError/usage(_:hint:)`` when two options would read it.
    func checkOneReaderOfStandardInput(_ others: [String]) throws {
        let readers = (apiPassStdin ? ["--api-pass-stdin"] : []) + others
        guard readers.count > 1 else { return }
        throw CommandError.usage(
            "\(readers.joined(separator: " and ")) would both read standard input.",
            hint: "Put one of them into a file or a .env.")
    }
}
