import Credentials
import OrderedJSON
import Testing

@Suite("Values read from a file")
struct AcceptsTests {
    private static let connectors = ConnectorCatalog.standard.connectors

    private func field(_ connector: String, _ name: String) throws -> ConfigField {
        try #require(try Connector.named(connector)[name])
    }

    @Test("whatever is parsed is accepted when it is read again", arguments: connectors)
    func parsed(_ connector: Connector) throws {
        let values = try connector.parse([:])
        for field in connector.fields { #expect(field.accepts(try #require(values[field.name])), "\(field.name)") }
    }

    @Test("a required secret that came out empty or implausible is not accepted", arguments: connectors)
    func damaged(_ connector: Connector) {
        for field in connector.fields where field.isSecret {
            #expect(field.accepts(.text("")) == !field.isRequired)
            #expect(!field.accepts(.text("\u{1}\u{7}garbage\u{0}")))
            #expect(!field.accepts(.secret(Secret("two\nlines"))))
            #expect(field.accepts(.secret(Secret("plain-key-ü"))))
            #expect(!field.accepts(.null))
            #expect(!field.accepts(.map([:])))
        }
    }

    @Test("lines are accepted in PEM, in a secret only")
    func pem() throws {
        let pem = FieldValue.text("-----BEGIN EC PRIVATE KEY-----\r\nAAAA\n-----END EC PRIVATE KEY-----\n")
        #expect(try field("coinbase_advanced_trade", "coinbase_advanced_trade_api_secret").accepts(pem))
        #expect(try !field("lighter", "lighter_l1_address").accepts(pem))
    }

    @Test("plain values are accepted in the shapes that Hummingbot reads")
    func plain() throws {
        let vault = try field("hyperliquid", "use_vault")
        #expect(vault.accepts(.text("no")) && vault.accepts(.boolean(true)) && !vault.accepts(.text("maybe")))
        let mode = try field("hyperliquid", "hyperliquid_mode")
        #expect(mode.accepts(.text("api_wallet")) && !mode.accepts(.text("Api_Wallet")))
        let index = try field("lighter", "lighter_account_index")
        #expect(index.accepts(.null) && index.accepts(.integer(0)) && index.accepts(.text("3")))
        #expect(!index.accepts(.integer(-1)) && !index.accepts(.text("x")) && !index.accepts(.boolean(true)))
        let nodes = try field("xrpl", "wss_node_urls")
        #expect(nodes.accepts(.list(["wss://a.example/"])) && !nodes.accepts(.list(["https://a.example/"])))
        #expect(!nodes.accepts(.list([])))
        let tier = try field("kraken", "kraken_api_tier")
        #expect(tier.accepts(.text("pro")) && !tier.accepts(.text("gold")))
    }

    @Test("a nested value is accepted when it is one of the modes, whole and without more")
    func nested() throws {
        let network = try field("injective_v2", "network")
        #expect(network.accepts(.map([:])))
        #expect(network.accepts(.map(["testnet_node": .text("sentry")])))
        #expect(!network.accepts(.map(["testnet_node": .text("mars")])))
        #expect(!network.accepts(.map(["planet": .text("mars")])))
        #expect(!network.accepts(.text("mainnet_network")))
        let account = try field("injective_v2", "account_type")
        #expect(account.accepts(.map([:])))
        #expect(!account.accepts(.map(["private_key": .text("0x11")])))
        let markets = try field("xrpl", "custom_markets")
        #expect(markets.accepts(.map([:])))
        #expect(!markets.accepts(.map(["A-B": .map(["base": .text("A")])])))
    }
}
