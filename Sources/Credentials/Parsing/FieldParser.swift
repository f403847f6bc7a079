import OrderedJSON

/// Turns JSON into the values of config fields and collects what is wrong on the way.
///
/// A method that returns `nil` has noted a fault.
struct FieldParser {
    /// What was found wrong so far, in order.
    private(set) var faults: [FieldFault] = []

    /// Notes a fault.
    mutating func fault(_ path: String, _ problem: FieldFault.Problem) {
        faults.append(FieldFault(field: path, problem: problem))
    }

    /// The path of a member of what stands at `path`.
    static func path(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// Finds out which field each member of the input is meant for, and leaves the blank ones out.
    ///
    /// - Parameters:
    ///   - input: Names with their values.
    ///   - path: Where the fields stand; empty at the top.
    ///   - allowed: The fields that there are.
    ///   - lookup: What a name means among them.
    /// - Returns: The values by the fields' own names.
    mutating func assign(
        _ input: JSONObject, at path: String, allowed: [ConfigField], lookup: (String) -> Connector.FieldLookup
    ) -> [String: JSON] {
        var given: [String: JSON] = [:]
        for member in input.members {
            switch lookup(member.name) {
            case .found(let field):
                if Self.isBlank(member.value, for: field) { continue }
                if given.updateValue(member.value, forKey: field.name) != nil {
                    let twice = Self.path(path, field.name)
                    if !faults.contains(FieldFault(field: twice, problem: .givenTwice)) { fault(twice, .givenTwice) }
                }
            case .ambiguous(let fields):
                fault(Self.path(path, member.name.shownAsName), .ambiguous(candidates: fields.map(\.name)))
            case .unknown:
                fault(Self.path(path, member.name.shownAsName), .unknown(allowed: allowed.map(\.name)))
            }
        }
        return given
    }

    /// A value for every field: the given one, else the default.
    ///
    /// - Parameters:
    ///   - fields: The fields, in the order of the file.
    ///   - given: What ``assign(_:at:allowed:lookup:)`` returned.
    ///   - path: Where the fields stand; empty at the top.
    /// - Returns: The values without those that are at fault.
    mutating func values(of fields: [ConfigField], from given: [String: JSON], at path: String) -> FieldValues {
        var values = FieldValues()
        for field in fields {
            let path = Self.path(path, field.name)
            let value =
                if let given = given[field.name] { parse(given, as: field, at: path) } else { absent(field, at: path) }
            if let value { values.entries.append(FieldValues.Entry(name: field.name, value: value)) }
        }
        return values
    }

    /// The value of a field that was not given.
    mutating func absent(_ field: ConfigField, at path: String) -> FieldValue? {
        if field.defaultValue == nil { fault(path, .missing) }
        return field.defaultValue
    }

    /// The value of a field that was given.
    mutating func parse(_ value: JSON, as field: ConfigField, at path: String) -> FieldValue? {
        guard Self.byteCount(value) <= PastedText.byteLimit else {
            fault(path, .tooLong(byteLimit: PastedText.byteLimit))
            return nil
        }
        switch field.kind {
        case .text: return text(value, as: field, at: path).map { .text($0) }
        case .secret: return text(value, as: field, at: path).map { .secret(Secret($0)) }
        case .integer: return integer(value, as: field, at: path)
        case .boolean: return boolean(value, at: path)
        case .choice(let choices): return choice(value, of: choices, at: path).map { .text($0) }
        case .list: return list(value, as: field, at: path)
        case .modes(let modes, _): return mode(value, of: modes, as: field, at: path)
        case .records(let fields, _): return records(value, of: fields, at: path)
        }
    }

    /// Whether a value counts as not given: `null`, white space, and for a list one without elements.
    static func isBlank(_ value: JSON, for field: ConfigField?) -> Bool {
        switch value {
        case .null: true
        case .string(let text): !(field?.allowsEmpty ?? false) && PastedText.trimmed(text).isEmpty
        case .array(let elements): elements.isEmpty && field?.kind == .list
        default: false
        }
    }

    private static func byteCount(_ value: JSON) -> Int {
        switch value {
        case .string(let text): text.utf8.count
        case .array, .object: value.bytes().count
        case .number(let text): text.utf8.count
        default: 0
        }
    }
}
