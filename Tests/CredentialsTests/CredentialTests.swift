import Credentials
import OrderedJSON
import Testing

@Suite("Credential")
struct CredentialTests {
    private static let connectors = ConnectorCatalog.standard.connectors

    @Test("it holds every field in Hummingbot's order, defaults included", arguments: connectors)
    func everyField(_ connector: Connector) throws {
        let values = try connector.parse([:])
        #expect(values.entries.map(\.name) == connector.fields.map(\.name))
        for field in connector.fields {
            if let defaultValue = field.defaultValue {
                #expect(values[field.name] == defaultValue)
            } else if field.kind == .integer {
                #expect(values[field.name] == .integer(3))
            } else {
                #expect(values[field.name]?.exposedText == connector.sampleInput[field.name]?.stringValue)
            }
        }
    }

    @Test("a secret is a secret whether it is stored sealed or plain", arguments: connectors)
    func secrets(_ connector: Connector) throws {
        let credential = try Credential(parsing: connector.sampleInput, for: connector)
        for field in connector.fields where field.isSecret {
            guard case .secret? = credential.values[field.name] else {
                Issue.record("\(field.name) is not a secret")
                continue
            }
        }
        var dumped = ""
        dump(credential.values, to: &dumped)
        for field in connector.fields where field.isSecret { #expect(!dumped.contains("FAKE-\(field.name)")) }
    }

    @Test("without input every required field is missing, and nothing else is wrong", arguments: connectors)
    func missing(_ connector: Connector) {
        let required = connector.fields.filter(\.isRequired)
        let missing = required.map { FieldFault(field: $0.name, problem: .missing) }
        if missing.isEmpty {
            #expect(throws: Never.self) { try Credential(parsing: [:], for: connector) }
        } else {
            #expect(throws: InvalidCredential(faults: missing)) { try Credential(parsing: [:], for: connector) }
        }
    }

    @Test("a blank field counts as absent", arguments: connectors)
    func blank(_ connector: Connector) throws {
        for blank in ["", "  \t\n", "\u{FEFF}\u{200B}", nil] as [JSON] {
            for field in connector.fields {
                if field.isRequired {
                    #expect(connector.faults([field.name: blank]) == [FieldFault(field: field.name, problem: .missing)])
                } else {
                    #expect(try connector.parse([field.name: blank]) == connector.parse([:]))
                }
            }
        }
    }

    @Test("white space around a value is dropped", arguments: connectors)
    func trimming(_ connector: Connector) throws {
        for field in connector.fields where field.isSecret {
            let values = try connector.parse([field.name: "\u{FEFF} \t some value\u{200B}\r\n"])
            #expect(values[field.name]?.exposedText == "some value")
        }
    }

    @Test("a field that does not exist is named with those that do", arguments: connectors)
    func unknown(_ connector: Connector) {
        let faults = connector.faults(["no_such_field": "x"])
        #expect(
            faults == [FieldFault(field: "no_such_field", problem: .unknown(allowed: connector.fields.map(\.name)))])
    }

    @Test("all faults are found, not only the first")
    func allFaults() throws {
        let okx = try Connector.named("okx")
        let error = try #require(throws: InvalidCredential.self) {
            try Credential(
                parsing: ["nope": 1, "okx_api_key": true, "api_secret": "a", "okx_registration_sub_domain": "eu"],
                for: okx)
        }
        #expect(error.faults.map(\.field) == ["nope", "okx_api_key", "okx_passphrase", "okx_registration_sub_domain"])
    }

    @Test("an unknown name is shown short and without control characters")
    func shownName() throws {
        let name = "a\u{0}\u{1B}[2J" + String(repeating: "b", count: 200)
        let fault = try #require(try Connector.named("binance").faults(JSONObject([(name, .integer(1))])).first)
        #expect(fault.field == "a??[…")
    }

    @Test("the notices tell of older versions and of a key sealed against its description")
    func notices() throws {
        func notices(_ name: String) throws -> [String] {
            let connector = try Connector.named(name)
            return try Credential(parsing: connector.sampleInput, for: connector).notices
        }
        #expect(try notices("binance") == [])
        #expect(try notices("lighter_perpetual") == [])
        #expect(try notices("kalshi_perpetual").count == 1)
        #expect(try notices("derive_testnet").first?.contains("refuse every credential") == true)
        #expect(try notices("lighter_perpetual_testnet").first?.contains("was sealed") == true)
    }
}

