import ArgumentParser

/// The argument parser's complaints in this program's dress.
enum UsageComplaint {
    private static let advice = "(text with spaces or braces needs single quotes around it)"

    /// Puts the program's name in front and takes stray arguments out of the text.
    ///
    /// A stray argument is often a piece of an unquoted `--credentials` JSON, so it may be a secret: it is not repeated.
    static func text(from complaint: String) -> String {
        var lines = complaint.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.first else { return complaint }
        var sentence = first.hasPrefix("Error: ") ? String(first.dropFirst("Error: ".count)) : first
        if let replacement = unknownCommand(sentence, usage: lines) ?? withoutStrayArguments(sentence) {
            sentence = replacement
            // The quoted arguments may hold line breaks; what follows up to the usage is all theirs.
            let usage = lines.firstIndex { $0.hasPrefix("Usage:") } ?? lines.endIndex
            lines.removeSubrange(1..<max(1, usage))
        }
        lines[0] = "keys-manager: error: " + Printable.line(sentence)
        return lines.joined(separator: "\n")
    }

    /// What to say when a word stands where a command should.
    ///
    /// - Returns: `nil` when the complaint is about something else.
    private static func unknownCommand(_ sentence: String, usage lines: [String]) -> String? {
        guard sentence.lowercased().contains("unexpected argument"),
            let usage = lines.last(where: { $0.hasPrefix("Usage: keys-manager ") }), usage.hasSuffix(" <subcommand>")
        else { return nil }
        let path = usage.dropFirst("Usage: ".count).split(separator: " ").prefix { !$0.hasPrefix("<") }
        var command: any ParsableCommand.Type = KeysManager.self
        for word in path.dropFirst() {
            let inner = command.configuration.subcommands.first { $0.configuration.commandName == String(word) }
            guard let inner else { return nil }
            command = inner
        }
        let names = command.configuration.subcommands.compactMap { $0.configuration.commandName }
        // Longer words and other letters may be a secret's.
        let word = sentence.drop { $0 != "'" }.dropFirst().prefix { $0 != "'" }
        let isPlain = (1...12).contains(word.count) && word.allSatisfy { ("a"..."z").contains($0) }
        let shown =
            isPlain ? "\(path.joined(separator: " ")) \(word)" : "of that name in \(path.joined(separator: " "))"
        return "There is no command \(shown); there are \(names.joined(separator: ", "))."
    }

    /// - Returns: `nil` when the sentence quotes nothing that could be a secret.
    private static func withoutStrayArguments(_ sentence: String) -> String? {
        let lowered = sentence.lowercased()
        if lowered.hasPrefix("unexpected argument") { return "Unexpected argument \(advice)." }
        if lowered.drop(while: \.isNumber).hasPrefix(" unexpected arguments") {
            return "Unexpected arguments \(advice)."
        }
        guard lowered.hasPrefix("unknown option '") else { return nil }
        let option = sentence.dropFirst("unknown option '".count).prefix { $0 != "'" }
        let isPlain = option.allSatisfy { $0 == "-" || $0.isASCII && $0.isLowercase }
        return isPlain ? nil : "Unknown option \(advice)."
    }
}
