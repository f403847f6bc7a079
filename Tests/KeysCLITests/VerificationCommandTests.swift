import Credentials
import ExchangeSimulators
import ExchangeVerification
import KeyManagement
import OrderedJSON
import Synchronization
import Testing
import VaultTesting

@testable import KeysCLI

@Suite("Commands that check keys")
struct VerificationCommandTests {
    private static let keys = #"{"api_key": "the-key", "api_secret": "the-secret"}"#
    private static let wrongKeys = #"{"api_key": "the-key", "api_secret": "CANARY-secret"}"#

    /// The command line over a new vault, with simulated exchanges.
    private func withProgram(
        _ hosts: [ExchangeHost] = [.binance], _ body: (TestProgram, SimulatorFleet) async throws -> Void
    ) async throws {
        try await withExchangeSimulators(hosts) { fleet in
            try await withTemporaryFolder { root in
                var program = try TestProgram(root)
                program.asksExchanges = true
                for (connector, url) in fleet.urlsByConnector {
                    program.environment["EXCHANGE_URL_\(connector.uppercased())"] = url
                }
                try await program.createVault()
                try await body(program, fleet)
            }
        }
    }

    private func add(_ program: TestProgram, _ more: String..., input: String = Self.keys) async -> TestProgram.Outcome
    {
        await program.run(
            ["credential", "add", "binance", "--credentials", "-"] + more, input: Array(input.utf8))
    }

    @Test("adding tells what the key may do, and the list what the exchange said")
    func good() async throws {
        try await withProgram { (program, fleet) async throws in
            await fleet[.binance]?.register(.binance())
            let added = await add(program)
            #expect(added.code == 0)
            #expect(added.errors.contains("it may read, trade spot"))
            let listed = await program.run("credential", "list")
            #expect(listed.output.contains("CHECKED"))
            #expect(listed.output.contains("valid, 20"))
            let json = try await program.run("credential", "list", "--format", "json").json
            #expect(json.arrayValue?.first?["verification"]?["outcome"] == "valid")
        }
    }

    @Test("a refused key ends with 77, a check that comes to nothing with 69, and nothing is saved")
    func refusals() async throws {
        try await withProgram { (program, fleet) async throws in
            let exchange = try #require(fleet[.binance])
            await exchange.register(.binance())
            let wrong = await add(program, input: Self.wrongKeys)
            #expect(wrong.code == 77)
            #expect(wrong.errors.contains("error: The binance key was refused: the secret does not belong to the key"))
            #expect(wrong.errors.contains("hint: Enter the secret once more"))
            #expect(!(wrong.errors + wrong.output).contains("CANARY"))
            await exchange.inject(Fault(.maintenance))
            let down = await add(program)
            #expect(down.code == 69)
            #expect(await program.run("credential", "list").output.contains("No credentials."))
            #expect(await add(program, "--save-unverified").code == 0)
        }
    }

    @Test("--no-verify asks nobody and goes with no other option about checks")
    func noVerify() async throws {
        try await withProgram { (program, fleet) async throws in
            #expect(await add(program, "--no-verify", input: Self.wrongKeys).code == 0)
            #expect(await fleet[.binance]?.requests.isEmpty == true)
            #expect(await add(program, "--no-verify", "--allow-withdrawals").code == 64)
        }
    }

    @Test(
        "an address of an exchange that cannot be used is told before anything is sent",
        arguments: [
            "binance=http://exchange.example", "binance", "nonsense=https://exchange.example", "binance=ftp://x",
        ])
    func badAddresses(address: String) async throws {
        try await withProgram { (program, fleet) async throws in
            #expect(await add(program, "--exchange-url", address).code == 64)
            #expect(await fleet[.binance]?.requests.isEmpty == true)
        }
    }

