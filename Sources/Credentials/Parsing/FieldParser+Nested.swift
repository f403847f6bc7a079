import OrderedJSON

// Modes and records.
extension FieldParser {
    /// The members that choose a mode by its title, beside the mode's own fields.
    private static let selectors = ["mode", "title", "name"]

    /// The values of one of several models: chosen by its title, else recognised by its fields.
    ///
    /// An object without members means the default; pydantic, too, then takes the model that needs none.
    mutating func mode(_ value: JSON, of modes: [ConfigMode], as field: ConfigField, at path: String) -> FieldValue? {
        if let text = value.stringValue, !PastedText.trimmed(text).hasPrefix("{") {
            guard let mode = modes.first(where: { $0.title == text.normalizedFieldName }) else {
                fault(path, .notAllowed(choices: modes.map(\.title)))
                return nil
            }
            return values(of: mode, from: JSONObject(), at: path)
        }
        guard let object = Self.object(value) else {
            let titles = modes.map(\.title).joined(separator: ", ")
            fault(path, .wrongType(expected: "one of \(titles), or an object with the fields of one of them"))
            return nil
        }
        let given = JSONObject(object.members.filter { !Self.isBlank($0.value, for: nil) }.map { ($0.name, $0.value) })
        guard !given.isEmpty else { return absent(field, at: path) }
        guard let selector = Self.selector(in: given) else {
            return recognized(given, among: modes, at: path)
        }
        guard let mode = modes.first(where: { $0.title == selector.title }) else {
            fault(path, .notAllowed(choices: modes.map(\.title)))
            return nil
        }
        var rest = given
        if mode[selector.member.normalizedFieldName] == nil { rest[selector.member] = nil }
        return values(of: mode, from: rest, at: path)
    }

    private static func selector(in given: JSONObject) -> (member: String, title: String)? {
        for selector in selectors {
            if let member = given.members.first(where: { $0.name.normalizedFieldName == selector }) {
                return (member.name, member.value.stringValue?.normalizedFieldName ?? "")
            }
        }
        return nil
    }

    /// Of the modes that know all the given names, the one that lacks fewest required fields; else the one that knows
    /// most of the names, so that the faults tell what is wrong.
    private mutating func recognized(_ given: JSONObject, among modes: [ConfigMode], at path: String) -> FieldValue? {
        let names = Set(given.names.map(\.normalizedFieldName))
        func known(_ mode: ConfigMode) -> Int { mode.fields.count { names.contains($0.name) } }
        func lacking(_ mode: ConfigMode) -> Int { mode.fields.count { $0.isRequired && !names.contains($0.name) } }
        // Of equals the first counts, as it does for pydantic.
        let best = modes.enumerated().max { left, right in
            let leftRank = (known(left.element), -lacking(left.element), -left.offset)
            return leftRank < (known(right.element), -lacking(right.element), -right.offset)
        }
        guard let mode = best?.element, known(mode) > 0 else {
            let allowed = modes.flatMap(\.fields).map(\.name)
            for name in given.names {
                fault(Self.path(path, name.shownAsName), .unknown(allowed: allowed))
            }
            return nil
        }
        return values(of: mode, from: given, at: path)
    }

    private mutating func values(of mode: ConfigMode, from given: JSONObject, at path: String) -> FieldValue? {
        nested(mode.fields, from: given, at: path).map { .map($0) }
    }

    /// Named records, each with the same fields. An object without members means that there are none.
    mutating func records(_ value: JSON, of fields: [ConfigField], at path: String) -> FieldValue? {
        let names = fields.map(\.name).joined(separator: ", ")
        guard let object = Self.object(value) else {
            fault(path, .wrongType(expected: "an object of named records, each with \(names)"))
            return nil
        }
        var records = FieldValues()
        let faultsBefore = faults.count
        for member in object.members {
            let name = PastedText.trimmed(member.name)
            let recordPath = Self.path(path, name.shownAsName)
            guard !name.isEmpty, PastedText.isPlausible(name) else {
                fault(recordPath, .badCharacters)
                continue
            }
            guard records[name] == nil else {
                fault(recordPath, .givenTwice)
                continue
            }
            guard let record = Self.object(member.value) else {
                fault(recordPath, .wrongType(expected: "an object with \(names)"))
                continue
            }
            if let values = nested(fields, from: record, at: recordPath) {
                records.entries.append(FieldValues.Entry(name: name, value: .map(values)))
            }
        }
        return faults.count == faultsBefore ? .map(records) : nil
    }

    private mutating func nested(_ fields: [ConfigField], from object: JSONObject, at path: String) -> FieldValues? {
        let faultsBefore = faults.count
        let given = assign(object, at: path, allowed: fields) { name in
            let name = name.normalizedFieldName
            return fields.first { $0.name == name }.map { .found($0) } ?? .unknown
        }
        let values = values(of: fields, from: given, at: path)
        return faults.count == faultsBefore ? values : nil
    }

    /// An object, or the object that a text holds as JSON, which clients send that know only texts.
    private static func object(_ value: JSON) -> JSONObject? {
        switch value {
        case .object(let object): object
        case .string(let text): (try? JSON(parsing: text))?.objectValue
        default: nil
        }
    }
}
