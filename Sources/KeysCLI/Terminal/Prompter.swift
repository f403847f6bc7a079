import Credentials

/// Asks a person, one line a question.
struct Prompter: Sendable {
    let terminal: any Terminal

    /// Shows one sentence, on as many lines as it needs.
    func say(_ sentence: String) {
        terminal.show(WrappedText.text(Printable.line(sentence), width: terminal.width) + "\n")
    }

    /// Asks for a plain text.
    ///
    /// - Parameters:
    ///   - question: What is asked, without punctuation at its end.
    ///   - usual: What an empty answer means; shown in brackets.
    /// - Returns: The answer without white space around it; empty only when there is no usual answer.
    /// - Throws: ``CommandError/declined`` at the end of input.
    func ask(_ question: String, usual: String? = nil) throws -> String {
        let question = Printable.line(question) + (usual.map { " [\(Printable.line($0))]" } ?? "") + ": "
        guard let line = terminal.readLines(asking: question, hidden: false, until: { _ in true })?.first else {
            terminal.show("\n")
            throw CommandError.declined
        }
        let answer = line.trimmed
        return answer.isEmpty ? usual ?? "" : answer
    }

    /// Asks for something that must not be seen. A PEM key may be pasted with its line breaks.
    ///
    /// - Throws: ``CommandError/declined`` at the end of input.
    func askSecret(_ question: String) throws -> Secret {
        let question = Printable.line(question) + " (hidden): "
        guard let lines = terminal.readLines(asking: question, hidden: true, until: Self.isWholeSecret) else {
            terminal.show("\n")
            throw CommandError.declined
        }
        return Secret(lines.joined(separator: "\n"))
    }

    private static func isWholeSecret(_ lines: [String]) -> Bool {
        guard let first = lines.first, first.trimmed.hasPrefix("-----BEGIN") else { return true }
        return lines.last?.hasEndOfPEM == true || lines.count >= 200
    }

    /// Asks for a yes; anything else, an empty answer included, is a no.
    func confirm(_ question: String) throws -> Bool {
        let answer = try ask("\(question) (y/N)").lowercased()
        return answer == "y" || answer == "yes"
    }

    /// Asks until the answer makes sense.
    ///
    /// - Parameters:
    ///   - question: What is asked.
    ///   - usual: What an empty answer means.
    ///   - complaint: What is said to an answer that does not.
    ///   - interpret: `nil` for an answer that makes no sense.
    /// - Returns: What the first answer that makes sense means.
    /// - Throws: ``CommandError/declined`` at the end of input.
    func ask<Value>(
        _ question: String, usual: String? = nil, complaint: String, interpret: (String) throws -> Value?
    ) throws -> Value {
        while true {
            if let value = try interpret(try ask(question, usual: usual)) { return value }
            say(complaint)
        }
    }

    /// Lets a person choose one of several, by number, name or the unambiguous beginning of a name.
    func choose(_ question: String, among names: [String], usual: String? = nil) throws -> String {
        for (number, name) in names.enumerated() { say("  \(number + 1)  \(name)") }
        return try ask(question, usual: usual, complaint: "Please answer with a number or a name of the list.") {
            Self.match($0, among: names)
        }
    }

    /// The name that an answer means, or `nil`.
    static func match(_ answer: String, among names: [String]) -> String? {
        if let number = Int(answer), names.indices.contains(number - 1) { return names[number - 1] }
        let wanted = answer.lowercased()
        if let exact = names.first(where: { $0.lowercased() == wanted }) { return exact }
        let beginning = names.filter { $0.lowercased().hasPrefix(wanted) }
        return !wanted.isEmpty && beginning.count == 1 ? beginning[0] : nil
    }
}

extension String {
    /// The text without white space around it.
    var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    fileprivate var hasEndOfPEM: Bool {
        indices.contains { self[$0...].hasPrefix("-----END") } && trimmed.hasSuffix("-----")
    }
}
