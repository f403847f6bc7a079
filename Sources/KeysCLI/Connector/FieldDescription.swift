import Credentials
import OrderedJSON

/// A connector's fields as a table for people.
enum FieldDescription {
    /// One row a field; fields of modes stand below with the mode in front.
    static func table(_ fields: [ConfigField]) -> Table {
        var table = Table(header: ["FIELD", "TYPE", "REQUIRED", "DEFAULT", "WHAT"])
        addRows(of: fields, prefix: "", to: &table)
        return table
    }

    private static func addRows(of fields: [ConfigField], prefix: String, to table: inout Table) {
        for field in fields {
            table.rows.append([
                prefix + field.name, typeText(field), field.isRequired ? "yes" : "no", defaultText(field),
                field.hint.isEmpty ? field.label : "\(field.label): \(field.hint)",
            ])
            switch field.kind {
            case .modes(let modes, _):
                for mode in modes { addRows(of: mode.fields, prefix: "\(prefix)\(field.name).\(mode.title).", to: &table) }
            case .records(let fields, _): addRows(of: fields, prefix: "\(prefix)\(field.name).NAME.", to: &table)
            default: break
            }
        }
    }

    /// A short word for the kind of value.
    static func typeText(_ field: ConfigField) -> String {
        switch field.kind {
        case .text: "text"
        case .secret: "secret"
        case .integer: "integer"
        case .boolean: "boolean"
        case .choice: "choice"
        case .list: "list"
        case .modes: "mode"
        case .records: "records"
        }
    }

    private static func defaultText(_ field: ConfigField) -> String {
        switch field.kind {
        case .choice(let choices):
            choices.map { field.defaultValue == .text($0) ? "\($0)*" : $0 }.joined(separator: "|")
        case .modes(let modes, _): modes.map(\.title).joined(separator: "|")
        case .secret, .records: ""
        default: field.defaultValue.map { $0.json { _ in "" }.text(.python) } ?? ""
        }
    }
}
