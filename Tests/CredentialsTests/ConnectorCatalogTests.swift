import Credentials
import OrderedJSON
import Testing

@Suite("ConnectorCatalog")
struct ConnectorCatalogTests {
    private static let catalog = ConnectorCatalog.standard
    private static let recordedNames = CatalogueVectors.connectors.names

    @Test("it holds the 63 connectors of Hummingbot and no other")
    func names() {
        #expect(Self.recordedNames.count == 63)
        #expect(Self.catalog.names.map(\.description) == Self.recordedNames.sorted())
    }

    @Test("a name leads to its connector, an unknown name to none")
    func lookup() throws {
        for name in Self.catalog.names { #expect(Self.catalog[name]?.name == name) }
        #expect(Self.catalog[try ConnectorName("polkadex")] == nil)
    }

    @Test("every name can be taken from a path", arguments: catalog.names)
    func validNames(_ name: ConnectorName) throws {
        #expect(try ConnectorName(name.description) == name)
        #expect(try ConnectorName(normalizing: name.description) == name)
    }

    @Test("a connector is as Hummingbot describes it", arguments: recordedNames)
    func connector(_ name: String) throws {
        let connector = try #require(Self.catalog[try ConnectorName(name)])
        let recorded = try #require(CatalogueVectors.connectors[name])
        #expect(recorded["type"] == (connector.market == .spot ? "Exchange" : "Derivative"))
        #expect(recorded["title"] == connector.fileTitle.map { .string($0) } ?? .null)
        #expect(recorded["parent"] == connector.parent.map { .string($0.description) } ?? .null)
        #expect(connector.isTestnet == (name.hasSuffix("_testnet") || name.hasSuffix("_sandbox")))
        if recorded["centralised"] == false { #expect(connector.isDecentralized) }
        if let parent = connector.parent {
            let parent = try #require(Self.catalog[parent])
            #expect(parent.exchange == connector.exchange && parent.market == connector.market)
        }
        let recordedFields = try #require(recorded["fields"]?.arrayValue)
        #expect(connector.fields.map(\.name) == recordedFields.map { $0["name"]?.stringValue })
    }

    @Test("a connector's fields are as Hummingbot describes them", arguments: recordedNames)
    func fields(_ name: String) throws {
        let connector = try #require(Self.catalog[try ConnectorName(name)])
        let recorded = try #require(CatalogueVectors.connectors[name]?["fields"]?.arrayValue)
        try expect(connector.fields, toBe: recorded)
    }

    @Test("only lighter's perpetual testnet stores a field otherwise than Hummingbot says")
    func storage() throws {
        var different: [String] = []
        for connector in Self.catalog.connectors {
            let recorded = try #require(CatalogueVectors.connectors[connector.name.description]?["fields"]?.arrayValue)
            for (field, entry) in zip(connector.fields, recorded)
            where (field.storage == .sealed) != (entry["is_secure"] == true) {
                different.append(field.name)
                #expect(field.sealingNotice != nil)
            }
        }
        #expect(different == ["lighter_perpetual_testnet_api_private_key"])
    }

    @Test("no private key lies on the disk in the clear: every plain secret is lighter's account tier")
    func plainSecrets() {
        let plain = Self.catalog.connectors.flatMap(\.fields).filter { $0.isSecret && $0.storage == .plain }
        #expect(
            plain.map(\.name) == [
                "lighter_account_limit", "lighter_perpetual_account_limit", "lighter_testnet_account_limit",
            ])
    }

    @Test("every connector says where to make the key, and every field has a label", arguments: catalog.connectors)
    func words(_ connector: Connector) {
        #expect(connector.note.count > 60 && connector.note.hasSuffix("."))
        #expect(!connector.exchange.isEmpty)
        for field in connector.fields.withNested {
            #expect(!field.label.isEmpty, "\(field.name)")
            #expect(field.hint.isEmpty || field.hint.hasSuffix("."), "\(field.name)")
        }
    }

    @Test("the connectors that older Hummingbot versions choke on carry a warning, and only they")
    func warnings() {
        let warned = Self.catalog.connectors.filter { $0.compatibilityWarning != nil }.map(\.name.description)
        #expect(Set(warned) == CatalogueVectors.changedSince)
    }

    private func expect(_ fields: [ConfigField], toBe recorded: [JSON]) throws {
        #expect(fields.map(\.name) == recorded.map { $0["name"]?.stringValue })
        for (field, entry) in zip(fields, recorded) {
            let name = Comment(rawValue: field.name)
            #expect(field.recordedAnnotation == entry["annotation"]?.stringValue, name)
            #expect(field.isRequired == entry["required"]?.boolValue, name)
            #expect(field.isAskedFor == entry["prompt_on_new"]?.boolValue, name)
            #expect(try field.recordedDefault() == entry["default"], name)
            if case .choice(let choices) = field.kind {
                #expect(entry["allowed"] == .array(choices.map { .string($0) }), name)
            } else {
                #expect(entry["allowed"] == nil, name)
            }
            if case .modes(let modes, _) = field.kind {
                let recordedModes = try #require(entry["modes"]?.arrayValue)
                #expect(modes.map(\.title) == recordedModes.map { $0["title"]?.stringValue }, name)
                for (mode, recordedMode) in zip(modes, recordedModes) {
                    try expect(mode.fields, toBe: try #require(recordedMode["fields"]?.arrayValue))
                    for (field, entry) in zip(mode.fields, recordedMode["fields"]?.arrayValue ?? []) {
                        #expect((field.storage == .sealed) == entry["is_secure"]?.boolValue)
                    }
                }
            } else {
                #expect(entry["modes"] == nil, name)
            }
        }
    }
}

extension [ConfigField] {
    /// The fields and those inside them.
    var withNested: [ConfigField] {
        flatMap { field -> [ConfigField] in
            switch field.kind {
            case .modes(let modes, _): [field] + modes.flatMap(\.fields)
            case .records(let fields, _): [field] + fields
            default: [field]
            }
        }
    }
}

extension ConfigField {
    /// The annotation as Python prints it.
    fileprivate var recordedAnnotation: String {
        switch kind {
        case .text: "<class 'str'>"
        case .secret: "<class 'pydantic.types.SecretStr'>"
        case .integer: defaultValue == .null ? "Optional[int]" : "<class 'int'>"
        case .boolean: "<class 'bool'>"
        case .choice(let choices): "Literal[" + choices.map { "'\($0)'" }.joined(separator: ", ") + "]"
        case .list: "list[str]"
        case .modes(_, let typeName), .records(_, let typeName): String(typeName.dropFirst("typing.".count))
        }
    }

    /// The default as the record has it: a mode by its title, a record as Python prints it.
    fileprivate func recordedDefault() throws -> JSON? {
        switch (kind, defaultValue) {
        case (_, nil): return nil
        case (.modes(let modes, _), .map(let values)?):
            let mode = modes.first { mode in
                mode.fields.allSatisfy { !$0.isRequired && values[$0.name] == $0.defaultValue }
            }
            return ["model": .string(try #require(mode).title)]
        case (.records, .map(let records)?):
            return .object(
                JSONObject(
                    records.entries.map { record in
                        guard case .map(let values) = record.value else { return (record.name, .null) }
                        let printed = values.entries.map { entry in
                            if case .text(let text) = entry.value { return "\(entry.name)='\(text)'" }
                            return "\(entry.name)=None"
                        }
                        return (record.name, .string(printed.joined(separator: " ")))
                    }))
        case (_, let value?): return value.json { $0.exposed() }
        }
    }
}
