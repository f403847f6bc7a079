import Credentials

/// Makes a text safe to show: what a file, a server or a person put into it must not steer the terminal.
enum Printable {
    /// One line: every control character, line breaks included, becomes `?`, and so do marks that reorder text.
    static func line(_ text: String) -> String { text.printable }

    /// JSON text in which such characters, which can stand only inside strings, are escaped.
    static func json(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 != "\n" && $0.steersText }) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if scalar != "\n", scalar.steersText {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
