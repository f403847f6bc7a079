import KeyManagement
import OrderedJSON

/// The one door through which a command speaks: data on standard output, messages on standard error.
struct Output: Sendable {
    let console: Console
    let format: OutputFormat
    let isQuiet: Bool

    init(console: Console, options: GlobalOptions, prefersJSON: Bool) {
        self.console = console
        format = options.format ?? (prefersJSON ? .json : .table)
        isQuiet = options.quiet
    }

    init(console: Console, format: OutputFormat, isQuiet: Bool) {
        self.console = console
        self.format = format
        self.isQuiet = isQuiet
    }

    /// Prints a command's data in the format that was asked for.
    func data(_ json: @autoclosure () -> JSON, table: @autoclosure () -> Table) throws {
        switch format {
        case .json: try self.json(json())
        case .table:
            let text = table().text
            if !text.isEmpty { try console.standardOutput.write(text + "\n") }
        }
    }

    /// Prints what a change came to: a sentence for people (not when quiet), an object for programs.
    func result(_ json: @autoclosure () -> JSON, sentence: @autoclosure () -> String) throws {
        switch format {
        case .json: try self.json(json())
        case .table: if !isQuiet { try console.standardOutput.write(Printable.line(sentence()) + "\n") }
        }
    }

    /// Prints one JSON value, indented.
    func json(_ value: JSON) throws {
        try console.standardOutput.write(Printable.json(value.text(.indented)) + "\n")
    }

    /// Prints one of many things that come one after the other: a line of text, or of JSON.
    func line(_ json: @autoclosure () -> JSON, text: @autoclosure () -> String) throws {
        switch format {
        case .json: try console.standardOutput.write(Printable.json(json().text(.compact)) + "\n")
        case .table: try console.standardOutput.write(Printable.line(text()) + "\n")
        }
    }

    /// Says something that is good to know; not when quiet.
    func note(_ sentence: String) {
        if !isQuiet { message("note", sentence) }
    }

    /// Says something that must not be overlooked, also when quiet.
    func announcement(_ sentence: String) { message("note", sentence) }

    /// Says what to do next; not when quiet.
    func hint(_ sentence: String) {
        if !isQuiet { message("hint", sentence) }
    }

    /// Says what is not as it should be.
    func warning(_ sentence: String) { message("warning", sentence) }

    /// Says why the command failed, and the cure where one is known.
    ///
    /// - Returns: The exit code.
    func report(_ error: any Error) -> Int32 {
        let complaint = Complaint(error)
        if error is ReportedFailure { return complaint.status.rawValue }
        message("error", complaint.message)
        for fault in complaint.fieldFaults { message("error", fault.message) }
        if let hint = complaint.hint { message("hint", hint) }
        return complaint.status.rawValue
    }

    private func message(_ kind: String, _ sentence: String) {
        // There is nobody left to tell when standard error itself is closed.
        let width = console.errorIsTerminal ? console.terminal?.width : nil
        let text = WrappedText.text("keys-manager: \(kind): \(Printable.line(sentence))", width: width)
        try? console.standardError.write(text + "\n")
    }
}
