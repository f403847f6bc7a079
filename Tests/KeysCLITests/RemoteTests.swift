import Credentials
import OrderedJSON
import Synchronization
import Testing
import VaultTesting

@testable import KeysCLI

@Suite("Commands through a server of this program")
struct RemoteTests {
    private static let okx = #"{"api_key": "CANARY-1", "api_secret": "CANARY-2", "passphrase": "CANARY-3"}"#

    private func withRemote(
        _ body: @Sendable (_ program: TestProgram, _ url: String) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { root in
            let keys = try await TestVault.created(at: root)
            try await withTemporaryFolder { surroundings in
                var program = try TestProgram(surroundings)
                program.environment = ["API_USER": "tester", "API_PASS": "a password"]
                try await withKeysManagerServer(over: keys) { [program] url in
                    var program = program
                    program.environment["API_URL"] = url
                    try await body(program, url)
                }
            }
        }
    }

    @Test("do what they do on a folder")
    func life() async throws {
        try await withRemote { program, _ in
            #expect(await program.run("account", "create", "second").code == 0)
            #expect(await program.run("account", "create", "second").code == 73)
            let added = await program.run(
                "credential", "add", "okx", "-a", "second", "--credentials", "-", "--format", "json", input: Self.okx)
            #expect(added.code == 0)
            let revision = try #require(try added.json["revision"]?.stringValue)
            #expect(
                await program.run("credential", "add", "okx", "-a", "second", "--credentials", "-", input: Self.okx)
                    .code == 73)
            let shown = await program.run("credential", "show", "okx", "-a", "second")
            #expect(shown.output.contains("<secret>"))
            #expect(!shown.output.contains("CANARY"))
            #expect(await program.run("credential", "show", "okx", "-a", "second", "--reveal").code == 64)
            #expect(await program.run("credential", "show", "kraken", "-a", "second").code == 66)
            let listed = await program.run("credential", "list", "--format", "json")
            #expect(try listed.json.arrayValue?.first?["revision"]?.stringValue == revision)
            let replaced = await program.run(
                "credential", "replace", "okx", "-a", "second", "--credentials", "-", "--revision", revision,
                input: Self.okx)
            #expect(replaced.code == 0)
            #expect(replaced.errors.contains("trash restore"))
            let stale = await program.run(
                "credential", "replace", "okx", "-a", "second", "--credentials", "-", "--revision", revision,
                input: Self.okx)
            #expect(stale.code == 75)
            let removed = await program.run("credential", "remove", "okx", "-a", "second", "--format", "json")
            let undo = try #require(try removed.json["undo"]?.stringValue)
            #expect(await program.run("trash", "list").output.contains(undo))
            #expect(await program.run("trash", "restore", undo).code == 0)
            #expect(await program.run("credential", "list").output.contains("okx"))
            #expect(await program.run("account", "delete", "second", "--yes").code == 0)
            #expect(await program.run("account", "delete", "master_account", "--yes").code == 64)
            #expect(await program.run("trash", "purge", "--all", "--yes").output == "Purged 2 entries.\n")
            #expect(await program.run("connector", "list", "okx").output.contains("okx_perpetual"))
        }
    }

    @Test("values that do not fit come back with the fields' names")
    func invalidInput() async throws {
        try await withRemote { program, _ in
            let outcome = await program.run(
                "credential", "add", "okx", "--credentials", "-", input: #"{"api_key": "CANARY"}"#)
            #expect(outcome.code == 64)
            #expect(outcome.errors.contains("okx_secret_key"))
            #expect(!outcome.errors.contains("CANARY"))
        }
    }

    @Test("lock and unlock the server's vault")
    func locking() async throws {
        try await withRemote { program, _ in
            #expect(await program.run("vault", "lock").output == "Locked.\n")
            #expect(await program.run("vault", "status").output.contains("locked"))
            #expect(await program.run("credential", "add", "okx", "--credentials", "-", input: Self.okx).code == 78)
            #expect(await program.run("vault", "unlock", "--password-stdin", input: "wrong").code == 77)
            let password = TestVault.password.exposed()
            #expect(await program.run("vault", "unlock", "--password-stdin", input: password).output == "Unlocked.\n")
            #expect(await program.run("credential", "add", "okx", "--credentials", "-", input: Self.okx).code == 0)
        }
    }

    @Test("this machine's config password is never sent to a server")
    func noConfigPassword() async throws {
        try await withRemote { program, _ in
            var program = program
            program.environment["CONFIG_PASSWORD"] = TestVault.password.exposed()
            _ = await program.run("vault", "lock")
            #expect(await program.run("vault", "unlock").code == 64)
            #expect(await program.run("vault", "status").output.contains("locked"))
            #expect(await program.run("password", "check").code == 64)
        }
    }

    @Test("a wrong login ends with 77, an address without a server with 69")
    func refusals() async throws {
        try await withRemote { program, url in
            var program = program
            let wrong = await program.run("account", "list", "--api-pass-stdin", input: "CANARY\n")
            #expect(wrong.code == 77)
            #expect(!wrong.errors.contains("CANARY"))
            program.environment = [:]
            #expect(await program.run("account", "list", "--api-url", url).code == 77)
            #expect(await program.run("account", "list", "--api-url", "http://127.0.0.1:1").code == 69)
        }
    }

    @Test("the skill's scripts work through it, the password among their arguments")
    func skill() async throws {
        try await withRemote { program, url in
            var program = program
            program.environment = [:]
            let words = ["--api-url", url, "--api-user", "tester", "--api-pass", "a password"]
            let outcome = await program.runSkill(.listConnectors, words)
            #expect(outcome.code == 0)
            let json = try outcome.json
            #expect(json["accounts"] == ["master_account"])
        }
    }
}

