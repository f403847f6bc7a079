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
        if let replacement = withoutStrayArguments(sentence) {
            sentence = replacement
            // The quoted arguments may hold line breaks; what follows up to the usage is all theirs.
            let usage = lines.firstIndex { $0.hasPrefix("Usage:") } ?? lines.endIndex
            lines.removeSubrange(1..<max(1, usage))
        }
        lines[0] = "keys-manager: error: " + Printable.line(sentence)
        return lines.joined(separator: "\n")
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
