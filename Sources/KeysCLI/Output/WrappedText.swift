/// Breaks lines between words where a terminal would break them inside.
enum WrappedText {
    /// - Parameters:
    ///   - line: One line without control characters; the blanks at its beginning are kept, and indent the lines after it.
    ///   - width: In columns; `nil`, or fewer than 20, leaves the line whole.
    /// - Returns: The lines, without a line break at the end. A word longer than the width keeps a line of its own.
    static func text(_ line: String, width: Int?) -> String {
        guard let width, width >= 20, line.count > width else { return line }
        let indent = String(repeating: " ", count: min(line.prefix { $0 == " " }.count, width / 2))
        var lines: [String] = []
        var current = ""
        for word in line.dropFirst(indent.count).split(separator: " ", omittingEmptySubsequences: false) {
            if current.isEmpty {
                current = indent + word
            } else if current.count + 1 + word.count <= width {
                current += " " + word
            } else {
                lines.append(current)
                current = indent + word
            }
        }
        return (lines + [current]).joined(separator: "\n")
    }
}
