extension Connector {
    /// What a name means among a connector's fields.
    public enum FieldLookup: Sendable, Equatable {
        /// Exactly this field.
        case found(ConfigField)
        /// Each of these fields.
        case ambiguous([ConfigField])
        /// None.
        case unknown
    }

    /// The names that people use for the same thing on every exchange, with what Hummingbot calls it here or there.
    private static let genericNames: KeyValuePairs<String, [String]> = [
        "api_key": [], "api_secret": ["secret_key", "private_key"], "secret_key": ["api_secret", "private_key"],
        "passphrase": [], "address": [],
    ]

    /// Finds the field that a name means.
    ///
    /// The first of these that fits: the field's own name; the name with the prefix of the connector's fields before
    /// it; another known name of a field; the end of exactly one field's name, at an underscore; a generic name under
    /// which Hummingbot calls it something else (`api_secret` for `…_secret_key`).
    ///
    /// - Parameter name: As a person or a client wrote it: in any case, with `-` or spaces for `_`.
    /// - Returns: ``FieldLookup/ambiguous(_:)`` when the end of several names fits and nothing before does.
    public func field(named name: String) -> FieldLookup {
        let name = name.normalizedFieldName
        if let field = field(exactly: name) { return .found(field) }
        if let field = fields.first(where: { $0.otherNames.contains(name) }) { return .found(field) }
        let lookup = fields(ending: name)
        guard lookup == .unknown else { return lookup }
        let synonyms = Self.genericNames.first { $0.key == name }?.value ?? []
        for synonym in synonyms {
            if let field = field(exactly: synonym) { return .found(field) }
            let lookup = fields(ending: synonym)
            if lookup != .unknown { return lookup }
        }
        return .unknown
    }

    /// The short names that mean a field here.
    ///
    /// - Parameter field: One of the connector's fields.
    /// - Returns: Such as `api_key` for `binance_api_key`; never the field's own name.
    public func shortNames(of field: ConfigField) -> [String] {
        let unprefixed = field.name.hasPrefix(fieldPrefix) ? [String(field.name.dropFirst(fieldPrefix.count))] : []
        var names: [String] = []
        for name in unprefixed + field.otherNames + Self.genericNames.map(\.key)
        where name != field.name && !names.contains(name) && self.field(named: name) == .found(field) {
            names.append(name)
        }
        return names
    }

    /// By its own name, or by what follows the fields' prefix or the connector's name.
    private func field(exactly name: String) -> ConfigField? {
        if let field = self[name] ?? self[fieldPrefix + name] { return field }
        let ownPrefix = self.name.description + "_"
        guard name.hasPrefix(ownPrefix) else { return nil }
        let rest = String(name.dropFirst(ownPrefix.count))
        return self[rest] ?? self[fieldPrefix + rest]
    }

    private func fields(ending name: String) -> FieldLookup {
        let candidates = name.isEmpty ? [] : fields.filter { $0.name.hasSuffix("_" + name) }
        return candidates.count > 1 ? .ambiguous(candidates) : candidates.first.map { .found($0) } ?? .unknown
    }
}

extension String {
    /// A field's name as Hummingbot spells it: lower case, `_` for `-` and space, nothing around it.
    var normalizedFieldName: String {
        String(PastedText.trimmed(self).lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 })
    }
}
