import Foundation
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysCLI

@Suite("The built program and the scripts")
struct BuiltProgramTests {
    private static let canary = #"{"api_key": "CANARY-key", "api_secret": "CANARY-secret"}"#

    /// The program over a new vault, with a simulated Binance that knows the canary's key.
    private func withVault(_ body: (BuiltProgram) async throws -> Void) async throws {
        try await withProgram { program in
            var program = program
            program.environment["CONFIG_PASSWORD"] = "CANARY-password"
            let created = try await program.run("vault", "create")
            try #require(created.code == 0, "\(created.errors)")
            try await body(program)
        }
    }

    private func withProgram(_ body: (BuiltProgram) async throws -> Void) async throws {
        try await withTemporaryFolder { root in
            // A process of its own: this one's threads belong to all the other tests, too.
            let setup = root + "/exchanges.json"
            try Data(
                """
                {"binance": {"keys": [{"key": "CANARY-key", "secret": "CANARY-secret",
                    "rights": ["read", "trade_spot"], "ip_allow_list": ["203.0.113.7"]}]}}
                """.utf8
            ).write(to: URL(filePath: setup))
            let exchanges = try RunningProcess(
                BuiltProgram.path(of: "exchange-simulator"), [setup], environment: [:], folder: root)
            let places = try JSON(parsing: await exchanges.nextOutput())
            try FileManager.default.removeItem(atPath: setup)
            var program = try BuiltProgram(root)
            program.environment["EXCHANGE_URL_BINANCE"] = try #require(
                places["connectors"]?["binance"]?.stringValue)
            try await body(program)
            // It ends with its input.
            #expect(try await exchanges.finish().code == 0)
        }
    }

    /// Every file below a folder that holds a text.
    private func files(below folder: String, holding text: String) throws -> [String] {
        let names = try #require(FileManager.default.enumerator(atPath: folder))
        return try names.compactMap { $0 as? String }.filter { name in
            let path = URL(filePath: "\(folder)/\(name)")
            guard try path.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { return false }
            return try Data(contentsOf: path).range(of: Data(text.utf8)) != nil
        }
    }

    @Test("data is on standard output, messages on standard error, secrets nowhere")
    func streams() async throws {
        try await withVault { program in
            let added = try await program.run("credential", "add", "binance", "--credentials", "-", input: Self.canary)
            #expect(added.code == 0)
            #expect(added.output == "Added binance to master_account.\n")
            #expect(
                added.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("keys-manager: note: ") },
                "\(added.errors)")
            let again = try await program.run("credential", "add", "binance", "--credentials", "-", input: Self.canary)
            #expect(again.code == 73)
            #expect(again.output == "")
            #expect(again.errors.contains("\nkeys-manager: error: "))
            #expect(again.errors.contains("\nkeys-manager: hint: "))
            let shown = try await program.run("credential", "show", "binance")
            #expect(!(added.output + added.errors + again.errors + shown.output).contains("CANARY"))
            #expect(try files(below: program.root, holding: "CANARY").isEmpty)
            #expect(try await program.run("nonsense").code == 64)
        }
    }

    @Test("the scripts hand secrets over through pipes only")
    func scriptsKeepSecrets() async throws {
        try await withTemporaryFolder { root in
            var program = try BuiltProgram(root)
            let recorder = root + "/recorder"
            try Data("#!/bin/bash\n{ printf '%s\\n' \"$@\"; env; } > \(root)/seen\ncat > \(root)/input\n".utf8)
                .write(to: URL(filePath: recorder))
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: recorder)
            program.environment["KEYS_MANAGER_BIN"] = recorder
            let arguments = ["--connector", "binance", "--credentials", Self.canary, "--api-pass", "CANARY-pass"]
            #expect(try await program.run(BuiltProgram.script("add_credentials"), arguments, input: "").code == 0)
            let seen = String(decoding: try contents(root + "/seen"), as: UTF8.self)
            #expect(seen.hasPrefix("skill\nadd_credentials\n"))
            #expect(!seen.contains("CANARY"))
            let received = try #require(SkillArguments.split(try contents(root + "/input")))
            #expect(received.arguments == arguments)
            #expect(received.standardInput.isEmpty)

            let piped = ["--connector", "binance", "--credentials", "-"]
            #expect(try await program.run(BuiltProgram.script("add_credentials"), piped, input: Self.canary).code == 0)
            let second = try #require(SkillArguments.split(try contents(root + "/input")))
            #expect(second.arguments == piped)
            #expect(second.standardInput == Array(Self.canary.utf8))
        }
    }

    @Test("every script answers one JSON object", arguments: SkillScript.allCases)
    func scripts(_ script: SkillScript) async throws {
        try await withVault { program in
            let arguments = script.options.contains("--connector") ? ["--connector", "binance"] : []
            let credentials = script == .addCredentials ? ["--credentials", Self.canary] : []
            let outcome = try await program.run(
                BuiltProgram.script(script.rawValue), arguments + credentials, input: "")
            #expect(try outcome.json.objectValue != nil)
            #expect(outcome.code == (script == .removeCredentials ? 1 : 0))
            #expect(!(outcome.output + outcome.errors).contains("CANARY"))
        }
    }

    @Test("arguments with spaces, quotes, line breaks and nothing at all arrive as they are")
    func oddArguments() async throws {
        try await withVault { program in
            let script = BuiltProgram.script("setup_connector")
            let none = try await program.run(script, [], input: "")
            #expect(try none.json["action"] == "list_exchanges")
            let odd = try await program.run(
                script, ["--connector", "", "--account", "a 'b' \"c\"\n$(touch \(program.root)/never)"], input: "")
            #expect(odd.code == 0)
            #expect(try odd.json["action"] == "list_exchanges")
            #expect(!FileManager.default.fileExists(atPath: program.root + "/never"))
        }
    }

    @Test("without the program a script says so in JSON")
    func notInstalled() async throws {
        try await withTemporaryFolder { root in
            var program = try BuiltProgram(root)
            program.environment["KEYS_MANAGER_BIN"] = root + "/missing"
            let outcome = try await program.run(BuiltProgram.script("list_connectors"), [], input: "")
            #expect(outcome.code == 1)
            #expect(try outcome.json["error"] == "keys-manager is not installed")
        }
    }

    @Test("the environment's secrets are gone from the process once it runs")
    func environment() async throws {
        try await withTemporaryFolder { root in
            var program = try BuiltProgram(root)
            program.environment["CONFIG_PASSWORD"] = "CANARY-config"
            program.environment["API_PASS"] = "CANARY-pass"
            let server = try program.start(
                BuiltProgram.path(),
                [
                    "serve", "--port", "0", "--quiet", "--format", "json", "--api-user", "me", "--api-pass",
                    "CANARY-argument",
                ])
            let announced = await server.nextOutput()
            #expect(announced.contains("http://127.0.0.1:"))
            // Only root may read it, since the process forbids dumps.
            let environment = try? contents("/proc/\(server.processIdentifier)/environ")
            #expect(environment == nil || !String(decoding: environment ?? [], as: UTF8.self).contains("CANARY"))
            #expect((environment != nil) == (geteuid() == 0))
            let arguments = String(decoding: try contents("/proc/\(server.processIdentifier)/cmdline"), as: UTF8.self)
            #expect(arguments.contains("--api-pass"))
            #expect(!arguments.contains("CANARY"))
            let limits = String(decoding: try contents("/proc/\(server.processIdentifier)/limits"), as: UTF8.self)
            #expect(
                limits.split(separator: "\n").contains {
                    $0.hasPrefix("Max core file size        0                    0")
                })
            server.terminate()
            #expect(try await server.finish().code == 0)
        }
    }

    @Test("a server starts from nothing, serves the command line and ends at SIGTERM")
    func server() async throws {
        try await withProgram { program in
            let root = program.root
            let server = try program.start(BuiltProgram.path(), ["serve", "--port", "0", "--format", "json"])
            let url = try #require(try JSON(parsing: await server.nextOutput())["url"]?.stringValue)
            let added = try await program.run(
                "credential", "add", "binance", "--credentials", "-", "--api-url", url, input: Self.canary)
            #expect(added.code == 0)
            #expect(
                try await program.run("credential", "list", "--bots", root + "/.hummingbot/bots").output.contains(
                    "binance"))
            #expect(try await program.run("password", "check").code == 0)
            let script = try await program.run(
                BuiltProgram.script("list_account_credentials"), ["--api-url", url], input: "")
            #expect(try script.json["credentials_by_account"]?["master_account"]?["count"] == 1)
            server.terminate()
            let outcome = try await server.finish()
            #expect(outcome.code == 0)
            #expect(outcome.errors.contains("~/.hummingbot/.env"))
            #expect(!outcome.errors.contains("CANARY"))
            let generated = DotEnv(parsing: try contents(root + "/.hummingbot/.env")).values
            for name in ["API_PASS", "CONFIG_PASSWORD"] {
                #expect(!outcome.errors.contains(try #require(generated[name])))
            }
        }
    }
}