@Suite("Credential: values by kind")
struct CredentialValueTests {
    @Test(
        "a yes or no may be a truth, its words in any case, or 1 and 0",
        arguments: [
            (true, true), ("true", true), ("Yes", true), ("ON", true), ("1", true), (1, true), (" yes ", true),
            (false, false), ("false", false), ("no", false), ("Off", false), ("0", false), (0, false),
        ] as [(JSON, Bool)])
    func booleans(_ given: JSON, _ truth: Bool) throws {
        for name in ["hyperliquid", "coinbase_advanced_trade"] {
            let connector = try Connector.named(name)
            let field = try #require(connector.fields.first { $0.kind == .boolean })
            #expect(try connector.parse([field.name: given])[field.name] == .boolean(truth))
        }
    }

    @Test("use_vault is written as Hummingbot writes it: the text no when it was not given, else a boolean")
    func useVault() throws {
        let connector = try Connector.named("hyperliquid_perpetual")
        #expect(try connector.parse([:])["use_vault"] == .text("no"))
        #expect(try connector.parse(["use_vault": "no"])["use_vault"] == .boolean(false))
    }

    @Test("another value is no yes or no", arguments: ["maybe", 2, .number("1.0"), [true], [:]] as [JSON])
    func notBooleans(_ given: JSON) throws {
        let fault = try #require(try Connector.named("hyperliquid").faults(["use_vault": given]).first)
        #expect(fault.field == "use_vault")
        #expect(fault.description.contains("true or false"))
    }

    @Test(
        "a whole number may be a number or its text",
        arguments: [(3, 3), ("3", 3), (" 3 ", 3), (.number("3.0"), 3), ("3.0", 3), (.number("3e0"), 3), (0, 0)]
            as [(JSON, Int)])
    func integers(_ given: JSON, _ number: Int) throws {
        let connector = try Connector.named("lighter")
        let values = try connector.parse(["lighter_api_key_index": given, "lighter_account_index": given])
        #expect(values["lighter_api_key_index"] == .integer(number))
        #expect(values["lighter_account_index"] == .integer(number))
    }

