import ArgumentParser
import CredentialVault
import Foundation
import OrderedJSON
import Synchronization
import Testing

@testable import KeysCLI

/// Keeps what is written to it.
final class RecordingSink: TextSink {
    private let written = Mutex("")

    var text: String { written.withLock { $0 } }

    func write(_ text: String) throws { written.withLock { $0 += text } }
}

/// A terminal whose person answers from a list.
final class ScriptedTerminal: Terminal {
    private struct State {
        var answers: [String]
        var shown = ""
        var hiddenAnswers: [String] = []
    }

    private let state: Mutex<State>
    let width: Int?

    init(_ answers: [String], width: Int? = nil) {
        state = Mutex(State(answers: answers))
        self.width = width
    }

    /// Everything that was shown, without what the person typed.
    var shown: String { state.withLock { $0.shown } }
    /// What was typed unseen.
    var hiddenAnswers: [String] { state.withLock { $0.hiddenAnswers } }
    /// What nobody asked for.
    var answersLeft: [String] { state.withLock { $0.answers } }

    func show(_ text: String) { state.withLock { $0.shown += text } }

    func readLines(asking question: String, hidden: Bool, until isComplete: ([String]) -> Bool) -> [String]? {
        show(question)
        var lines: [String] = []
        while let line = state.withLock({ $0.answers.isEmpty ? nil : $0.answers.removeFirst() }) {
            lines.append(line)
            if isComplete(lines) { break }
        }
        if hidden { state.withLock { [lines] in $0.hiddenAnswers += lines } }
        return lines.isEmpty ? nil : lines
    }
}

/// A home with a current folder in it, and the program in these surroundings.
struct TestProgram {
    let root: String
    var environment: [String: String] = [:]
    var terminal: ScriptedTerminal?
    var outputIsTerminal = false
    /// Whether exchanges may be asked; `environment` must then lead to simulated ones.
    var asksExchanges = false

    /// How a run ended.
    struct Outcome {
        let code: Int32
        let output: String
        let errors: String

        /// Standard output as the one JSON value that it should be.
        var json: JSON { get throws { try JSON(parsing: output) } }
    }

    init(_ root: String) throws {
        self.root = root
        for folder in [home + "/.hummingbot", current] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
    }

    var home: String { root + "/home" }
    var current: String { root + "/work" }
    /// Where the vault is without a word about it.
    var vault: String { home + "/.hummingbot/bots" }
    var folders: WorkingFolders { WorkingFolders(current: current, home: home) }

    func run(_ arguments: String..., input: String = "") async -> Outcome {
        await run(arguments, input: Array(input.utf8))
    }

    func run(_ arguments: [String], input: [UInt8]) async -> Outcome {
        let (output, errors) = (RecordingSink(), RecordingSink())
        let code = await program(output: output, errors: errors, input: input).run(arguments)
        return Outcome(code: code, output: output.text, errors: errors.text)
    }

    func program(
        output: RecordingSink = RecordingSink(), errors: RecordingSink = RecordingSink(), input: [UInt8] = []
    ) -> Program {
        Program(
            environment: environment, folders: folders,
            console: Console(
                standardOutput: output, standardError: errors,
                standardInput: StandardInput(isTerminal: false) { Array(input.prefix($0)) }, terminal: terminal,
                outputIsTerminal: outputIsTerminal, errorIsTerminal: false),
            sealing: SealingStandard(rounds: 1000), asksExchanges: asksExchanges)
    }

    /// Runs a script of the skill as `common.sh` does: the number of arguments, the arguments, the script's own input.
    func runSkill(_ script: SkillScript, _ arguments: [String], input: String = "") async -> Outcome {
        var bytes: [UInt8] = []
        for text in [String(arguments.count)] + arguments { bytes += Array(text.utf8) + [0] }
        return await run(["skill", script.rawValue], input: bytes + Array(input.utf8))
    }

    /// A session without output, to look at what a command would work with.
    func session(_ arguments: String...) throws -> Session {
        let options = try GlobalOptions.parse(arguments)
        let program = program()
        return Session(
            program: program, options: options,
            output: Output(console: program.console, options: options, prefersJSON: false))
    }

    /// Writes a file below the root; folders in between are there already.
    func write(_ text: String, to path: String, mode: Int = 0o600) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// Makes the vault, with the password of `CONFIG_PASSWORD` in the environment.
    mutating func createVault(password: String = "a config password") async throws {
        environment["CONFIG_PASSWORD"] = password
        let outcome = await run("vault", "create")
        try #require(outcome.code == 0, "\(outcome.errors)")
    }
}