    @Test("a variable for no connector is told and stops nothing, unlike an option")
    func strangeVariable() async throws {
        try await withProgram { (program, fleet) async throws in
            var program = program
            program.environment["EXCHANGE_URL_FOO"] = "https://x.example"
            await fleet[.binance]?.register(.binance())
            let added = await add(program)
            #expect(added.code == 0)
            #expect(added.errors.contains("warning: EXCHANGE_URL_FOO names no connector"))
            #expect(await program.run("credential", "verify", "--all", "--quiet").code == 0)
            #expect(await add(program, "--exchange-url", "foo=https://x.example").code == 64)
        }
    }

    @Test("verify says which keys, and ends with 77 when one is refused")
    func verify() async throws {
        try await withProgram { (program, fleet) async throws in
            await fleet[.binance]?.register(.binance())
            #expect(await add(program).code == 0)
            #expect(await program.run("credential", "verify").code == 64)
            let good = await program.run("credential", "verify", "--all")
            #expect(good.code == 0)
            #expect(good.output.contains("valid"))
            await fleet[.binance]?.reset()
            let refused = await program.run("credential", "verify", "--connector", "binance", "--format", "json")
            #expect(refused.code == 77)
            #expect(try refused.json.arrayValue?.first?["verification"]?["outcome"] == "rejected")
            #expect(await program.run("credential", "verify", "--connector", "okx").code == 66)
            #expect(await program.run("credential", "list").output.contains("rejected"))
        }
    }

    @Test("an audit ends with 0, 2, 69 or 77, the gravest first")
    func audit() async throws {
        try await withProgram { (program, fleet) async throws in
            let exchange = try #require(fleet[.binance])
            #expect(await program.run("credential", "audit").code == 0)
            await exchange.register(.binance())
            #expect(await add(program).code == 0)
            let good = await program.run("credential", "audit", "--format", "json")
            #expect(good.code == 0)
            #expect(try good.json["result"] == "good")
            let audited = try #require(try good.json["credentials"]?.arrayValue?.first)
            #expect(audited["age_since"] == "created")
            #expect((audited["age_days"]?.integerValue ?? 0) > 365)
            await exchange.register(.binance(addresses: []))
            let warned = await program.run("credential", "audit")
            #expect(warned.code == 2)
            #expect(warned.errors.contains("not bound to internet addresses"))
            await exchange.register(.binance(rights: [.read, .tradeSpot, .withdraw]))
            #expect(await program.run("credential", "audit").code == 77)
            #expect(await program.run("credential", "audit", "--allow-withdrawals").code == 2)
            await exchange.inject(Fault(.maintenance))
            #expect(await program.run("credential", "audit").code == 69)
        }
    }

    @Test("what could not be checked, a damaged file or another password's, ends with 69, before a warning, after 77")
    func uncheckedKeys() async throws {
        try await withProgram([.binance, .okx]) { (program, fleet) async throws in
            await fleet[.binance]?.register(.binance(addresses: []))
            #expect(await add(program).code == 0)
            let okx = #"{"api_key": "k", "secret_key": "s", "passphrase": "p"}"#
            let added = await program.run(
                "credential", "add", "okx", "--credentials", "-", "--no-verify", input: okx)
            #expect(added.code == 0)
            let file = program.vault + "/credentials/master_account/connectors/okx.yml"
            let text = String(decoding: try contents(file), as: UTF8.self)
            try program.write(text.replacing("okx_passphrase", with: "okx_unknown"), to: file)
            let audited = await program.run("credential", "audit", "--format", "json")
            #expect(audited.code == 69)
            #expect(try audited.json["result"] == "inconclusive")
            #expect(await program.run("credential", "verify", "--all").code == 69)

            // Sealed under another password.
            try await withTemporaryFolder { root in
                var other = try TestProgram(root)
                try await other.createVault(password: "another password")
                let added = await other.run(
                    "credential", "add", "okx", "--credentials", "-", "--no-verify", input: okx)
                #expect(added.code == 0)
                let foreign = other.vault + "/credentials/master_account/connectors/okx.yml"
                try program.write(String(decoding: try contents(foreign), as: UTF8.self), to: file)
            }
            let foreign = await program.run("credential", "audit")
            #expect(foreign.code == 69)
            #expect(foreign.output.contains("failed"))
            #expect(await program.run("credential", "verify", "--connector", "okx").code == 69)
            await fleet[.binance]?.reset()
            #expect(await program.run("credential", "audit").code == 77)
        }
    }

