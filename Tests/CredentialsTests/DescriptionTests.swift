import Credentials
import OrderedJSON
import Testing

@Suite("Connector descriptions")
struct DescriptionTests {
    private static let connectors = ConnectorCatalog.standard.connectors
    private static let unchanged = connectors.filter { !CatalogueVectors.changedSince.contains($0.name.description) }

    @Test("the config map is what the Hummingbot API answers", arguments: unchanged)
    func configMap(_ connector: Connector) throws {
        let recorded = try #require(CatalogueVectors.configMaps[connector.name.description])
        #expect(JSON.object(connector.configMap).text() == recorded.text())
    }

    @Test("58 config maps were compared")
    func compared() { #expect(Self.unchanged.count == 58 && CatalogueVectors.configMaps.names.count == 62) }

    @Test("the full description tells what a form needs", arguments: connectors)
    func fullDescription(_ connector: Connector) throws {
        let description = connector.fullDescription
        #expect(
            description.objectValue?.names == [
                "name", "exchange", "market", "testnet", "decentralized", "parent", "note", "compatibility_warning",
                "fields",
            ])
        let fields = try #require(description["fields"]?.arrayValue)
        #expect(fields.map { $0["name"]?.stringValue } == connector.fields.map(\.name))
        for (field, entry) in zip(connector.fields, fields) {
            #expect(entry["secret"]?.boolValue == field.isSecret)
            #expect(entry["required"]?.boolValue == field.isRequired)
            #expect(entry["aliases"]?.arrayValue?.compactMap(\.stringValue) == connector.shortNames(of: field))
            #expect((entry["modes"] != nil) == (entry["kind"] == "modes"))
            #expect((entry["fields"] != nil) == (entry["kind"] == "records"))
        }
    }

    @Test("the described defaults may be handed back as input", arguments: connectors)
    func defaults(_ connector: Connector) throws {
        let fields = try #require(connector.fullDescription["fields"]?.arrayValue)
        var input: JSONObject = [:]
        for entry in fields where entry["required"] == false {
            let value: JSON = try #require(entry["default"])
            input[try #require(entry["name"]?.stringValue)] = value
        }
        var expected = try connector.parse([:])
        for index in expected.entries.indices where expected.entries[index].name == "use_vault" {
            expected.entries[index].value = .boolean(false)
        }
        #expect(try connector.parse(input) == expected)
    }

    @Test("a choice, a mode and a record are described with what is inside them")
    func nested() throws {
        func field(_ connector: String, _ name: String) throws -> JSON {
            let fields = try #require(try Connector.named(connector).fullDescription["fields"]?.arrayValue)
            return try #require(fields.first { $0["name"]?.stringValue == name })
        }
        #expect(try field("okx", "okx_registration_sub_domain")["choices"] == ["www", "app", "my"])
        #expect(try field("kraken", "kraken_api_tier")["choices"] == ["Starter", "Intermediate", "Pro"])
        let network = try field("injective_v2", "network")
        #expect(network["default"] == "mainnet_network")
        #expect(
            network["modes"]?.arrayValue?.map { $0["title"] } == [
                "mainnet_network", "testnet_network", "custom_network",
            ])
        #expect(network["modes"]?.arrayValue?[1]["fields"]?.arrayValue?.first?["default"] == "lb")
        #expect(try field("injective_v2", "account_type")["default"] == "read_only_account")
        #expect(
            try field("injective_v2", "fee_calculator")["default"] == "message_based_transaction_fee_calculator")
        let markets = try field("xrpl", "custom_markets")
        #expect(markets["fields"]?.arrayValue?.count == 5)
        #expect(markets["default"]?["SOLO-XRP"]?["trading_pair_symbol"] == JSON.null)
    }
}
