extension CredentialDocument {
    /// The bytes as Hummingbot itself writes them: a header of three lines, then each key after a blank line.
    public var bytes: [UInt8] {
        let titleLine = "###   \(title ?? "None") config   ###"
        let rule = String(repeating: "#", count: titleLine.unicodeScalars.count)
        var text = "\(rule)\n\(titleLine)\n\(rule)\n"
        for item in items {
            text += "\n"
            Self.write(item, to: &text, indentation: "")
        }
        return Array(text.utf8)
    }

    private static func write(_ item: Item, to text: inout String, indentation: String) {
        text += indentation + YAMLScalar.scalar(for: item.name) + ":"
        write(item.value, to: &text, indentation: indentation)
    }

    /// Writes what follows a colon, the end of the line included.
    private static func write(_ value: DocumentValue, to text: inout String, indentation: String) {
        switch value {
        case .null: text += " null\n"
        case .text(let content): text += " \(YAMLScalar.scalar(for: content))\n"
        case .integer(let number): text += " \(number)\n"
        case .boolean(let truth): text += truth ? " true\n" : " false\n"
        case .list(let elements) where elements.isEmpty: text += " []\n"
        case .list(let elements):
            text += "\n"
            for element in elements {
                text += indentation + "-"
                write(element, to: &text, indentation: indentation + "  ")
            }
        case .map(let items) where items.isEmpty: text += " {}\n"
        case .map(let items):
            text += "\n"
            for item in items { write(item, to: &text, indentation: indentation + "  ") }
        // Only ever read: nothing that we write holds one.
        case .other: text += " null\n"
        }
    }
}