@Suite("Which servers are talked to")
struct ServerConnectionTests {
    private static let elsewhere = "https://keys.example"

    /// Takes the connection as far as the decision, without a request.
    private func run(_ program: TestProgram, _ arguments: String...) async -> TestProgram.Outcome {
        await program.run(["account", "list"] + arguments, input: [])
    }

    @Test("another machine that the current folder's .env names needs a yes before anything is sent")
    func plantedServer() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            program.environment = ["API_PASS": "CANARY"]
            try program.write("API_URL=\(Self.elsewhere)\n", to: program.current + "/.env")
            let unasked = await run(program)
            #expect(unasked.code == 64)
            #expect(unasked.errors.contains("https://keys.example"))
            #expect(unasked.errors.contains("--yes"))
            program.terminal = ScriptedTerminal(["n"])
            #expect(await run(program).code == 1)
            #expect(program.terminal?.shown.contains("https://keys.example") == true)
        }
    }

    @Test("a server on this machine that the current folder's .env names is told, and gets no login without a yes")
    func plantedLocalServer() async throws {
        let api = SimulatedHummingbotAPI()
        try await withServer {
            api.application(onListening: $0)
        } _: { port in
            try await withTemporaryFolder { root in
                var program = try TestProgram(root)
                let url = "http://127.0.0.1:\(port)"
                try program.write("API_URL=\(url)\n", to: program.current + "/.env")
                program.environment = ["API_USER": "admin", "API_PASS": "admin"]
                let unasked = await run(program)
                #expect(unasked.code == 64)
                #expect(unasked.errors.contains("--yes"))
                program.terminal = ScriptedTerminal(["n"])
                #expect(await run(program).code == 1)
                #expect(api.requests.isEmpty)
                let agreed = await run(program, "--yes")
                #expect(agreed.code == 0)
                #expect(agreed.errors == "keys-manager: note: Working through \(url), which ./.env names.\n")
                // A folder with both is a project of its own.
                program.environment = [:]
                program.terminal = nil
                try program.write(
                    "API_URL=\(url)\nAPI_USER=admin\nAPI_PASS=admin\n", to: program.current + "/.env")
                #expect(await run(program).code == 0)
            }
        }
    }

    @Test("plain http to another machine needs --insecure-http, wherever it is named")
    func plainHTTP() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            program.environment = ["API_PASS": "CANARY", "API_URL": "http://keys.example"]
            let outcome = await run(program)
            #expect(outcome.code == 64)
            #expect(outcome.errors.contains("--insecure-http"))
            #expect(await run(program, "--yes").code == 64)
        }
    }

    @Test("the old servers' login is not tried on another machine")
    func noFallback() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            program.environment = ["API_URL": Self.elsewhere]
            let outcome = await run(program)
            #expect(outcome.code == 78)
            #expect(outcome.errors.contains("API_PASS"))
        }
    }

    @Test("a redirect is not followed")
    func redirect() async throws {
        let api = SimulatedHummingbotAPI()
        try await withServer {
            api.application(onListening: $0)
        } _: { port in
            try await withTemporaryFolder { root in
                let outcome = try await run(TestProgram(root), "--api-url", "http://127.0.0.1:\(port)/moved")
                #expect(outcome.code == 69)
                #expect(outcome.errors.contains("points elsewhere"))
            }
        }
    }
}

