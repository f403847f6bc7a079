import Credentials
import OrderedJSON

/// A connector's fields as a table for people, made from the description that programs get.
enum FieldDescription {
    /// One row a field; fields of modes and records stand below, with the way to them in front.
    static func table(_ connector: Connector) -> Table {
        var table = Table(header: ["FIELD", "TYPE", "REQUIRED", "DEFAULT", "WHAT"])
        addRows(of: connector.fullDescription["fields"], prefix: "", to: &table)
        return table
    }

    private static func addRows(of fields: JSON?, prefix: String, to table: inout Table) {
        for field in fields?.arrayValue ?? [] {
            guard let name = field["name"]?.stringValue else { continue }
            table.rows.append([
                prefix + name, field["kind"]?.stringValue ?? "", field["required"] == true ? "yes" : "no",
                defaultText(field), explanation(field),
            ])
            for mode in field["modes"]?.arrayValue ?? [] {
                addRows(of: mode["fields"], prefix: "\(prefix)\(name).\(mode["title"]?.stringValue ?? "").", to: &table)
            }
            addRows(of: field["fields"], prefix: "\(prefix)\(name).NAME.", to: &table)
        }
    }

    private static func defaultText(_ field: JSON) -> String {
        switch field["default"] {
        case nil, .null, .object, .string(""): ""
        case .string(let text): text
        case let value?: value.text(.python)
        }
    }

    private static func explanation(_ field: JSON) -> String {
        let words =
            (field["choices"]?.arrayValue ?? []).compactMap(\.stringValue)
            + (field["modes"]?.arrayValue ?? []).compactMap { $0["title"]?.stringValue }
        return [
            field["label"]?.stringValue, words.isEmpty ? nil : "one of " + words.joined(separator: ", "),
            field["hint"]?.stringValue,
        ].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
