import Credentials
import Foundation
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysCLI

@Suite("password change and vault adopt")
struct PasswordChangeCommandTests {
    private static let binance = #"{"api_key": "CANARY-key", "api_secret": "CANARY-secret"}"#
    private static let own = "/.hummingbot/.env"

    /// A vault whose password stands in the `.env` of ours.
    private static func makeVault(_ program: inout TestProgram, env: String) async throws {
        try await program.createVault()
        _ = await program.run("credential", "add", "binance", "--credentials", "-", input: binance)
        try program.write(env, to: program.home + own)
        program.environment = [:]
    }

    @Test("rewrites the one line of our .env, and everything else in it survives")
    func envFile() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await Self.makeVault(
                &program,
                env: "# mine\nAPI_PASS='x y'\nexport CONFIG_PASSWORD=\"a config password\"   # keep\n\nLAST=1\n")
            let new = program.root + "/new"
            try program.write("it's $new \"pass\\word\"\n", to: new)
            let outcome = await program.run("password", "change", "--new-password-file", new, "--format", "json")
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(try outcome.json["changed"] == true)
            #expect(try outcome.json["secrets"] == 2)
            #expect(try outcome.json["files"] == 2)
            #expect(try outcome.json["password_file"]?.stringValue == program.home + Self.own)
            #expect(try outcome.json["notices"]?.arrayValue?.count == 4)
            #expect(!(outcome.output + outcome.errors).contains("pass\\word"))
            let text = String(decoding: try contents(program.home + Self.own), as: UTF8.self)
            #expect(
                text
                    == "# mine\nAPI_PASS='x y'\nexport CONFIG_PASSWORD=\"it's \\$new \\\"pass\\\\word\\\"\"   # keep\n\nLAST=1\n"
            )
            #expect(try mode(program.home + Self.own) == 0o600)
            // The next command finds it there.
            let shown = await program.run("credential", "show", "binance", "--reveal")
            #expect(shown.output.contains("CANARY-secret"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: program.home + "/.hummingbot").sorted() == [
                    ".env", "bots",
                ])
        }
    }

    @Test("leaves our .env alone for a vault beside the usual one, whose only copy of the password it may hold")
    func vaultBeside() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await Self.makeVault(&program, env: "CONFIG_PASSWORD='a config password'\n")
            let other = program.root + "/other/bots"
            let made = await program.run("vault", "create", "--bots", other)
            #expect(made.code == 0, "\(made.errors)")
            let outcome = await program.run(
                "password", "change", "--bots", other, "--new-password-stdin", input: "new one\n")
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("~/.hummingbot/bots may need, so that file stays as it is"))
            #expect(outcome.errors.contains("is still the password before, for ~/.hummingbot/bots"))
            #expect(
                String(decoding: try contents(program.home + Self.own), as: UTF8.self)
                    == "CONFIG_PASSWORD='a config password'\n")
            #expect(await program.run("credential", "show", "binance", "--reveal").code == 0)
            #expect(await program.run("password", "check", "--bots", other).code == 77)
        }
    }

    @Test("says before a generated password is overwritten that backups go on needing it")
    func passwordThatGoes() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await Self.makeVault(&program, env: "CONFIG_PASSWORD='a config password'\n")
            let outcome = await program.run("password", "change", "--new-password-stdin", input: "new one\n")
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("The present password goes from ~/.hummingbot/.env."))
            #expect(outcome.errors.contains("Backups made before open under the old password only"))
        }
    }

    @Test("says before and after what to change where it cannot")
    func otherPlaces() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await Self.makeVault(&program, env: "CONFIG_PASSWORD=another vault's\n")
            program.environment = ["CONFIG_PASSWORD": "a config password"]
            try program.write("CONFIG_PASSWORD='a config password'\n", to: program.current + "/.env")
            let outcome = await program.run("password", "change", "--new-password-stdin", input: "new one\n")
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.output.hasPrefix("Changed the config password; 2 secrets in 2 files are sealed anew."))
            for place in ["the environment", program.folders.abbreviate(program.current + "/.env")] {
                #expect(outcome.errors.components(separatedBy: place).count == 3, "\(place)")
            }
            for word in ["Bots that are deployed", "running Hummingbot API", "Gateway"] {
                #expect(outcome.errors.contains(word))
            }
            // What belongs to another vault, or is not ours, stays.
            #expect(
                String(decoding: try contents(program.home + Self.own), as: UTF8.self)
                    == "CONFIG_PASSWORD=another vault's\n")
            #expect(
                String(decoding: try contents(program.current + "/.env"), as: UTF8.self)
                    == "CONFIG_PASSWORD='a config password'\n")
            #expect(await program.run("password", "check").code == 77)
            program.environment = ["CONFIG_PASSWORD": "new one"]
            #expect(await program.run("password", "check").code == 0)
        }
    }

    @Test("a .env that cannot be replaced stops it beforehand, with 74")
    func mountedFile() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await Self.makeVault(&program, env: "CONFIG_PASSWORD='a config password'\n")
            guard geteuid() != 0 else {
                // Root may write everywhere; a mount in place of the file is what stops it, and that takes a namespace.
                return try await mounted(program)
            }
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o500], ofItemAtPath: program.home + "/.hummingbot")
            let outcome = await program.run("password", "change", "--new-password-stdin", input: "new one\n")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o700], ofItemAtPath: program.home + "/.hummingbot")
            #expect(outcome.code == 74)
            #expect(await program.run("password", "check").code == 0)
        }
    }

    private func mounted(_ program: TestProgram) async throws {
        let built = try BuiltProgram(program.home)
        let script = """
            mount --bind "$HOME/.hummingbot/.env" "$HOME/.hummingbot/.env" || exit 99
            printf 'new one\\n' | "$KEYS_MANAGER_BIN" password change --new-password-stdin
            """
        let outcome = try await built.run("/usr/bin/unshare", ["-m", "/bin/sh", "-c", script], input: "")
        guard outcome.code != 99, !outcome.errors.contains("unshare") else {
            return print("Skipped: this machine does not let a test mount a file (\(outcome.errors)).")
        }
        #expect(outcome.code == 74, "\(outcome.errors)")
        #expect(outcome.errors.contains("mounted on its own"))
        #expect(await program.run("password", "check").code == 0)
    }

    @Test("asks for both passwords, the new one twice")
    func prompts() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await Self.makeVault(&program, env: "")
            let terminal = ScriptedTerminal(["a config password", "new", "now", "new one", "new one"])
            program.terminal = terminal
            #expect(await program.run("password", "change").code == 0)
            #expect(terminal.hiddenAnswers.count == 5)
            program.terminal = nil
            #expect(await program.run("password", "change", "--new-password-stdin", input: "x").code == 64)
            program.environment = ["CONFIG_PASSWORD": "new one"]
            #expect(await program.run("password", "check").code == 0)
        }
    }

    @Test(
        "a wrong password ends with 77, a secret that does not open with 65, and adopt takes over what Hummingbot sealed"
    )
    func adopt() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            let password = Secret("a config password")
            let connectors = program.vault + "/credentials/master_account/connectors"
            try VaultContent.writeForeign(connectors + "/binance.yml", key: "k", secret: "s", password: password)
            var outcome = await program.run("vault", "adopt", "--format", "json")
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(try outcome.json["secrets"] == 2)
            #expect(try VaultContent(program.vault, password: password).salts.count == 1)
            outcome = await program.run("vault", "adopt")
            #expect(outcome.output == "Everything that opens is sealed under the vault's salt already.\n")
            try VaultContent.writeForeign(connectors + "/okx.yml", key: "k", secret: "s", password: Secret("another"))
            outcome = await program.run("password", "change", "--new-password-stdin", input: "new one")
            #expect(outcome.code == 65)
            #expect(outcome.errors.contains("connectors/okx.yml"))
            #expect(outcome.errors.contains("--leave-unreadable"))
            outcome = await program.run(
                "password", "change", "--new-password-stdin", "--leave-unreadable", input: "new one")
            #expect(outcome.code == 0)
            #expect(outcome.errors.contains("left as it was"))
            outcome = await program.run("password", "change", "--new-password-stdin", input: "newer")
            #expect(outcome.code == 77)
        }
    }

    @Test("a server changes its vault's password")
    func server() async throws {
        try await withTemporaryFolder { root in
            try FileManager.default.createDirectory(atPath: root + "/bots", withIntermediateDirectories: false)
            let keys = try await TestVault.created(at: root + "/bots")
            _ = try await keys.save(TestVault.binance())
            try await withKeysManagerServer(over: keys) { url in
                let program = try TestProgram(root + "/client")
                try program.write(
                    "API_URL=\(url)\nAPI_USER=tester\nAPI_PASS='a password'\n", to: program.home + Self.own)
                try program.write(TestVault.password.exposed(), to: program.root + "/old")
                let outcome = await program.run(
                    "password", "change", "--password-file", program.root + "/old", "--new-password-stdin", "--format",
                    "json", input: "new one")
                #expect(outcome.code == 0, "\(outcome.errors)")
                #expect(try outcome.json["secrets"] == 2)
                try await keys.check(Secret("new one"))
            }
        }
    }

    @Test("every password comes back from the line that was written for it")
    func roundTrip() throws {
        for password in [
            "plain", "sp ace", "it's", "a\"b", "a\\b", "$HOME", "`id`", "#hash", "ümläut", "a'b\"c\\d$e`f", "=", "\\n",
            "\\'",
        ] {
            let file = Array("A=1\nCONFIG_PASSWORD='old' # c\nB='2'".utf8)
            let changed = try #require(try DotEnv.bytes(file, changing: "CONFIG_PASSWORD", from: "old", to: password))
            #expect(DotEnv(parsing: changed).values == ["A": "1", "CONFIG_PASSWORD": password, "B": "2"])
            #expect(String(decoding: changed, as: UTF8.self).hasSuffix(" # c\nB='2'"))
            #expect(try DotEnv.bytes(changed, changing: "CONFIG_PASSWORD", from: "old", to: "x") == nil)
        }
    }
}

@Suite("vault check")
struct VaultCheckCommandTests {
    @Test("ends with 0 for a sound vault, with 65 for a changed file, and names it")
    func check() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            _ = await program.run(
                "credential", "add", "binance", "--credentials", "-", input: #"{"api_key": "k", "api_secret": "s"}"#)
            var outcome = await program.run("vault", "check")
            #expect(outcome.code == 0)
            #expect(outcome.output == "14 files, 2 secrets open; nothing is damaged.\n", "\(outcome.errors)")
            let file = program.vault + "/credentials/master_account/connectors/binance.yml"
            let text = String(decoding: try contents(file), as: UTF8.self)
            try program.write(text.replacing("config", with: "Config"), to: file)
            outcome = await program.run("vault", "check", "--format", "json")
            #expect(outcome.code == 65)
            #expect(try outcome.json["sound"] == false)
            let finding = try #require(try outcome.json["findings"]?.arrayValue?.first)
            #expect(finding["severity"] == "problem")
            #expect(finding["sentence"]?.stringValue?.contains("connectors/binance.yml was changed") == true)
            #expect(await program.run("credential", "list").code == 0)
        }
    }
}