    @Test("docs/dex-keys.md shows what comes of its commands", arguments: ["dydx_v4_perpetual", "xrpl"])
    func transcripts(_ connector: String) async throws {
        let (phrase, address) = (
            Array(repeating: "abandon", count: 11).joined(separator: " ") + " about",
            "dydx19rl4cm2hmr8afy4kldpxz3fka4jguq0a4erelz"
        )
        let account = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
        try await withProgram([.dydx, .xrpl]) { (program, fleet) async throws in
            await fleet[.dydx]?.register(SimulatedWallet(address: address, role: .user, accountValue: "1000"))
            await fleet[.xrpl]?.register(SimulatedWallet(address: account, role: .user))
            let input =
                connector == "xrpl"
                ? #"{"secret_key": "snoPBrXtMeMyMHUVTgbuqAfg1SUTb"}"#
                : #"{"secret_phrase": "\#(phrase)", "chain_address": "\#(address)"}"#
            let added = await program.run("credential", "add", connector, "--credentials", "-", input: input)
            let told = added.errors.split(separator: "\n").filter { !$0.contains("asked elsewhere than usual") }
            let lines = added.output + told.joined(separator: "\n").replacing(account, with: "r…")
            let file = connector == "xrpl" ? "xrpl.json" : "dydx.json"
            let transcript = "credential add \(connector) --credentials @\(file)\n\(lines)\n```"
            let document = try contents(BuiltProgram.packageFolder + "/docs/dex-keys.md")
            #expect(String(decoding: document, as: UTF8.self).contains(transcript), "\(transcript)")
        }
    }

    @Test("keys whose requests are counted are left out, and that is said")
    func counted() async throws {
        try await withProgram([.kraken]) { (program, fleet) async throws in
            let keys = #"{"api_key": "the-key", "api_secret": "\#(String(repeating: "A", count: 86))=="}"#
            let added = await program.run(
                "credential", "add", "kraken", "--credentials", "-", "--no-verify", input: keys)
            #expect(added.code == 0)
            let audit = await program.run("credential", "audit")
            #expect(audit.code == 0)
            #expect(audit.output.contains("left out"))
            #expect(audit.errors.contains("--with-counted"))
            #expect(await fleet[.kraken]?.requests.isEmpty == true)
            #expect(await program.run("credential", "audit", "--with-counted").code == 77)
            #expect(await fleet[.kraken]?.requests.isEmpty == false)
        }
    }

    @Test("the skill's scripts answer a refused key as its documentation says")
    func skill() async throws {
        try await withProgram { (program, fleet) async throws in
            let arguments = ["--connector", "binance", "--account", "master_account", "--credentials"]
            await fleet[.binance]?.register(.binance())
            let refused = await program.runSkill(.setupConnector, arguments + [Self.wrongKeys])
            #expect(refused.code == 1)
            #expect(try refused.json["error"] == "Invalid credentials")
            #expect(try refused.json["detail"]?.stringValue?.contains("secret does not belong") == true)
            let added = await program.runSkill(.setupConnector, arguments + [Self.keys])
            #expect(try added.json["action"] == "credentials_added")
            let again = await program.runSkill(.setupConnector, arguments + [Self.keys])
            #expect(try again.json["action"] == "requires_confirmation")
            let replaced = await program.runSkill(.setupConnector, arguments + [Self.keys, "--force"])
            #expect(try replaced.json["action"] == "credentials_overridden")
            await fleet[.binance]?.inject(Fault(.maintenance))
            let unverified = await program.runSkill(.addCredentials, arguments + [Self.keys, "--force"])
            #expect(try unverified.json["error"] == "Failed to add credentials")
            let insisted = await program.runSkill(
                .addCredentials, arguments + [Self.keys, "--force", "--save-unverified"])
            #expect(try insisted.json["status"] == "success")
        }
    }