    @Test(
        "another value is no whole number",
        arguments: [
            "three", .number("3.5"), "3.5", .number("9223372036854775808"), .number("1e400"), "1e400", "nan", "0x3",
            true,
            [3], -1, "-1",
        ] as [JSON])
    func notIntegers(_ given: JSON) throws {
        let faults = try Connector.named("lighter").faults(["lighter_api_key_index": given])
        #expect(
            faults == [
                FieldFault(
                    field: "lighter_api_key_index", problem: .wrongType(expected: "a whole number, 0 or more"))
            ])
    }

    @Test("a number without an index's limits may be negative")
    func negative() throws {
        let values = try Connector.named("xrpl").parse(["max_request_per_minute": -5])
        #expect(values["max_request_per_minute"] == .integer(-5))
    }

    @Test(
        "a whole number given for a text counts as its digits",
        arguments: [(12, "12"), (.number("123456789012345678901234"), "123456789012345678901234")] as [(JSON, String)])
    func numbersAsTexts(_ given: JSON, _ text: String) throws {
        let values = try Connector.named("derive").parse(["subacct_id": given])
        #expect(values["subacct_id"] == .secret(Secret(text)))
    }

    @Test("other kinds are no text", arguments: [true, false, .number("1.5"), ["a"], ["a": "b"]] as [JSON])
    func notTexts(_ given: JSON) throws {
        for (name, field) in [("binance", "binance_api_key"), ("lighter", "lighter_l1_address")] {
            let faults = try Connector.named(name).faults([field: given])
            #expect(faults == [FieldFault(field: field, problem: .wrongType(expected: "a text"))])
        }
    }

    @Test(
        "characters that cannot be part of a key are refused inside it, beyond ASCII ones are not",
        arguments: ["\u{0}", "\n", "\t", "\u{1B}", "\u{7F}", "\u{85}", "\u{200B}", "\u{2028}", "\u{202E}"])
    func badCharacters(_ character: String) throws {
        let binance = try Connector.named("binance")
        let faults = binance.faults(["binance_api_key": .string("ab\(character)cd")])
        #expect(faults == [FieldFault(field: "binance_api_key", problem: .badCharacters)])
        #expect(throws: Never.self) { try binance.parse(["binance_api_key": "schlüssel 😀 κλειδί"]) }
    }

    @Test("a value of 16 KiB is taken, a longer one refused")
    func length() throws {
        let binance = try Connector.named("binance")
        let longest = String(repeating: "a", count: 16_384)
        #expect(try binance.parse(["binance_api_key": .string(longest)])["binance_api_key"]?.exposedText == longest)
        let tooLong = FieldFault.Problem.tooLong(byteLimit: 16_384)
        #expect(
            binance.faults(["binance_api_key": .string(longest + "a")])
                == [FieldFault(field: "binance_api_key", problem: tooLong)])
        #expect(
            try Connector.named("xrpl").faults(["wss_node_urls": .array([.string(longest)])])
                == [FieldFault(field: "wss_node_urls", problem: tooLong)])
    }

    @Test(
        "a choice is taken in any case and written in Hummingbot's",
        arguments: [
            ("hyperliquid", "hyperliquid_mode", "API_Wallet", "api_wallet"),
            ("okx", "okx_registration_sub_domain", " MY ", "my"), ("kraken", "kraken_api_tier", "pro", "Pro"),
            ("kraken", "kraken_api_tier", "Starter", "Starter"),
        ])
    func choices(_ name: String, _ field: String, _ given: String, _ written: String) throws {
        #expect(try Connector.named(name).parse([field: .string(given)])[field] == .text(written))
    }

    @Test("another word is no choice, and the fault names those there are")
    func notChoices() throws {
        #expect(
            try Connector.named("okx").faults(["okx_registration_sub_domain": "eu"])
                == [
                    FieldFault(
                        field: "okx_registration_sub_domain", problem: .notAllowed(choices: ["www", "app", "my"]))
                ])
        let tier = try #require(try Connector.named("kraken").faults(["kraken_api_tier": "gold"]).first)
        #expect(tier.description == "kraken_api_tier must be one of: Starter, Intermediate, Pro.")
    }

    @Test(
        "a list may be an array, a text with commas or an array as text",
        arguments: [
            ["wss://a.example/", "wss://b.example:6006"], "wss://a.example/,wss://b.example:6006",
            " wss://a.example/ , wss://b.example:6006 ,", #"["wss://a.example/", "wss://b.example:6006"]"#,
        ] as [JSON])
    func lists(_ given: JSON) throws {
        let values = try Connector.named("xrpl").parse(["wss_node_urls": given])
        #expect(values["wss_node_urls"] == .list(["wss://a.example/", "wss://b.example:6006"]))
    }

    @Test("a list without elements counts as absent", arguments: [[], ",", "[]", ["", " "]] as [JSON])
    func emptyLists(_ given: JSON) throws {
        let xrpl = try Connector.named("xrpl")
        #expect(try xrpl.parse(["wss_node_urls": given]) == xrpl.parse([:]))
    }

    @Test(
        "what is no list of texts is refused", arguments: [7, true, [7], #"["wss://a.example", 7]"#, "[wss"] as [JSON])
    func notLists(_ given: JSON) throws {
        let fault = try #require(try Connector.named("xrpl").faults(["wss_node_urls": given]).first)
        #expect(fault.description.contains("a list of texts"))
    }

    @Test(
        "a node's address that Hummingbot refuses is refused here",
        arguments: [
            "https://a.example", "ws://a.example", "wss://", "wss://a b", "wss://user:pass@a.example",
            "wss://a.example/?token=x", "wss://a.example:port", "wss://a.example:", "wss://a.example:1:2",
        ])
    func nodes(_ address: String) throws {
        let fault = try #require(try Connector.named("xrpl").faults(["wss_node_urls": [.string(address)]]).first)
        #expect(fault.description.contains("wss://"))
    }

    @Test("Hyperliquid's HL: alone is no address", arguments: ["HL:", "hl: HL:", "HL:\u{200B}"])
    func prefixAlone(_ text: String) throws {
        let connector = try #require(ConnectorCatalog.standard[try ConnectorName("hyperliquid_perpetual")])
        let input = JSONObject([("address", .string(text)), ("secret_key", "0x11")])
        #expect(throws: InvalidCredential.self) { try Credential(parsing: input, for: connector) }
    }

    @Test(
        "Hyperliquid's HL: goes, the case of the address stays",
        arguments: ["HL:0xAbC1", "HL:HL:0xAbC1", "hl: 0xAbC1", " 0xAbC1 "])
    func hyperliquidAddress(_ given: String) throws {
        let values = try Connector.named("hyperliquid_perpetual").parse([
            "hyperliquid_perpetual_address": .string(given)
        ])
        #expect(values["hyperliquid_perpetual_address"]?.exposedText == "0xAbC1")
    }

    @Test("a secret phrase gets single spaces and lower case, a key in one word stays as it is")
    func phrase() throws {
        let dydx = try Connector.named("dydx_v4_perpetual")
        let field = "dydx_v4_perpetual_secret_phrase"
        #expect(try dydx.parse([field: "Abandon  abandon\nABOUT "])[field]?.exposedText == "abandon abandon about")
        #expect(try dydx.parse([field: "0xABC"])[field]?.exposedText == "0xABC")
    }

    @Test("an address in bech32 gets lower case when it stands in capitals, which Hummingbot would take for another")
    func bech32() throws {
        let address = "dydx19rl4cm2hmr8afy4kldpxz3fka4jguq0a4erelz"
        let dydx = try Connector.named("dydx_v4_perpetual")
        let field = "dydx_v4_perpetual_chain_address"
        #expect(try dydx.parse([field: .string(address.uppercased())])[field]?.exposedText == address)
        #expect(try dydx.parse([field: .string(address)])[field]?.exposedText == address)
        // A mix of cases is no address at all, which the check of the key says.
        let mixed = "Dydx\(address.dropFirst(4))"
        #expect(try dydx.parse([field: .string(mixed)])[field]?.exposedText == mixed)

        let granter = "inj1npvwllfr9dqr8erajqqr6s0vxnk2ak55re90dz"
        let account: JSON = [
            "private_key": "0xABC", "subaccount_index": 0, "granter_address": .string(granter.uppercased()),
            "granter_subaccount_index": 0,
        ]
        let injective = try Connector.named("injective_v2").parse(["account_type": account])
        #expect(injective["account_type"]?.mapValue?["granter_address"] == .text(granter))
        #expect(injective["account_type"]?.mapValue?["private_key"]?.exposedText == "0xABC")
    }

    @Test("a raw key of the XRP Ledger gets capitals, without which Hummingbot does not know it; a seed keeps its case")
    func rawRippleKey() throws {
        let xrpl = try Connector.named("xrpl")
        let key = "ed" + String(repeating: "0a", count: 32)
        for text in [key, "Ed\(key.dropFirst(2))", key.uppercased()] {
            #expect(
                try xrpl.parse(["xrpl_secret_key": .string(text)])["xrpl_secret_key"]?.exposedText == key.uppercased())
        }
        for text in ["sEdVQ4wvD1AaTG6JA54qt38TengAuiz", "snoPBrXtMeMyMHUVTgbuqAfg1SUTb", "ed0a"] {
            #expect(try xrpl.parse(["xrpl_secret_key": .string(text)])["xrpl_secret_key"]?.exposedText == text)
        }
    }
}
