import Credentials
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysCLI

@Suite("Questions")
struct PromptTests {
    private func fill(_ connector: String, _ answers: [String]) throws -> (JSONObject, ScriptedTerminal) {
        let terminal = ScriptedTerminal(answers)
        let description = try ConnectorCatalog.standard.requiring(ConnectorName(connector))
        return (try FieldForm(prompter: Prompter(terminal: terminal)).fill(description), terminal)
    }

    @Test("secrets are asked for unseen, and again when left blank")
    func secrets() throws {
        let (input, terminal) = try fill("binance", ["", "  ", "key", "secret"])
        #expect(input == JSONObject([("binance_api_key", "key"), ("binance_api_secret", "secret")]))
        #expect(terminal.hiddenAnswers == ["", "  ", "key", "secret"])
        #expect(terminal.shown.contains("This one is needed."))
        #expect(terminal.answersLeft.isEmpty)
    }

    @Test("a choice shows its words and its default, and takes a number or the beginning of a word")
    func choices() throws {
        for (answer, expected) in [("", nil), ("2", "app"), ("MY", "my"), ("a", "app")] as [(String, JSON?)] {
            let (input, terminal) = try fill("okx", ["key", "secret", "phrase", answer])
            #expect(input["okx_registration_sub_domain"] == expected)
            #expect(terminal.shown.contains("(www, app, my) [www]"))
        }
        let (_, terminal) = try fill("okx", ["key", "secret", "phrase", "nonsense", "www"])
        #expect(terminal.shown.contains("Please answer with one of these words."))
    }

    @Test("nested settings are asked for step by step")
    func modes() throws {
        let (input, terminal) = try fill(
            "injective_v2", ["2", "", "delegate", "private", "one", "1", "inj1granter", "0", ""])
        #expect(input["network"] == ["mode": "testnet_network"])
        #expect(
            input["account_type"] == [
                "mode": "delegate_account", "private_key": "private", "subaccount_index": 1,
                "granter_address": "inj1granter", "granter_subaccount_index": 0,
            ])
        #expect(input["fee_calculator"] == nil)
        #expect(terminal.hiddenAnswers == ["private"])
        #expect(terminal.shown.contains("Please answer with a whole number."))
    }

    @Test("a key of several lines is one answer, all of it unseen")
    func pem() throws {
        let lines = ["-----BEGIN EC PRIVATE KEY-----", "MHcCAQ==", "-----END EC PRIVATE KEY-----"]
        let (input, terminal) = try fill("coinbase_advanced_trade", ["key"] + lines + [""])
        #expect(input["coinbase_advanced_trade_api_secret"]?.stringValue == lines.joined(separator: "\n"))
        #expect(terminal.hiddenAnswers == ["key"] + lines)
    }

    @Test("a value that does not fit is explained and asked for again")
    func faults() throws {
        let tooLong = String(repeating: "x", count: 100_000)
        let (input, terminal) = try fill("binance", [tooLong, "secret", "key"])
        #expect(input["binance_api_key"] == "key")
        #expect(terminal.shown.contains("binance_api_key must not be longer"))
    }

    @Test("every connector's fields can be asked for", arguments: ConnectorCatalog.standard.names)
    func everyConnector(_ name: ConnectorName) throws {
        let connector = try ConnectorCatalog.standard.requiring(name)
        var answers: [String] = []
        func answer(_ fields: [ConfigField]) {
            for field in fields.filter(\.isRequired) { answers.append(field.kind == .integer ? "0" : "value") }
        }
        answer(connector.fields)
        let (input, _) = try fill(name.description, answers + Array(repeating: "", count: 20))
        #expect(throws: Never.self) { try Credential(parsing: input, for: connector) }
    }

    @Test("the end of input stops everything")
    func endOfInput() {
        #expect(throws: CommandError.declined) { _ = try fill("binance", ["key"]) }
    }

    @Test("what a question shows cannot steer the terminal")
    func controlCharacters() throws {
        let terminal = ScriptedTerminal(["y"])
        #expect(try Prompter(terminal: terminal).confirm("Delete \u{1B}[2J?"))
        #expect(terminal.shown == "Delete ?[2J? (y/N): ")
    }

    @Test("the guided set-up leads from a part of a name to a stored key")
    func guidedSetup() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            program.outputIsTerminal = true
            program.terminal = ScriptedTerminal(["nonsense", "okx", "1", "CANARY-1", "CANARY-2", "CANARY-3", ""])
            var outcome = await program.run("setup")
            #expect(outcome.code == 0)
            #expect(outcome.output == "Added okx to master_account.\n")
            #expect(program.terminal?.hiddenAnswers == ["CANARY-1", "CANARY-2", "CANARY-3"])

            _ = await program.run("account", "create", "second")
            program.terminal = ScriptedTerminal(["1", "n"])
            outcome = await program.run("setup", "--connector", "okx")
            #expect(outcome.code == 1)
            #expect(program.terminal?.shown.contains("master_account (has okx)") == true)
            #expect(program.terminal?.shown.contains("Replace it?") == true)

            program.terminal = ScriptedTerminal(["second", "k", "s", "p", "app"])
            outcome = await program.run("setup", "--connector", "okx")
            #expect(outcome.output == "Added okx to second.\n")
            let shown = await program.run("credential", "show", "okx", "--account", "second")
            #expect(shown.output.contains("okx_registration_sub_domain  app"))
        }
    }

    @Test("after a list another text searches all connectors again, and Enter goes back")
    func searchAgain() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            program.outputIsTerminal = true
            program.terminal = ScriptedTerminal(["okx", "", "okx", "kraken", "key", "secret", ""])
            let outcome = await program.run("setup")
            #expect(outcome.output == "Added kraken to master_account.\n", "\(program.terminal?.shown ?? "")")
        }
    }

    @Test("sentences break between words")
    func wrapping() {
        let terminal = ScriptedTerminal([], width: 24)
        Prompter(terminal: terminal).say("  Keys lie encrypted in Hummingbot's own files.")
        #expect(terminal.shown == "  Keys lie encrypted in\n  Hummingbot's own\n  files.\n")
        #expect(WrappedText.text("one two", width: nil) == "one two")
        let long = String(repeating: "x", count: 40)
        #expect(WrappedText.text("see \(long) there", width: 20) == "see\n\(long)\nthere")
    }

    @Test("a mistyped config password may be typed again, twice")
    func passwordAgain() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            program.environment = [:]
            program.terminal = ScriptedTerminal(["wrong", "a config password"])
            #expect(await program.run("password", "check").code == 0)
            program.terminal = ScriptedTerminal(["wrong", "wrong", "wrong", "a config password"])
            #expect(await program.run("password", "check").code == 77)
        }
    }
}
