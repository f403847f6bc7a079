public import OrderedJSON

extension Connector {
    /// The config map as the Hummingbot API answers it: per field its type, whether it is required and, for a choice,
    /// the allowed values.
    ///
    /// Source: hummingbot-api of June 2026, `services/unified_connector_service.py`; its answers for all connectors.
    public var configMap: JSONObject {
        JSONObject(
            fields.map { field in
                var entry: JSONObject = JSONObject([
                    ("type", .string(field.typeName)), ("required", .bool(field.isRequired)),
                ])
                if case .choice(let choices) = field.kind {
                    entry["allowed_values"] = .array(choices.map { .string($0) })
                }
                return (field.name, .object(entry))
            })
    }

    /// Everything that a form needs in order to ask for the connector's credential.
    public var fullDescription: JSON {
        [
            "name": .string(name.description),
            "exchange": .string(exchange),
            "market": .string(market.rawValue),
            "testnet": .bool(isTestnet),
            "decentralized": .bool(isDecentralized),
            "parent": parent.map { .string($0.description) } ?? .null,
            "note": .string(note),
            "compatibility_warning": compatibilityWarning.map { .string($0) } ?? .null,
            "fields": .array(fields.map { $0.fullDescription(shortNames: shortNames(of: $0)) }),
        ]
    }
}

extension ConfigField {
    /// The name of the kind in a full description.
    var kindName: String {
        switch kind {
        case .text: "text"
        case .secret: "secret"
        case .integer: "integer"
        case .boolean: "boolean"
        case .choice: "choice"
        case .list: "list"
        case .modes: "modes"
        case .records: "records"
        }
    }

    /// Everything that a form needs in order to ask for the field.
    fileprivate func fullDescription(shortNames: [String] = []) -> JSON {
        var entry = JSONObject([
            ("name", .string(name)),
            ("label", .string(label)),
            ("hint", .string(hint)),
            ("kind", .string(kindName)),
            ("required", .bool(isRequired)),
            ("default", describedDefault),
            ("secret", .bool(isSecret)),
            ("asked_for", .bool(isAskedFor)),
            ("aliases", .array(shortNames.map { .string($0) })),
        ])
        if !choices.isEmpty { entry["choices"] = .array(choices.map { .string($0) }) }
        if let sealingNotice { entry["notice"] = .string(sealingNotice) }
        switch kind {
        case .modes(let modes, _):
            entry["modes"] = .array(
                modes.map {
                    [
                        "title": .string($0.title), "label": .string($0.label),
                        "fields": .array($0.fields.map { $0.fullDescription() }),
                    ]
                })
        case .records(let fields, _): entry["fields"] = .array(fields.map { $0.fullDescription() })
        default: break
        }
        return .object(entry)
    }

    /// The default in a form that may be handed back as input: a mode by its title, `use_vault`'s text as a truth.
    private var describedDefault: JSON {
        switch (kind, defaultValue) {
        case (_, nil): .null
        case (.modes(let modes, _), let value?):
            modes.first { $0.holds(value) }.map { .string($0.title) } ?? .null
        case (.boolean, .text(let text)?): Boolean.parse(text).map { .bool($0) } ?? .null
        case (_, let value?): value.json { $0.exposed() }
        }
    }
}
