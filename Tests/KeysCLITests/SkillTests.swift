import OrderedJSON
import Testing
import VaultTesting

@testable import KeysCLI

@Suite("The skill's scripts")
struct SkillTests {
    private static let binance = #"{"api_key": "CANARY-key", "api_secret": "CANARY-secret"}"#
    private static let safe = "keys-manager credential add binance"

    /// Runs a script as `common.sh` does.
    private func run(
        _ program: TestProgram, _ script: SkillScript, _ arguments: String..., input: String = ""
    ) async throws -> (json: JSON, code: Int32) {
        let outcome = await program.runSkill(script, arguments, input: input)
        #expect(!(outcome.output + outcome.errors).contains("CANARY"))
        #expect(outcome.output.hasSuffix("}\n"))
        return (try outcome.json, outcome.code)
    }

    private func names(_ json: JSON) -> [String] { json.objectValue?.names ?? [] }

    @Test("setup_connector leads through four steps in the original's shapes")
    func setup() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()

            var (json, code) = try await run(program, .setupConnector)
            #expect(code == 0)
            #expect(
                names(json) == [
                    "action", "message", "connectors", "total_connectors", "current_accounts", "next_step", "example",
                ])
            #expect(json["action"] == "list_exchanges")
            #expect(json["total_connectors"] == 63)
            #expect(json["connectors"]?.arrayValue?.count == 63)
            #expect(json["current_accounts"] == ["master_account": []])

            (json, code) = try await run(program, .setupConnector, "--connector", "Binance")
            #expect(code == 0)
            #expect(
                names(json) == [
                    "action", "message", "connector", "required_fields", "optional_fields", "field_details",
                    "example_credentials", "next_step", "example",
                ])
            #expect(json["action"] == "show_config")
            #expect(json["connector"] == "binance")
            #expect(json["required_fields"] == ["binance_api_key", "binance_api_secret"])
            #expect(json["optional_fields"] == [])
            #expect(json["field_details"]?["binance_api_key"] == ["type": "SecretStr", "required": true])
            #expect(json["example_credentials"]?["binance_api_key"] == "your_binance_api_key")
            #expect(json["next_step"]?.stringValue?.contains(Self.safe) == true)

            (json, code) = try await run(
                program, .setupConnector, "--connector", "binance", "--credentials", Self.binance)
            #expect(code == 0)
            #expect(
                names(json) == [
                    "action", "message", "connector", "credentials_provided", "accounts", "default_account",
                    "next_step",
                    "example", "note",
                ])
            #expect(json["action"] == "select_account")
            #expect(json["credentials_provided"] == true)
            #expect(json["accounts"] == [["account": "master_account", "has_binance": false]])
            #expect(json["default_account"] == "master_account")

            let all = ["--connector", "binance", "--credentials", "-", "--account", "master_account"]
            (json, code) = try await run(
                program, .setupConnector, all[0], all[1], all[2], all[3], all[4], all[5], input: Self.binance)
            #expect(code == 0)
            let added = [
                "action", "message", "account", "connector", "was_override", "configured_connectors", "next_step",
            ]
            #expect(names(json) == added)
            #expect(json["action"] == "credentials_added")
            #expect(json["was_override"] == false)
            #expect(json["configured_connectors"] == ["binance"])

            (json, code) = try await run(
                program, .setupConnector, all[0], all[1], all[2], all[3], all[4], all[5], input: Self.binance)
            #expect(code == 0)
            #expect(
                names(json) == [
                    "action", "message", "account", "connector", "existing_connectors", "warning", "next_step",
                    "example",
                ])
            #expect(json["action"] == "requires_confirmation")
            #expect(json["existing_connectors"] == ["binance"])

            (json, code) = try await run(
                program, .setupConnector, all[0], all[1], all[2], all[3], all[4], all[5], "--force", input: Self.binance
            )
            #expect(code == 0)
            #expect(names(json) == added)
            #expect(json["action"] == "credentials_overridden")
            #expect(json["was_override"] == true)

            (json, code) = try await run(
                program, .setupConnector, "--connector", "kraken", "--credentials", #"{"api_key": "CANARY"}"#,
                "--account",
                "master_account")
            #expect(code == 1)
            #expect(names(json) == ["error", "detail"])
            #expect(json["error"] == "Failed to add credentials")
            #expect(json["detail"]?.stringValue?.contains("kraken_secret_key") == true)
        }
    }

    @Test("the other scripts answer in the original's shapes")
    func others() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            _ = await program.run("account", "create", "second")

            var (json, code) = try await run(
                program, .addCredentials, "--connector", "binance", "--credentials", Self.binance)
            #expect(code == 0)
            #expect(
                json == [
                    "status": "success", "action": "credentials_added", "connector": "binance",
                    "account": "master_account", "was_override": false, "configured_connectors": ["binance"],
                ])

            (json, code) = try await run(
                program, .addCredentials, "--connector", "binance", "--credentials", Self.binance)
            #expect(code == 1)
            #expect(names(json) == ["error", "action_required", "existing_connectors"])
            #expect(json["error"]?.stringValue?.contains("already exist") == true)

            (json, code) = try await run(
                program, .addCredentials, "--connector", "binance", "--credentials", Self.binance, "--force")
            #expect(code == 0)
            #expect(json["was_override"] == true)

            (json, code) = try await run(program, .listConnectors)
            #expect(code == 0)
            #expect(names(json) == ["available_connectors", "total_connectors", "accounts", "configured_credentials"])
            #expect(json["accounts"] == ["master_account", "second"])
            #expect(json["configured_credentials"] == ["master_account": ["binance"], "second": []])

            (json, code) = try await run(program, .getConnectorConfig, "--connector", "gate-io")
            #expect(code == 0)
            #expect(
                names(json) == [
                    "connector", "required_fields", "optional_fields", "field_details", "example_credentials",
                    "documentation_hint",
                ])
            #expect(json["connector"] == "gate_io")

            (json, code) = try await run(program, .listAccountCredentials)
            #expect(
                json == [
                    "accounts": ["master_account", "second"], "total_accounts": 2,
                    "credentials_by_account": [
                        "master_account": ["connectors": ["binance"], "count": 1],
                        "second": ["connectors": [], "count": 0],
                    ],
                ])

            (json, code) = try await run(program, .listAccountCredentials, "--account", "master_account")
            #expect(json == ["account": "master_account", "connectors": ["binance"], "count": 1])

            (json, code) = try await run(program, .removeCredentials, "--connector", "Binance")
            #expect(code == 0)
            #expect(
                json == [
                    "status": "success", "action": "credentials_removed", "connector": "binance",
                    "account": "master_account", "remaining_connectors": [],
                ])

            (json, code) = try await run(program, .removeCredentials, "--connector", "binance")
            #expect(code == 1)
            #expect(names(json) == ["error", "existing_connectors"])
            #expect(json["error"]?.stringValue?.contains("do not exist") == true)
        }
    }

    @Test("errors use the promised phrases")
    func errors() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            for script in [SkillScript.setupConnector, .getConnectorConfig] {
                let (json, code) = try await run(program, script, "--connector", "Nope Exchange")
                #expect(code == 1)
                #expect(json["error"] == "Connector 'Nope Exchange' not found")
                #expect(json["detail"]?.stringValue?.isEmpty == false)
            }
            for script in [SkillScript.listAccountCredentials, .removeCredentials] {
                let connector = script == .removeCredentials ? ["--connector", "binance"] : []
                let outcome = await program.runSkill(script, connector + ["--account", "nobody"])
                #expect(outcome.code == 1)
                #expect(try outcome.json["error"] == "Account 'nobody' not found")
            }
            for (script, option) in [
                (SkillScript.getConnectorConfig, "connector"), (.removeCredentials, "connector"),
                (.addCredentials, "connector"),
            ] {
                let (json, code) = try await run(program, script)
                #expect(code == 1)
                #expect(json["error"]?.stringValue?.hasPrefix("\(option) is required.") == true)
            }
            let (json, code) = try await run(program, .addCredentials, "--connector", "binance")
            #expect(code == 1)
            #expect(json["error"]?.stringValue?.hasPrefix("credentials is required.") == true)
        }
    }

    @Test("an unknown option, a missing value and a stray word are named without their content")
    func options() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            var (json, code) = try await run(program, .listConnectors, "--secret=CANARY")
            #expect(code == 1)
            #expect(json["error"] == "Unknown option --secret.")
            (json, code) = try await run(program, .listConnectors, "--force")
            #expect(json["error"] == "Unknown option --force.")
            (json, code) = try await run(program, .addCredentials, "--connector")
            #expect(json["error"] == "--connector needs a value.")
            (json, code) = try await run(program, .addCredentials, "--connector", "--force")
            #expect(json["error"] == "--connector needs a value.")
            (json, code) = try await run(program, .addCredentials, "--connector", "binance", "CANARY")
            #expect(code == 1)
            #expect(json["error"] == "An argument stands where an option was expected.")
        }
    }

    @Test("without a vault the error says how to make one")
    func noVault() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            let (json, code) = try await run(program, .listConnectors)
            #expect(code == 1)
            #expect(json["detail"]?.stringValue?.contains("vault create") == true)
            #expect(try await run(program, .getConnectorConfig, "--connector", "okx").code == 0)
        }
    }

    @Test("without the config password nothing is asked; the error says where it goes")
    func noPassword() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            program.environment = [:]
            program.terminal = ScriptedTerminal(["a config password"])
            let (json, code) = try await run(
                program, .addCredentials, "--connector", "binance", "--credentials", Self.binance)
            #expect(code == 1)
            #expect(json["error"] == "Failed to add credentials")
            #expect(json["detail"]?.stringValue?.contains("CONFIG_PASSWORD") == true)
            #expect(program.terminal?.shown == "")
        }
    }

    @Test("arguments that did not arrive whole are an error", arguments: ["", "2\0a\0", "x\0", "-1\0", "1\0a"])
    func cutOff(input: String) async throws {
        try await withTemporaryFolder { root in
            let outcome = try await TestProgram(root).run(["skill", "list_connectors"], input: Array(input.utf8))
            #expect(outcome.code == 1)
            #expect(try outcome.json["error"] == "The arguments did not arrive whole.")
        }
    }

    @Test("setup without a terminal answers the same JSON, with exit code 1 for errors")
    func setupCommand() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            var outcome = await program.run("setup")
            #expect(outcome.code == 0)
            #expect(try outcome.json["action"] == "list_exchanges")
            outcome = await program.run("setup", "--connector", "nope")
            #expect(outcome.code == 1)
            #expect(try outcome.json["error"] == "Connector 'nope' not found")
            #expect(outcome.errors.isEmpty)
            outcome = await program.run(
                "setup", "--connector", "binance", "--credentials", "-", "--account", "master_account",
                input: Self.binance)
            #expect(outcome.code == 0)
            #expect(try outcome.json["action"] == "credentials_added")
            program.outputIsTerminal = true
            outcome = await program.run("setup", "--format", "json")
            #expect(try outcome.json["current_accounts"] == ["master_account": ["binance"]])
        }
    }
}
