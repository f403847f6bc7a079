/// The argument parser's complaints in this program's dress.
enum UsageComplaint {
    /// Puts the program's name in front and takes stray arguments out of the text.
    ///
    /// A stray argument is often half of an unquoted `--credentials` JSON, so it may be a secret: its content is not
    /// repeated.
    static func text(from complaint: String) -> String {
        var lines = complaint.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.first else { return complaint }
        var sentence = first.hasPrefix("Error: ") ? String(first.dropFirst("Error: ".count)) : first
        if let range = sentence.range(ofPhrase: "nexpected argument") {
            // Quoted arguments may hold line breaks; what follows up to the usage is all theirs.
            let head = sentence[..<range.upperBound]
            sentence = head.hasSuffix("s") || head.first?.isNumber == true ? "unexpected arguments" : "unexpected argument"
            sentence += " (text with spaces or braces needs single quotes around it)"
            let usage = lines.firstIndex { $0.hasPrefix("Usage:") } ?? lines.endIndex
            lines.removeSubrange(1..<max(1, usage))
        }
        lines[0] = "keys-manager: error: " + Printable.line(sentence)
        return lines.joined(separator: "\n")
    }
}

extension String {
    /// The first place of a text inside this one, or `nil`.
    fileprivate func range(ofPhrase phrase: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(phrase) { return start..<index(start, offsetBy: phrase.count) }
            start = index(after: start)
        }
        return nil
    }
}
