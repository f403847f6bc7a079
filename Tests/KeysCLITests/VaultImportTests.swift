import Credentials
import Foundation
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysCLI

@Suite("vault import")
struct VaultImportTests {
    private static let connectors = "/credentials/master_account/connectors"

    /// A vault with binance, and another folder with binance, bybit, a damaged kraken and an account of its own.
    private static func makeVaults(_ program: inout TestProgram) async throws -> String {
        try await program.createVault()
        _ = await program.run(
            "credential", "add", "binance", "--credentials", "-", input: #"{"api_key": "k", "api_secret": "ours"}"#)
        let other = program.root + "/other"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
        let source = try await TestVault.created(at: other)
        let desk = try AccountName("desk")
        try await source.createAccount(desk)
        _ = try await source.save(TestVault.binance("theirs"))
        _ = try await source.save(TestVault.binance("the desk's", in: desk))
        _ = try await source.save(
            SaveRequest(
                account: .master, connector: ConnectorName("hyperliquid"),
                input: [
                    "mode": "arb_wallet", "use_vault": false, "hyperliquid_address": .string(address),
                    "hyperliquid_secret_key": .string(key),
                ],
                mode: .add))
        try Data("connector: [".utf8).write(to: URL(filePath: other + connectors + "/kraken.yml"))
        try program.write(TestVault.password.exposed(), to: program.root + "/password")
        return other
    }

    private static let key = "0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
    private static let address = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"

    private func outcomes(_ outcome: TestProgram.Outcome) throws -> [String: String] {
        let list = try #require(try outcome.json.arrayValue)
        return Dictionary(
            uniqueKeysWithValues: list.map {
                (
                    "\($0["account"]?.stringValue ?? "")/\($0["connector"]?.stringValue ?? "")",
                    $0["outcome"]?.stringValue ?? ""
                )
            })
    }

    private func secret(_ connector: String, _ account: String, _ program: TestProgram) async throws -> JSON? {
        let shown = await program.run("credential", "show", connector, "-a", account, "--reveal", "--format", "json")
        return try shown.json["values"]?["\(connector)_api_secret"]
    }

    @Test("is recommended where the vault is a bot's own folder, which deploying the bot again wipes")
    func instance() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            for (place, isWarned) in [("/bots/instances/scalper/conf", true), ("/conf", false)] {
                _ = await program.run("vault", "create", "--bots", root + place)
                let outcome = await program.run("vault", "status", "--bots", root + place)
                #expect(outcome.code == 0, "\(outcome.errors)")
                #expect(outcome.errors.contains("deploying the bot again wipes it") == isWarned, "\(place)")
            }
        }
    }

    @Test("stands in the audit log as one change, with what became of the credentials")
    func recorded() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            let other = try await Self.makeVaults(&program)
            _ = await program.run("vault", "import", other, "--source-password-file", root + "/password")
            _ = await program.run(
                "vault", "import", other, "--account", "nobody", "--source-password-file", root + "/password")
            let listed = await program.run("log", "list", "--action", "vault_import", "--format", "json")
            let entries = try #require(try listed.json.arrayValue)
            #expect(entries.map { $0["outcome"]?.stringValue } == ["done", "failed"])
            #expect(entries.first?["detail"] == "2 imported, 1 conflict, 1 failed")
            #expect(await program.run("log", "list", "--door", "pgae").code == 64)
        }
    }

    @Test("takes over what is not there, keeps what is, says what became of each, and leaves the source alone")
    func import_() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            let other = try await Self.makeVaults(&program)
            let before = try FileManager.default.subpathsOfDirectory(atPath: other).sorted()
            var outcome = await program.run("vault", "import", other)
            #expect(outcome.code == 77)
            #expect(outcome.errors.contains("--source-password-file"))
            outcome = await program.run(
                "vault", "import", other, "--source-password-file", root + "/password", "--format", "json")
            #expect(outcome.code == 65)
            #expect(
                try outcomes(outcome) == [
                    "master_account/binance": "conflict", "master_account/hyperliquid": "imported",
                    "master_account/kraken": "failed", "desk/binance": "imported",
                ])
            #expect(outcome.errors.contains("kraken of master_account was not taken over"))
            #expect(try await secret("binance", "master_account", program) == "ours")
            #expect(try await secret("binance", "desk", program) == "the desk's")
            let wallet = await program.run("credential", "show", "hyperliquid", "--reveal", "--format", "json")
            #expect(wallet.output.contains(Self.key))
            try FileManager.default.removeItem(atPath: other + Self.connectors + "/kraken.yml")
            outcome = await program.run(
                "vault", "import", other, "--source-password-file", root + "/password", "--format", "json")
            #expect(outcome.code == 73)
            outcome = await program.run(
                "vault", "import", other, "--source-password-stdin", "--force", "--format", "json",
                input: TestVault.password.exposed())
            #expect(outcome.code == 0)
            #expect(
                try outcomes(outcome) == [
                    "master_account/binance": "replaced", "master_account/hyperliquid": "same", "desk/binance": "same",
                ])
            #expect(try await secret("binance", "master_account", program) == "theirs")
            #expect(await program.run("trash", "list").output.contains("binance"))
            #expect(await program.run("vault", "check").code == 0)
            let after = try FileManager.default.subpathsOfDirectory(atPath: other).sorted()
            #expect(before.filter { !$0.hasSuffix("kraken.yml") } == after)
        }
    }

    @Test("takes one account of a bots folder, and a conf folder's into any account")
    func accounts() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            let other = try await Self.makeVaults(&program)
            let password = ["--source-password-file", root + "/password", "--format", "json"]
            var outcome = await program.run(["vault", "import", other, "--account", "desk"] + password, input: [])
            #expect(try outcomes(outcome) == ["desk/binance": "imported"])
            outcome = await program.run(["vault", "import", other, "--account", "nobody"] + password, input: [])
            #expect(outcome.code == 66)
            let conf = other + "/credentials/desk"
            outcome = await program.run(["vault", "import", conf, "-a", "bot"] + password, input: [])
            #expect(try outcomes(outcome) == ["bot/binance": "imported"])
            // A client's conf without a password check is proved by what it holds, and gets none.
            try FileManager.default.removeItem(atPath: conf + "/.password_verification")
            outcome = await program.run(["vault", "import", conf, "-a", "bot2"] + password, input: [])
            #expect(try outcomes(outcome) == ["bot2/binance": "imported"])
            #expect(!FileManager.default.fileExists(atPath: conf + "/.password_verification"))
            #expect(!FileManager.default.fileExists(atPath: conf + "/.keys-manager"))
            #expect(await program.run("vault", "import", root + "/nothing").code == 78)
        }
    }

    @Test("asks for the folder's password and about each conflict")
    func questions() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            let other = try await Self.makeVaults(&program)
            try FileManager.default.removeItem(atPath: other + Self.connectors + "/kraken.yml")
            let terminal = ScriptedTerminal([TestVault.password.exposed(), "y"])
            program.terminal = terminal
            let outcome = await program.run("vault", "import", other, "--format", "json")
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(try outcomes(outcome)["master_account/binance"] == "replaced")
            #expect(terminal.shown.contains("has another password"))
            #expect(terminal.answersLeft.isEmpty)
        }
    }

    @Test("an account that another bots folder does not have is told, and none is made")
    func mistypedAccount() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            _ = await program.run(
                "credential", "add", "binance", "--credentials", "-", input: #"{"api_key": "k", "api_secret": "s"}"#)
            let other = root + "/other"
            #expect(await program.run("vault", "create", "--bots", other).code == 0)
            let outcome = await program.run(
                "vault", "import", program.vault, "--account", "nosuch", "--bots", other)
            #expect(outcome.code == 66)
            let accounts = try await program.run("account", "list", "--bots", other, "--format", "json").json
            #expect(accounts.arrayValue?.count == 1)
        }
    }
}
