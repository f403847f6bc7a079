/// Makes a text safe to show: what a file, a server or a person put into it must not steer the terminal.
enum Printable {
    /// One line: every control character, line breaks included, becomes `?`, and so do marks that reorder text.
    static func line(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { shown.append(isHarmful(scalar) ? "?" : scalar) }
        return String(shown)
    }

    /// JSON text in which such characters, which can stand only inside strings, are escaped.
    static func json(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 != "\n" && isHarmful($0) }) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if scalar != "\n", isHarmful(scalar) {
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

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        // Format characters hold the marks that turn the direction of text around.
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