    @Test("through a server of this program, that server asks")
    func remote() async throws {
        try await withVerification([.binance]) { fleet, verification in
            await fleet[.binance]?.register(.binance(rights: [.read, .tradeSpot, .withdraw]))
            try await withTemporaryFolder { root in
                let keys = try await TestVault.created(at: root, verification: verification)
                try await withTemporaryFolder { surroundings in
                    var program = try TestProgram(surroundings)
                    program.asksExchanges = true
                    program.environment = ["API_USER": "tester", "API_PASS": "a password"]
                    try await withKeysManagerServer(over: keys) { [program] (url) async throws in
                        var program = program
                        program.environment["API_URL"] = url
                        let refused = await add(program)
                        #expect(refused.code == 77)
                        #expect(refused.errors.contains("funds can leave the account"))
                        #expect(await add(program, "--exchange-url", "binance=https://x.example").code == 64)
                        let added = await add(program, "--allow-withdrawals", "--format", "json")
                        #expect(added.code == 0)
                        #expect(try added.json["verification"]?["rights"]?["withdraw"] == true)
                        #expect(await program.run("credential", "verify", "--all").code == 77)
                        #expect(await program.run("credential", "verify", "--all", "--allow-withdrawals").code == 0)
                        #expect(await program.run("credential", "list").output.contains("valid, 20"))
                    }
                }
            }
        }
    }

    @Test("before a real Hummingbot API, the command line asks itself")
    func hummingbot() async throws {
        try await withExchangeSimulators([.okx]) { fleet in
            await fleet[.okx]?.register(SimulatedKey(key: "the-key", secret: "the-secret", passphrase: "words"))
            try await withTemporaryFolder { root in
                let server = SimulatedHummingbotAPI()
                try await withServer {
                    server.application(onListening: $0)
                } _: { port in
                    var program = try TestProgram(root)
                    program.asksExchanges = true
                    program.environment = [
                        "API_URL": "http://127.0.0.1:\(port)", "API_USER": "admin", "API_PASS": "admin",
                        "EXCHANGE_URL_OKX": fleet.url(of: .okx) ?? "",
                    ]
                    let arguments = ["credential", "add", "okx", "-a", "test_acc", "--credentials", "-"]
                    let wrong = #"{"api_key": "the-key", "secret_key": "no", "passphrase": "words"}"#
                    #expect(await program.run(arguments, input: Array(wrong.utf8)).code == 77)
                    #expect(!server.requests.contains { $0.method == "POST" })
                    let good = wrong.replacing("\"no\"", with: "\"the-secret\"")
                    #expect(await program.run(arguments, input: Array(good.utf8)).code == 0)
                    #expect(server.requests.contains { $0.method == "POST" })
                }
            }
        }
    }

    @Test("a server checks again and again, spread over time, and says what it found")
    func periodic() async throws {
        try await withVerification([.binance]) { fleet, verification in
            await fleet[.binance]?.register(.binance())
            try await withTemporaryFolder { root in
                let keys = try await TestVault.created(at: root, verification: verification)
                _ = try await keys.save(TestVault.binance())
                await fleet[.binance]?.reset()
                let pauses = Mutex<[Int]>([])
                let log = LogRecorder()
                let checks = PeriodicVerification(
                    keys: keys, interval: 3600, logger: log.logger,
                    sleep: { pause in
                        let count = pauses.withLock {
                            $0.append(pause)
                            return $0.count
                        }
                        if count > 2 { throw CancellationError() }
                    },
                    random: { 0.5 })
                await checks.run()
                #expect(pauses.withLock { $0 } == [180_000, 3_600_000, 3_600_000])
                #expect(
                    log.lines.contains(
                        "warning key refused by its exchange account=master_account causes=wrong_key "
                            + "connector=binance"))
                #expect(try await keys.credentials(in: .master).first?.report?.outcome == .rejected)
            }
        }
    }
}
