import Credentials
import OrderedJSON
import Testing

@Suite("Credential: modes and records")
struct NestedValueTests {
    private static let key = "0x1111111111111111111111111111111111111111111111111111111111111111"
    private static let delegated: JSONObject = [
        "private_key": .string(key), "subaccount_index": 0, "granter_address": "inj1granter",
        "granter_subaccount_index": "1",
    ]
    private static let delegatedValues: FieldValues = [
        "private_key": .secret(Secret(key)), "subaccount_index": .integer(0), "granter_address": .text("inj1granter"),
        "granter_subaccount_index": .integer(1),
    ]

    private func injective(_ field: String, _ given: JSON) throws -> FieldValues? {
        try Connector.named("injective_v2").parse([field: given])[field]?.mapValue
    }

    private func faults(_ field: String, _ given: JSON) throws -> [FieldFault] {
        try Connector.named("injective_v2").faults([field: given])
    }

    @Test(
        "a mode is chosen by its title, by a member with its title, or by its fields; a text may hold the object",
        arguments: [
            ("mainnet_network", [:]), ("{}", [:]), ([:], [:]), (["mode": "mainnet_network"], [:]), (nil, [:]),
            ("testnet_network", ["testnet_node": .text("lb")]), ("Testnet Network", ["testnet_node": .text("lb")]),
            (["testnet_node": "sentry"], ["testnet_node": .text("sentry")]),
            (["name": "testnet_network", "testnet_node": "sentry"], ["testnet_node": .text("sentry")]),
            (["title": "testnet_network"], ["testnet_node": .text("lb")]),
            (["mode": "TESTNET_NETWORK", "testnet_node": ""], ["testnet_node": .text("lb")]),
            (#"{"testnet_node": "Sentry"}"#, ["testnet_node": .text("sentry")]),
        ] as [(JSON, FieldValues)])
    func networks(_ given: JSON, _ written: FieldValues) throws {
        #expect(try injective("network", given) == written)
    }

    @Test("a custom network takes all of its fields and says which are missing")
    func customNetwork() throws {
        let names = [
            "lcd_endpoint", "tm_websocket_endpoint", "grpc_endpoint", "grpc_exchange_endpoint",
            "grpc_explorer_endpoint",
            "chain_stream_endpoint", "chain_id", "env",
        ]
        let whole = JSONObject(names.map { ($0, .string("\($0).example")) })
        #expect(try injective("network", .object(whole))?.entries.map(\.name) == names)
        #expect(
            try faults("network", "custom_network")
                == names.map { FieldFault(field: "network.\($0)", problem: .missing) })
        #expect(
            try faults("network", ["chain_id": "injective-777"]).map(\.field)
                == names.filter { $0 != "chain_id" }.map { "network.\($0)" })
    }

    @Test("a delegated account is recognised by its fields, from an object or from its text")
    func delegatedAccount() throws {
        let object = JSON.object(Self.delegated)
        for given in [object, .string(object.text()), .string(object.text(.indented))] {
            #expect(try injective("account_type", given) == Self.delegatedValues)
        }
        var named = Self.delegated
        named["mode"] = "delegate_account"
        #expect(try injective("account_type", .object(named)) == Self.delegatedValues)
        #expect(try injective("account_type", "read_only_account") == [:])
        #expect(try injective("account_type", [:]) == [:])
    }

    @Test("a fee calculator is written with its name")
    func feeCalculator() throws {
        let simulated: FieldValues = ["name": .text("simulated_transaction_fee_calculator")]
        #expect(try injective("fee_calculator", "simulated_transaction_fee_calculator") == simulated)
        #expect(try injective("fee_calculator", ["name": "simulated_transaction_fee_calculator"]) == simulated)
        #expect(try injective("fee_calculator", ["mode": "simulated_transaction_fee_calculator"]) == simulated)
        #expect(
            try injective("fee_calculator", [:]) == ["name": .text("message_based_transaction_fee_calculator")])
    }

    @Test("a fault inside a mode is named with its path")
    func paths() throws {
        var given = Self.delegated
        given["subaccount_index"] = "first"
        given["granter_address"] = nil
        given["memo"] = "x"
        #expect(
            try faults("account_type", .object(given)).map(\.field)
                == ["account_type.memo", "account_type.subaccount_index", "account_type.granter_address"])
    }

    @Test("what is no mode is refused with the titles", arguments: ["mars", ["mode": "mars"], ["name": 7]] as [JSON])
    func noMode(_ given: JSON) throws {
        let titles = ["mainnet_network", "testnet_network", "custom_network"]
        #expect(try faults("network", given) == [FieldFault(field: "network", problem: .notAllowed(choices: titles))])
    }

    @Test(
        "what is neither title nor object is refused", arguments: [7, true, [], ["mainnet_network"], "{oops"] as [JSON])
    func noModeAtAll(_ given: JSON) throws {
        let fault = try #require(try faults("network", given).first)
        #expect(fault.field == "network")
        #expect(fault.description.contains("mainnet_network, testnet_network, custom_network"))
    }

    @Test("members that belong to no mode are named with those that there are")
    func unknownMembers() throws {
        let fault = try #require(try faults("network", ["planet": "mars"]).first)
        #expect(fault.field == "network.planet")
        #expect(fault.description.contains("testnet_node, lcd_endpoint"))
    }

    @Test("the default market is xrpl's own, an empty object means none")
    func markets() throws {
        let xrpl = try Connector.named("xrpl")
        #expect(try xrpl.parse([:])["custom_markets"]?.mapValue?.entries.map(\.name) == ["SOLO-XRP"])
        #expect(try xrpl.parse(["custom_markets": [:]])["custom_markets"] == .map([:]))
        #expect(try xrpl.parse(["custom_markets": "{}"])["custom_markets"] == .map([:]))
    }

    @Test("records keep their order; an issuer may be empty and the symbol is null when absent")
    func records() throws {
        let market: JSON = ["base": " ABC ", "quote": "XRP", "quote_issuer": "", "base_issuer": "rAbc"]
        let written: FieldValue = .map([
            "base": .text("ABC"), "quote": .text("XRP"), "base_issuer": .text("rAbc"), "quote_issuer": .text(""),
            "trading_pair_symbol": .null,
        ])
        let given: JSON = ["ZZZ-XRP": market, "ABC-XRP": market]
        let xrpl = try Connector.named("xrpl")
        for given in [given, .string(given.text())] {
            #expect(
                try xrpl.parse(["custom_markets": given])["custom_markets"]
                    == .map(["ZZZ-XRP": written, "ABC-XRP": written]))
        }
    }

    @Test("a record's faults are named with its path")
    func recordFaults() throws {
        let xrpl = try Connector.named("xrpl")
        func fields(_ given: JSON) -> [String] { xrpl.faults(["custom_markets": given]).map(\.field) }
        #expect(
            fields(["A-B": ["base": "A", "quote": "", "issuer": "x"]]) == [
                "custom_markets.A-B.issuer", "custom_markets.A-B.quote", "custom_markets.A-B.base_issuer",
                "custom_markets.A-B.quote_issuer",
            ])
        #expect(fields(["A-B": "text"]) == ["custom_markets.A-B"])
        #expect(fields([["base": "A"]]) == ["custom_markets"])
        #expect(fields("SOLO-XRP") == ["custom_markets"])
        #expect(fields([" ": ["base": "A"]]) == ["custom_markets."])
    }
}
