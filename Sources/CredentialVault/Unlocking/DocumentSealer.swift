internal import Credentials
internal import EthereumKeyfile

/// Turns a credential's values into a document, sealing what Hummingbot expects sealed.
struct DocumentSealer {
    let derivation: KeyDerivation
    let key: DerivedKey
    private var ivs: IVSource

    init(
        derivation: KeyDerivation, key: DerivedKey, usedIVs: Set<[UInt8]>,
        random: @escaping () -> [UInt8] = { randomBytes(count: 16) }
    ) {
        self.derivation = derivation
        self.key = key
        ivs = IVSource(usedIVs: usedIVs, random: random)
    }

    /// The IVs that were used for sealing here.
    var freshIVs: Set<[UInt8]> { ivs.given }

    mutating func document(_ values: FieldValues, for connector: Connector) throws -> CredentialDocument {
        let first = CredentialDocument.Item(name: "connector", value: .text(connector.name.description))
        return CredentialDocument(title: connector.fileTitle, items: try [first] + items(values, of: connector.fields))
    }

    private mutating func items(
        _ values: FieldValues, of fields: [ConfigField]
    ) throws -> [CredentialDocument.Item] {
        var items: [CredentialDocument.Item] = []
        for entry in values.entries {
            guard let field = fields.first(where: { $0.name == entry.name }) else {
                throw VaultError.unknownField(entry.name)
            }
            items.append(CredentialDocument.Item(name: entry.name, value: try value(entry.value, of: field)))
        }
        return items
    }

    private mutating func value(_ value: FieldValue, of field: ConfigField) throws -> DocumentValue {
        switch value {
        case .null: return .null
        case .integer(let number): return .integer(number)
        case .boolean(let truth): return .boolean(truth)
        case .list(let texts): return .list(texts.map { .text($0) })
        case .text(let text): return field.storage == .sealed ? .text(try seal(text)) : .text(text)
        case .secret(let secret):
            return .text(field.storage == .sealed ? try seal(secret.exposed()) : secret.exposed())
        case .map(let inner):
            switch field.kind {
            case .modes(let modes, _):
                // Modes that share a field's name agree on how it is stored; a test holds the catalogue to that.
                return .map(try items(inner, of: modes.flatMap(\.fields)))
            case .records(let fields, _):
                var records: [CredentialDocument.Item] = []
                for record in inner.entries {
                    guard case .map(let members) = record.value else { throw VaultError.unknownField(record.name) }
                    records.append(
                        CredentialDocument.Item(name: record.name, value: .map(try items(members, of: fields))))
                }
                return .map(records)
            default: throw VaultError.unknownField(field.name)
            }
        }
    }

    private mutating func seal(_ text: String) throws -> String {
        try Keyfile(sealing: Array(text.utf8), with: key, derivation: derivation, iv: ivs.next()).hexArmor
    }
}

/// Gives IVs. Under one key a repeated IV would reveal both plaintexts, so none is ever given that was used.
struct IVSource {
    private let usedIVs: Set<[UInt8]>
    private let random: () -> [UInt8]
    /// What was given so far.
    private(set) var given: Set<[UInt8]> = []

    init(usedIVs: Set<[UInt8]>, random: @escaping () -> [UInt8] = { randomBytes(count: 16) }) {
        self.usedIVs = usedIVs
        self.random = random
    }

    mutating func next() -> [UInt8] {
        while true {
            let iv = random()
            if !usedIVs.contains(iv), given.insert(iv).inserted { return iv }
        }
    }
}
