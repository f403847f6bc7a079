import Foundation
import Glibc
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysCLI

@Suite("Commands on a folder")
struct VaultCommandTests {
    private static let binance = #"{"api_key": "CANARY-key", "api_secret": "CANARY-secret"}"#

    @Test("a key is added, listed, shown, replaced, removed and brought back")
    func life() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            var outcome = await program.run("credential", "add", "Binance", "--credentials", "-", input: Self.binance)
            #expect(outcome.code == 0)
            #expect(outcome.output == "Added binance to master_account.\n")

            outcome = await program.run("credential", "list", "--format", "json")
            let listed = try #require(try outcome.json.arrayValue?.first)
            #expect(listed["account"] == "master_account")
            #expect(listed["connector"] == "binance")
            #expect(listed["state"] == "stored")
            #expect(listed["modified_at"]?.stringValue.flatMap(Timestamp.seconds) != nil)

            outcome = await program.run("credential", "show", "binance")
            #expect(outcome.output.contains("<secret>"))
            #expect(!(outcome.output + outcome.errors).contains("CANARY"))

            outcome = await program.run("credential", "show", "binance", "--reveal", "--format", "json")
            #expect(
                try outcome.json["values"]
                    == ["binance_api_key": "CANARY-key", "binance_api_secret": "CANARY-secret"])

            outcome = await program.run("credential", "add", "binance", "--credentials", "-", input: Self.binance)
            #expect(outcome.code == 73)

            outcome = await program.run(
                "credential", "replace", "binance", "--credentials", "-", "--revision",
                try #require(listed["revision"]?.stringValue), "--format", "json", input: Self.binance)
            #expect(outcome.code == 0)
            #expect(outcome.errors.contains("running Hummingbot API"))
            #expect(outcome.errors.contains("trash restore"))
            #expect(try outcome.json["replaced"] == true)

            outcome = await program.run(
                "credential", "replace", "binance", "--credentials", "-", "--revision",
                try #require(listed["revision"]?.stringValue), input: Self.binance)
            #expect(outcome.code == 75)

            outcome = await program.run("credential", "remove", "binance", "--format", "json")
            #expect(outcome.code == 0)
            let undo = try #require(try outcome.json["undo"]?.stringValue)
            #expect(await program.run("credential", "remove", "binance").code == 66)
            #expect(await program.run("trash", "restore", undo).code == 0)
            #expect(await program.run("trash", "restore", undo).code == 66)
            #expect(await program.run("credential", "list").output.contains("binance"))
        }
    }

    @Test("values that do not open are left out, and a file that cannot be read is damaged data")
    func unopened() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            _ = await program.run("credential", "add", "binance", "--credentials", "-", input: Self.binance)
            // The same file in a vault of another password.
            let connectors = "/credentials/master_account/connectors"
            program.environment = ["CONFIG_PASSWORD": "another password"]
            let other = root + "/other"
            try #require(await program.run("vault", "create", "--bots", other).code == 0)
            try FileManager.default.createDirectory(
                atPath: other + connectors, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: program.vault + connectors + "/binance.yml", toPath: other + connectors + "/binance.yml")
            var outcome = await program.run(
                "credential", "show", "binance", "--reveal", "--format", "json", "--bots", other)
            #expect(outcome.code == 77)
            #expect(try outcome.json["values"] == [:])
            #expect(try outcome.json["problems"]?.arrayValue?.isEmpty == false)
            outcome = await program.run("credential", "show", "binance", "--reveal", "--bots", other)
            #expect(outcome.code == 77)
            #expect(outcome.output.contains("(does not open)"))

            try program.write("nonsense: [", to: other + connectors + "/binance.yml")
            #expect(await program.run("credential", "show", "binance", "--bots", other).code == 65)
            #expect(await program.run("credential", "show", "binance", "--reveal", "--bots", other).code == 65)
        }
    }

    @Test("a pipe that is named is read, and what is no file is explained")
    func namedPipes() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            var (reading, writing) = (Int32(-1), Int32(-1))
            try withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2) { ends in
                try #require(pipe(ends.baseAddress) == 0)
                (reading, writing) = (ends[0], ends[1])
            }
            defer { close(reading) }
            let written = Self.binance.utf8.count
            #expect(write(writing, Self.binance, written) == written)
            close(writing)
            let added = await program.run(
                "credential", "add", "binance", "--credentials", "@/proc/self/fd/\(reading)")
            #expect(added.code == 0, "\(added.errors)")
            for (path, complaint) in [("missing", "There is no file"), ("/dev/null", "neither a regular file nor")] {
                let credentials = await program.run("credential", "add", "okx", "--credentials", "@" + path)
                let password = await program.run("password", "check", "--password-file", path)
                for outcome in [credentials, password] {
                    #expect(outcome.code == 64)
                    #expect(outcome.errors.contains(complaint))
                }
            }
        }
    }

    @Test("a vault that got no password leaves no folder")
    func noPassword() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            #expect(await program.run("vault", "create", "--bots", root + "/new").code == 78)
            #expect(!FileManager.default.fileExists(atPath: root + "/new"))
        }
    }

    @Test("accounts are created and deleted, with a yes")
    func accounts() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            #expect(await program.run("account", "create", "second").code == 0)
            #expect(await program.run("account", "create", "second").code == 73)
            #expect(await program.run("account", "create", "a/b").code == 64)
            #expect(await program.run("account", "create", "gateway").code == 64)
            let listed = await program.run("account", "list", "--format", "json")
            #expect(
                try listed.json == [
                    ["account": "master_account", "credentials": 0], ["account": "second", "credentials": 0],
                ])
            let asked = await program.run("account", "delete", "second")
            #expect(asked.code == 64)
            #expect(asked.errors.contains("--yes"))
            #expect(await program.run("account", "list").output.contains("second"))
            let deleted = await program.run("account", "delete", "second", "--yes", "--format", "json")
            #expect(deleted.code == 0)
            #expect(try deleted.json["deleted"] == true)
            #expect(await program.run("account", "delete", "second", "--yes").code == 66)
            #expect(await program.run("account", "delete", "master_account", "--yes").code == 64)
        }
    }

    @Test("a person is asked before a deletion, and no is no")
    func confirmation() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            _ = await program.run("account", "create", "second")
            for answer in ["", "n", "yess"] {
                program.terminal = ScriptedTerminal([answer])
                let outcome = await program.run("account", "delete", "second")
                #expect(outcome.code == 1)
                #expect(program.terminal?.shown == "Delete account second with 0 credentials? (y/N): ")
            }
            program.terminal = ScriptedTerminal(["y"])
            #expect(await program.run("account", "delete", "second").code == 0)
            program.terminal = ScriptedTerminal(["n"])
            #expect(await program.run("trash", "purge", "--all").code == 1)
            #expect(await program.run("trash", "purge", "--all", "--yes").output == "Purged 1 entry.\n")
        }
    }

    @Test("values that do not fit name the field, never the value")
    func invalidInput() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            for input in [
                #"{"api_key": "CANARY"}"#, #"{"api_key": "a", "api_secret": "b", "nonsense": "CANARY"}"#,
                #"["CANARY"]"#, #"{"api_key": "CANARY"#, "CANARY", "",
            ] {
                let outcome = await program.run("credential", "add", "binance", "--credentials", "-", input: input)
                #expect(outcome.code == 64)
                #expect(!(outcome.output + outcome.errors).contains("CANARY"))
            }
            #expect(await program.run("credential", "add", "nope", "--credentials", "-", input: "{}").code == 66)
            #expect(
                await program.run(
                    "credential", "add", "binance", "-a", "nobody", "--credentials", "-", input: Self.binance
                )
                .code == 66)
        }
    }

    @Test("credentials come from a file, and a file that is not there is told")
    func file() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            try program.write(Self.binance, to: program.current + "/keys.json")
            #expect(await program.run("credential", "add", "binance", "--credentials", "@missing.json").code == 64)
            #expect(await program.run("credential", "add", "binance", "--credentials", "@keys.json").code == 0)
        }
    }

    @Test("a wrong password ends with 77, none with 78, no vault with 78")
    func passwords() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            let missing = await program.run("credential", "list")
            #expect(missing.code == 78)
            #expect(missing.errors.contains("vault create"))
            try await program.createVault()
            #expect(await program.run("vault", "create").code == 73)
            #expect(await program.run("password", "check").output == "The password is correct.\n")
            let wrong = await program.run("password", "check", "--password-stdin", input: "wrong\n")
            #expect(wrong.code == 77)
            try program.write("a config password\r\nsecond line", to: program.current + "/password")
            program.environment = [:]
            #expect(await program.run("password", "check", "--password-file", "password").code == 0)
            #expect(await program.run("password", "check").code == 78)
            #expect(
                await program.run("credential", "add", "binance", "--credentials", "-", input: Self.binance).code == 78)
            #expect(await program.run("credential", "list").code == 0)
        }
    }

    @Test("a vault is not created with the password of the current folder's .env")
    func currentFolderPassword() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try program.write("CONFIG_PASSWORD=planted\n", to: program.current + "/.env")
            let refused = await program.run("vault", "create")
            #expect(refused.code == 78)
            #expect(refused.errors.contains("not used"))
            program.terminal = ScriptedTerminal(["one", "two", "mine", "mine"])
            #expect(await program.run("vault", "create").code == 0)
            #expect(program.terminal?.shown.contains("The two differ.") == true)
            #expect(program.terminal?.hiddenAnswers == ["one", "two", "mine", "mine"])
            #expect(await program.run("password", "check").code == 77)
            #expect(await program.run("password", "check", "--password-stdin", input: "mine").code == 0)
        }
    }

    @Test("locking a folder is explained, not done")
    func locking() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            for verb in ["lock", "unlock"] {
                let outcome = await program.run("vault", verb)
                #expect(outcome.code == 64)
                #expect(outcome.errors.contains("password check"))
            }
        }
    }

    @Test("connectors are found by a part of their or their exchange's name")
    func connectors() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            let found = await program.run("connector", "list", "Gate.io", "--format", "json")
            let names = try found.json.arrayValue?.compactMap { $0["connector"]?.stringValue }
            #expect(names == ["gate_io", "gate_io_perpetual"])
            #expect(await !program.run("connector", "list").output.contains("testnet"))
            #expect(await program.run("connector", "list", "--testnets").output.contains("binance_perpetual_testnet"))
            #expect(
                await program.run("connector", "show", "injective_v2").output.contains(
                    "account_type.delegate_account.private_key"))
            #expect(await program.run("connector", "show", "nope").code == 66)
        }
    }
}
