import ArgumentParser
import KeyManagement

/// What a script of the skill was called with.
struct SkillArguments: Sendable {
    static let serverOptions = ["--api-url", "--api-user", "--api-pass"]
    static let flags = ["--force", "--save-unverified", "--allow-withdrawals"]

    /// Option names with their values; a blank value counts as absent.
    private(set) var values: [String: String] = [:]
    /// The flags that were given.
    private(set) var given: Set<String> = []

    /// Whether what is there may be replaced.
    var force: Bool { given.contains("--force") }

    /// How strictly a key is checked.
    func verification() throws -> VerificationOptions {
        try VerificationOptions.parse(given.filter { $0 != "--force" }.sorted())
    }

    /// Gives a flag.
    mutating func give(_ flag: String) { given.insert(flag) }

    subscript(_ option: String) -> String? {
        get { values[option] }
        set { values[option] = newValue?.isEmpty == true ? nil : newValue }
    }

    init() {}

    /// Reads a script's arguments.
    ///
    /// - Parameters:
    ///   - arguments: As the shell split them.
    ///   - script: Says which options there are.
    /// - Throws: ``SkillFailure`` that names the option; never a value.
    init(parsing arguments: [String], for script: SkillScript) throws {
        let valued = script.options + Self.serverOptions
        let known = valued + script.flags
        var rest = ArraySlice(arguments)
        while let option = rest.popFirst() {
            if script.flags.contains(option) {
                give(option)
            } else if valued.contains(option) {
                guard let value = rest.popFirst(), !known.contains(value) else {
                    throw SkillFailure(error: "\(option) needs a value.", detail: Self.usage(script))
                }
                values[option] = value.isEmpty ? nil : value
            } else if option.hasPrefix("-"), option != "-" {
                // What stands behind an equals sign may be a secret.
                let name = Printable.line(String(option.prefix { $0 != "=" }.prefix(40)))
                throw SkillFailure(error: "Unknown option \(name).", detail: Self.usage(script))
            } else {
                throw SkillFailure(
                    error: "An argument stands where an option was expected.",
                    detail: "Values with spaces or braces need quotes around them. " + Self.usage(script))
            }
        }
    }

    private static func usage(_ script: SkillScript) -> String {
        let options = script.options + script.flags + serverOptions
        return "\(script.rawValue).sh takes \(options.joined(separator: ", "))."
    }

    /// Splits what a script sends: the number of arguments, the arguments, each ended by a NUL, and then whatever the
    /// script was given on its own standard input.
    ///
    /// The count comes first because a shell's `printf` writes one NUL for no arguments at all.
    ///
    /// - Returns: `nil` for bytes that no script sends.
    static func split(_ bytes: [UInt8]) -> (arguments: [String], standardInput: [UInt8])? {
        var rest = bytes[...]
        func next() -> String? {
            guard let end = rest.firstIndex(of: 0) else { return nil }
            defer { rest = rest[(end + 1)...] }
            return String(validating: rest[..<end], as: UTF8.self)
        }
        guard let count = next().flatMap({ Int($0) }), (0...1000).contains(count) else { return nil }
        var arguments: [String] = []
        for _ in 0..<count {
            guard let argument = next() else { return nil }
            arguments.append(argument)
        }
        return (arguments, Array(rest))
    }
}
