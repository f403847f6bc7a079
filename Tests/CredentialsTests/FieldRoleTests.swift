import Credentials
import Testing

@Suite("Roles of fields")
struct FieldRoleTests {
    /// Settings of Hummingbot's that are kept secret, and keys that no check tells anything about.
    private static let withoutRole: Set<String> = [
        "account_type", "account_limit", "gas_station_api_key", "api_config_key",
    ]

    /// A connector's fields, nested ones included.
    private static func fields(of connector: Connector) -> [ConfigField] {
        connector.fields.flatMap { field in
            if case .modes(let modes, _) = field.kind { return [field] + modes.flatMap(\.fields) }
            return [field]
        }
    }

    @Test("every connector has something that signs", arguments: ConnectorCatalog.standard.connectors)
    func signing(connector: Connector) {
        let roles = Self.fields(of: connector).compactMap(\.role)
        #expect(roles.contains(.secret) || roles.contains(.privateKey))
    }

    @Test("every secret has a role but the known few", arguments: ConnectorCatalog.standard.connectors)
    func secrets(connector: Connector) {
        for field in Self.fields(of: connector) where field.isSecret {
            let isSetting = Self.withoutRole.contains { field.name.hasSuffix($0) }
            #expect((field.role == nil) == isSetting, "\(connector.name) \(field.name)")
        }
    }

    @Test(
        "what is called a key, a secret, a passphrase or an address has that role",
        arguments: ConnectorCatalog.standard.connectors)
    func labels(connector: Connector) {
        for field in Self.fields(of: connector) {
            guard let role = field.role else { continue }
            let expected: Set<ConfigField.Role> =
                switch field.label {
                case "API key", "API key index": [.key]
                case "API secret": [.secret]
                case "Passphrase", "Memo": [.passphrase]
                case let label where label.hasSuffix("address") || label == "Agent wallet public key": [.address]
                case let label where label.hasSuffix("rivate key"): [.secret, .privateKey]
                case "Signing key", "Secret phrase", "Wallet seed": [.privateKey]
                default: [.account]
                }
            #expect(expected.contains(role), "\(connector.name) \(field.label)")
        }
    }

    @Test("settings that every credential shares have none")
    func settings() {
        for connector in ConnectorCatalog.standard.connectors {
            for field in connector.fields {
                switch field.kind {
                case .boolean, .choice, .list, .records, .modes: #expect(field.role == nil)
                case .text, .secret, .integer: break
                }
            }
        }
    }
}
