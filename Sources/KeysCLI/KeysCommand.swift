import ArgumentParser

/// A command that does something, as opposed to a group of commands.
protocol RunnableCommand: AsyncParsableCommand {
    /// Does the command's work and reports every failure.
    ///
    /// - Returns: The exit code.
    func run(in program: Program) async -> Int32
}

/// A command with the options that all share, which speaks through ``Output``.
protocol KeysCommand: RunnableCommand {
    /// The options that every command takes.
    var options: GlobalOptions { get }

    /// What of this command's own options reads standard input; each as it is typed.
    var standardInputReaders: [String] { get }

    /// Whether data is JSON when `--format` is not given.
    func prefersJSON(on console: Console) -> Bool

    /// Does the command's work.
    func run(in session: Session) async throws
}

extension KeysCommand {
    var standardInputReaders: [String] { [] }

    func prefersJSON(on console: Console) -> Bool { false }

    func run(in program: Program) async -> Int32 {
        let output = Output(
            console: program.console, options: options, prefersJSON: prefersJSON(on: program.console))
        do {
            try options.checkOneReaderOfStandardInput(standardInputReaders)
            let session = Session(program: program, options: options, output: output)
            for warning in session.settings.warnings { output.warning(warning) }
            try await run(in: session)
            return ExitStatus.done.rawValue
        } catch {
            return output.report(error)
        }
    }
}
