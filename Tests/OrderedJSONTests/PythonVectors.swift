import Foundation
import OrderedJSON
import Testing

/// What Python's `json` module said of texts and made of values, recorded with Python 3.11.
enum PythonVectors {
    /// A text that is no JSON, with Python's message and the place that it named.
    struct Fault: Sendable, CustomTestStringConvertible {
        var text: String
        var message: String
        var offset: Int

        var testDescription: String { text.debugDescription }
    }

    /// A value with `json.dumps` of it.
    struct Dump: Sendable, CustomTestStringConvertible {
        var value: JSON
        /// With the default separators, ASCII only.
        var plain: String
        /// With `indent=2`.
        var indented: String

        var testDescription: String { plain }
    }

    static let faults: [Fault] = load("faults.json").compactMap { row in
        guard let row = row.arrayValue, row.count == 3, let text = row[0].stringValue,
            let message = row[1].stringValue, let offset = row[2].integerValue
        else { return nil }
        return Fault(text: text, message: message, offset: offset)
    }

    static let dumps: [Dump] = load("dumps.json").compactMap { row in
        guard let value = row["value"], let plain = row["default"]?.stringValue,
            let indented = row["indent_2"]?.stringValue
        else { return nil }
        return Dump(value: value, plain: plain, indented: indented)
    }

    private static func load(_ file: String) -> [JSON] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        guard let bytes = try? Data(contentsOf: folder.appendingPathComponent("Vectors/json/\(file)")) else {
            return []
        }
        return (try? JSON(parsing: bytes))?.arrayValue ?? []
    }
}