@Suite("Commands through a Hummingbot API")
struct HummingbotServerTests {
    private static let okx = #"{"api_key": "CANARY-1", "api_secret": "CANARY-2", "passphrase": "CANARY-3"}"#

    private func withHummingbot(
        _ body: @Sendable (_ program: TestProgram, _ api: SimulatedHummingbotAPI) async throws -> Void
    ) async throws {
        let api = SimulatedHummingbotAPI()
        try await withServer {
            api.application(onListening: $0)
        } _: { port in
            try await withTemporaryFolder { root in
                var program = try TestProgram(root)
                program.environment = ["API_URL": "http://127.0.0.1:\(port)"]
                try await body(program, api)
            }
        }
    }

    @Test("lists accounts, credentials and connectors, sorted and by their bare names")
    func lists() async throws {
        try await withHummingbot { program, _ in
            let accounts = try await program.run("account", "list", "--format", "json").json
            #expect(
                accounts == [
                    ["account": "master_account", "credentials": 1], ["account": "test_acc", "credentials": 0],
                ])
            let credentials = try await program.run("credential", "list", "--format", "json").json
            #expect(
                credentials == [
                    [
                        "account": "master_account", "connector": "binance", "state": "stored", "problem": nil,
                        "modified_at": nil, "revision": nil, "verification": nil,
                    ]
                ])
            let connectors = await program.run("connector", "list")
            #expect(connectors.output.split(separator: "\n").dropFirst().map { $0.prefix(3) } == ["bin", "kra", "okx"])
            #expect(await program.run("credential", "list", "--account", "nobody").code == 66)
        }
    }

    @Test("an addition sends every field, defaults included, after looking whether there is one")
    func everyField() async throws {
        try await withHummingbot { program, api in
            let outcome = await program.run(
                "credential", "add", "okx", "-a", "test_acc", "--credentials", "-", input: Self.okx)
            #expect(outcome.code == 0)
            let sent = try #require(api.requests.last { $0.method == "POST" })
            #expect(sent.path == "/accounts/add-credential/test_acc/okx")
            #expect(
                try JSON(parsing: sent.body) == [
                    "okx_api_key": "CANARY-1", "okx_secret_key": "CANARY-2", "okx_passphrase": "CANARY-3",
                    "okx_registration_sub_domain": "www",
                ])
            #expect(api.credentials(of: "test_acc") == ["okx"])
        }
    }

    @Test("values are checked before the server sees them")
    func checkedFirst() async throws {
        try await withHummingbot { program, api in
            let outcome = await program.run(
                "credential", "add", "okx", "--credentials", "-", input: #"{"api_key": "CANARY"}"#)
            #expect(outcome.code == 64)
            #expect(!api.requests.contains { $0.method == "POST" })
        }
    }

    @Test("what is there is not overwritten by add, what is not there is not made by replace")
    func modes() async throws {
        try await withHummingbot { program, api in
            let input = #"{"api_key": "k", "api_secret": "s"}"#
            #expect(await program.run("credential", "add", "binance", "--credentials", "-", input: input).code == 73)
            #expect(await program.run("credential", "replace", "okx", "--credentials", "-", input: Self.okx).code == 66)
            let seen = await program.run(
                "credential", "replace", "binance", "--credentials", "-", "--revision",
                String(repeating: "a", count: 32),
                input: input)
            #expect(seen.code == 64)
            #expect(seen.errors.contains("cannot tell one version of a credential from another"))
            #expect(!api.requests.contains { $0.method == "POST" })
            #expect(await program.run("credential", "replace", "binance", "--credentials", "-", input: input).code == 0)
        }
    }

    @Test("removing what is not there is no success, although the server says so")
    func remove() async throws {
        try await withHummingbot { program, api in
            #expect(await program.run("credential", "remove", "okx", "--yes").code == 66)
            // There is no trash behind this server, so a removal needs a yes.
            #expect(await program.run("credential", "remove", "binance").code == 64)
            #expect(api.credentials(of: "master_account") == ["binance.yml"])
            let removed = await program.run("credential", "remove", "binance", "--yes", "--format", "json")
            #expect(removed.code == 0)
            let json = try removed.json
            #expect(json["undo"] == .null)
            #expect(api.credentials(of: "master_account") == [])
        }
    }

    @Test("accounts are created and deleted, and looked for first")
    func accounts() async throws {
        try await withHummingbot { program, _ in
            #expect(await program.run("account", "create", "test_acc").code == 73)
            #expect(await program.run("account", "create", "third").code == 0)
            #expect(await program.run("account", "delete", "third", "--yes").code == 0)
            #expect(await program.run("account", "delete", "third", "--yes").code == 66)
            #expect(await program.run("account", "delete", "master_account", "--yes").code == 64)
        }
    }

    @Test(
        "what such a server cannot do is said",
        arguments: [
            ["trash", "list"], ["trash", "purge", "--all", "--yes"], ["vault", "lock"],
            ["credential", "show", "binance"],
        ])
    func unsupported(_ arguments: [String]) async throws {
        try await withHummingbot { program, _ in
            let outcome = await program.run(arguments, input: [])
            #expect(outcome.code == 64)
            #expect(outcome.errors.contains("is a Hummingbot API, which cannot"))
        }
    }

    @Test("a refusal is told without the secrets that the server repeats")
    func refusal() async throws {
        try await withHummingbot { program, api in
            for (said, code) in [
                ("1 validation error: input_value='CANARY-2'", Int32(64)), ("Cannot connect to host okx.com:443", 69),
                ("Failed to authenticate for master_account", 77),
            ] {
                api.refusal.withLock { $0 = said }
                let outcome = await program.run("credential", "add", "okx", "--credentials", "-", input: Self.okx)
                #expect(outcome.code == code)
                #expect(!outcome.errors.contains("CANARY"))
            }
        }
    }

    @Test("an unknown connector and an unknown required field are told")
    func unknown() async throws {
        try await withHummingbot { program, _ in
            let unknown = await program.run(
                "credential", "add", "bybit", "--credentials", "-", input: #"{"api_key": "k", "api_secret": "s"}"#)
            #expect(unknown.code == 66)
            let newer = await program.run(
                "credential", "add", "kraken", "--credentials", "-", input: #"{"api_key": "k", "api_secret": "s"}"#)
            #expect(newer.code == 64)
            #expect(newer.errors.contains("kraken_new"))
        }
    }

    @Test("a wrong login is refused before anything else")
    func login() async throws {
        try await withHummingbot { program, api in
            let outcome = await program.run(
                "credential", "add", "okx", "--api-pass-stdin", "--credentials", "{}", input: "wrong")
            #expect(outcome.code == 77)
            #expect(!api.requests.contains { $0.method == "POST" })
        }
    }
}
