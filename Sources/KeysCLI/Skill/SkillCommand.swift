import ArgumentParser
import KeyManagement

/// `skill SCRIPT`: what the skill's scripts call.
///
/// The scripts send their arguments through standard input, so that a secret among them never stands in the argument
/// list of a process.
struct SkillCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skill",
        abstract: "For the skill's scripts: reads their arguments from standard input and answers one JSON object.",
        discussion: """
            Standard input holds the number of arguments and the arguments, each ended by a NUL byte, and behind them \
            what `--credentials -` reads. The exit code is 0 or 1, or 74 when the output cannot be written.

            EXAMPLES
              printf '%s\\0' 2 --connector binance | keys-manager skill get_connector_config
            """,
        shouldDisplay: false)

    @Argument(help: "The script's name without .sh.") var script: SkillScript

    func run(in program: Program) async -> Int32 {
        let output = Output(console: program.console, format: .json, isQuiet: false)
        do {
            return try await AuditActor.$current.withValue(AuditActor(door: "skill", user: SystemUser.name)) {
                try await answer(in: program, output: output)
            }
        } catch {
            return output.report(error)
        }
    }

    /// - Throws: Only what keeps the answer from being written.
    private func answer(in program: Program, output: Output) async throws -> Int32 {
        do {
            guard let (words, rest) = SkillArguments.split(try program.console.standardInput.all()) else {
                throw SkillFailure(
                    error: "The arguments did not arrive whole.",
                    detail: "Run the scripts in skills/keys-manager/scripts; they call this program as it expects.")
            }
            let arguments = try SkillArguments(parsing: words, for: script)
            var options = try GlobalOptions.parse([])
            options.apiURL = arguments["--api-url"]
            options.apiUser = arguments["--api-user"]
            options.apiPass = arguments["--api-pass"]
            // An agent runs the script: nobody sees a question, and the script's own input takes the place of ours.
            let session = Session(
                program: program.answeringNothing(input: rest), options: options, output: output)
            for warning in session.settings.warnings { output.warning(warning) }
            let flow = SkillFlow(
                session: session, arguments: arguments, setupCommand: "scripts/setup_connector.sh",
                verification: try arguments.verification(), exchanges: try ExchangeOptions.parse([]))
            try output.json(try await flow.run(script))
            return ExitStatus.done.rawValue
        } catch let failure as SkillFailure {
            try output.json(failure.json)
            return ExitStatus.otherFailure.rawValue
        } catch let failure as Failure where failure.kind != .storage {
            try output.json(SkillFailure(failure, connector: nil, account: nil).json)
            return ExitStatus.otherFailure.rawValue
        }
    }
}

extension Program {
    /// The same program with nobody to ask and other bytes on standard input.
    fileprivate func answeringNothing(input: [UInt8]) -> Program {
        let silent = Console(
            standardOutput: console.standardOutput, standardError: console.standardError,
            standardInput: StandardInput(isTerminal: false) { Array(input.prefix($0)) }, terminal: nil,
            outputIsTerminal: false, errorIsTerminal: false)
        return Program(
            environment: environment, folders: folders, console: silent, sealing: sealing,
            asksExchanges: asksExchanges)
    }
}
