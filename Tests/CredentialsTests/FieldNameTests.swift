import Credentials
import OrderedJSON
import Testing

@Suite("Field names")
struct FieldNameTests {
    private static let connectors = ConnectorCatalog.standard.connectors

    private static func meaning(_ name: String, of connector: String) throws -> String? {
        guard case .found(let field) = try Connector.named(connector).field(named: name) else { return nil }
        return field.name
    }

    @Test("a field is found by its own name in any spelling", arguments: connectors)
    func ownName(_ connector: Connector) {
        for field in connector.fields {
            for spelling in [
                field.name, field.name.uppercased(), field.name.split(separator: "_").joined(separator: "-"),
                " " + field.name.split(separator: "_").joined(separator: " ") + "\n",
            ] {
                #expect(connector.field(named: spelling) == .found(field))
            }
        }
    }

    @Test("a field is found without the connector's prefix", arguments: connectors)
    func unprefixed(_ connector: Connector) {
        for field in connector.fields where field.name.hasPrefix(connector.fieldPrefix) {
            #expect(connector.field(named: String(field.name.dropFirst(connector.fieldPrefix.count))) == .found(field))
        }
    }

    @Test("nearly every field has the prefix that the connector names", arguments: connectors)
    func prefixes(_ connector: Connector) {
        let unprefixed = connector.fields.map(\.name).filter { !$0.hasPrefix(connector.fieldPrefix) }
        let known: Set<String> = [
            "api_key", "api_secret", "use_vault", "use_auth_for_public_endpoints", "receive_connector_configuration",
            "network", "account_type", "fee_calculator", "wss_node_urls", "custom_markets", "max_request_per_minute",
            "session_private_key", "subacct_id",
        ]
        #expect(Set(unprefixed).isSubset(of: known))
    }

    @Test("the generic names work for every connector that has such a field", arguments: connectors)
    func generic(_ connector: Connector) {
        let names = connector.fields.map(\.name)
        for generic in ["api_key", "api_secret", "secret_key", "passphrase", "address"] {
            let meant = names.first { $0 == generic || $0 == connector.fieldPrefix + generic }
            let swapped = ["api_secret": "secret_key", "secret_key": "api_secret"][generic]
            let other = names.first { swapped != nil && $0 == connector.fieldPrefix + (swapped ?? "") }
            if let expected = meant ?? other {
                #expect(connector.field(named: generic) == connector[expected].map { .found($0) })
            }
        }
    }

    @Test(
        "short and generic names mean these fields",
        arguments: [
            ("bing_x", "api_key", "bingx_api_key"), ("bing_x", "bing_x_api_key", "bingx_api_key"),
            ("backpack_perpetual", "api_secret", "backpack_api_secret"),
            ("backpack_perpetual", "backpack_perpetual_api_key", "backpack_api_key"),
            ("kraken", "api_secret", "kraken_secret_key"), ("kraken", "secret_key", "kraken_secret_key"),
            ("kraken", "tier", "kraken_api_tier"), ("binance", "secret_key", "binance_api_secret"),
            ("binance", "secret", "binance_api_secret"), ("gate_io", "API-Secret", "gate_io_secret_key"),
            ("bitmart", "passphrase", "bitmart_memo"), ("bitmart", "memo", "bitmart_memo"),
            ("dydx_v4_perpetual", "address", "dydx_v4_perpetual_chain_address"),
            ("aevo_perpetual", "address", "aevo_perpetual_account_address"),
            ("aevo_perpetual", "secret_key", "aevo_perpetual_api_secret"),
            ("decibel_perpetual", "api_key", "decibel_perpetual_api_key"),
            ("decibel_perpetual", "private_key", "decibel_perpetual_api_wallet_private_key"),
            ("decibel_perpetual", "address", "decibel_perpetual_main_wallet_public_key"),
            ("dexalot", "address", "dexalot_api_key"), ("dexalot", "private_key", "dexalot_api_secret"),
            ("derive", "address", "derive_wallet_address"), ("derive", "api_secret", "session_private_key"),
            ("derive", "sub_id", "subacct_id"),
            ("pacifica_perpetual", "address", "pacifica_perpetual_user_wallet_public_key"),
            ("hyperliquid_perpetual", "address", "hyperliquid_perpetual_address"),
            ("hyperliquid_perpetual", "secret_key", "hyperliquid_perpetual_secret_key"),
            ("hyperliquid", "mode", "hyperliquid_mode"), ("lighter", "address", "lighter_l1_address"),
            ("lambdaplex", "api_secret", "lambdaplex_private_key"), ("xrpl", "api_secret", "xrpl_secret_key"),
            ("architect_perpetual", "secret_key", "api_secret"),
            ("architect_perpetual", "architect_perpetual_api_key", "api_key"),
        ])
    func peculiar(_ connector: String, _ name: String, _ field: String) throws {
        #expect(try Self.meaning(name, of: connector) == field)
    }

    @Test("a dYdX phrase is never taken for a passphrase, nor a Derive wallet for an API key")
    func notMixedUp() throws {
        #expect(try Connector.named("dydx_v4_perpetual").field(named: "passphrase") == .unknown)
        #expect(try Connector.named("derive").field(named: "api_key") == .unknown)
        #expect(try Connector.named("binance").field(named: "") == .unknown)
        #expect(try Connector.named("binance").field(named: "_") == .unknown)
    }

    @Test("a name that may mean several fields is refused with the candidates")
    func ambiguous() throws {
        #expect(try Self.meaning("key", of: "binance") == "binance_api_key")
        #expect(
            try Connector.named("kraken").faults(["key": "x"]) == [
                FieldFault(
                    field: "key", problem: .ambiguous(candidates: ["kraken_api_key", "kraken_secret_key"]))
            ])
        #expect(
            try Connector.named("pacifica_perpetual").faults(["public_key": "x"]) == [
                FieldFault(
                    field: "public_key",
                    problem: .ambiguous(candidates: [
                        "pacifica_perpetual_agent_wallet_public_key", "pacifica_perpetual_user_wallet_public_key",
                    ]))
            ])
    }

    @Test("a field given under two names is refused, unless one of them is blank")
    func givenTwice() throws {
        let binance = try Connector.named("binance")
        #expect(
            binance.faults(["api_key": "a", "BINANCE_API_KEY": "b"])
                == [FieldFault(field: "binance_api_key", problem: .givenTwice)])
        #expect(throws: Never.self) { try binance.parse(["api_key": " "]) }
        let injective = try Connector.named("injective_v2")
        #expect(
            injective.faults(["network": ["testnet_node": "lb", "TESTNET-NODE": "lb"]])
                == [FieldFault(field: "network.testnet_node", problem: .givenTwice)])
    }

    @Test("the short names of a field all mean it", arguments: connectors)
    func shortNames(_ connector: Connector) {
        for field in connector.fields {
            for name in connector.shortNames(of: field) {
                #expect(name != field.name)
                #expect(connector.field(named: name) == .found(field))
            }
        }
    }

    @Test("the scripts' generic names are among the short names")
    func shortNamesOfKraken() throws {
        let kraken = try Connector.named("kraken")
        #expect(
            kraken.fields.map { kraken.shortNames(of: $0) } == [
                ["api_key"], ["secret_key", "api_secret"], ["api_tier"],
            ])
    }
}
