import CredentialVault
import Credentials
import Foundation
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysCLI

@Suite("backup")
struct BackupTests {
    private static let connectors = "/credentials/master_account/connectors"

    /// A vault with two accounts and something in the trash, and a backup of it.
    private static func makeBackup(_ program: inout TestProgram) async throws -> String {
        try await program.createVault()
        _ = await program.run("account", "create", "desk")
        for (account, secret) in [("master_account", "CANARY-one"), ("desk", "CANARY-two")] {
            _ = await program.run(
                "credential", "add", "binance", "-a", account, "--credentials", "-",
                input: #"{"api_key": "k", "api_secret": "\#(secret)"}"#)
        }
        _ = await program.run(
            "credential", "replace", "binance", "--credentials", "-",
            input: #"{"api_key": "k", "api_secret": "CANARY-three"}"#)
        let file = program.root + "/vault.backup"
        let outcome = await program.run("backup", "create", file, "--format", "json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try outcome.json["credentials"] == 2)
        #expect(try outcome.json["accounts"] == ["master_account", "desk"])
        #expect(outcome.errors.contains("the config password is not in the backup"))
        return file
    }

    private func secret(_ account: String, _ vault: String, _ program: TestProgram) async throws -> JSON? {
        let shown = await program.run(
            "credential", "show", "binance", "-a", account, "--reveal", "--format", "json", "--bots", vault)
        return try shown.json["values"]?["binance_api_secret"]
    }

    @Test("holds no secret in the clear, is readable by its owner only, and is never written over unasked")
    func create() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            let file = try await Self.makeBackup(&program)
            let text = String(decoding: try contents(file), as: UTF8.self)
            #expect(!text.contains("CANARY"))
            #expect(!text.contains("a config password"))
            #expect(try mode(file) == 0o600)
            #expect(await program.run("backup", "create", file).code == 73)
            #expect(await program.run("backup", "create", root + "/nowhere/x").code == 74)
            // A secret that somebody put there in the clear stays where it is.
            let open = program.vault + Self.connectors + "/bybit.yml"
            try program.write("connector: bybit\nbybit_api_key: CANARY-open\nbybit_api_secret: CANARY-open\n", to: open)
            let unknown = program.vault + Self.connectors + "/newexchange.yml"
            try program.write("connector: newexchange\nnewexchange_api_key: CANARY-open\n", to: unknown)
            let client = program.vault + "/credentials/desk/conf_client.yml"
            try program.write("instance_id: x\nmqtt_bridge:\n  mqtt_password: CANARY-open\n", to: client)
            let outcome = await program.run("backup", "create", file, "--force")
            #expect(outcome.code == 2)
            #expect(outcome.errors.contains("bybit.yml: it holds a secret that is not sealed"))
            #expect(outcome.errors.contains("newexchange.yml: its connector is not known"))
            #expect(outcome.errors.contains("conf_client.yml: it holds settings of Hummingbot"))
            #expect(!String(decoding: try contents(file), as: UTF8.self).contains("CANARY"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: root).filter { $0.hasPrefix(".") }.isEmpty)
        }
    }

    @Test("makes the whole vault again in an empty folder, trash included")
    func restoreEmpty() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            let file = try await Self.makeBackup(&program)
            let new = root + "/new/bots"
            let outcome = await program.run("backup", "restore", file, "--bots", new, "--format", "json")
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(try await secret("master_account", new, program) == "CANARY-three")
            #expect(try await secret("desk", new, program) == "CANARY-two")
            let checked = await program.run("vault", "check", "--bots", new, "--format", "json")
            #expect(checked.code == 0)
            #expect(try checked.json["findings"] == [])
            let list = await program.run("trash", "list", "--bots", new, "--format", "json")
            let id = try #require(try list.json.arrayValue?.first?["id"]?.stringValue)
            #expect(await program.run("trash", "restore", id, "--force", "--bots", new).code == 0)
            #expect(try await secret("master_account", new, program) == "CANARY-one")
            #expect(try mode(new + Self.connectors + "/binance.yml") == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: new + "/.keys-manager/staging") == [])
            _ = await program.run("account", "create", "more", "--bots", new)
        }
    }

    @Test(
        "keeps sealed keys of a connector that it does not know, and makes anew what Hummingbot needs and it left out")
    func restoreHummingbots() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            _ = try await Self.makeBackup(&program)
            let account = program.vault + "/credentials/desk"
            try program.write(
                "instance_id: x\nmqtt_bridge:\n  mqtt_password: CANARY-open\n", to: account + "/conf_client.yml")
            let sealed = String(decoding: try contents(account + "/connectors/binance.yml"), as: UTF8.self)
            let unknown = sealed.replacing("binance", with: "newexchange")
            try program.write(unknown, to: account + "/connectors/newexchange.yml")
            let file = root + "/of-hummingbot"
            let made = await program.run("backup", "create", file, "--format", "json")
            #expect(made.code == 0, "\(made.errors)")
            let left = try #require(try made.json["left"]?.arrayValue?.compactMap(\.stringValue))
            #expect(left.count == 1)
            #expect(left.first?.hasPrefix("credentials/desk/conf_client.yml: it holds settings of Hummingbot") == true)
            for check in ["check", "restore"] {
                let outcome = await program.run("backup", check, file, "--bots", root + "/new", "--format", "json")
                #expect(outcome.code == 0, "\(outcome.errors)")
                #expect(try outcome.json["left"]?.arrayValue?.compactMap(\.stringValue) == left)
                #expect(outcome.errors.contains("was left out when"))
            }
            let restored = root + "/new/credentials/desk"
            #expect(
                String(decoding: try contents(restored + "/conf_client.yml"), as: UTF8.self)
                    == "instance_id: keys-manager\n")
            #expect(String(decoding: try contents(restored + "/connectors/newexchange.yml"), as: UTF8.self) == unknown)
        }
    }

    @Test("names what cannot be read, and ends with 2 when keys may be missing for it")
    func unreadable() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            let file = try await Self.makeBackup(&program)
            let connectors = program.vault + Self.connectors
            try FileManager.default.moveItem(atPath: connectors + "/binance.yml", toPath: root + "/elsewhere.yml")
            try FileManager.default.createSymbolicLink(
                atPath: connectors + "/binance.yml", withDestinationPath: root + "/elsewhere.yml")
            try FileManager.default.createSymbolicLink(
                atPath: program.vault + "/credentials/linked", withDestinationPath: program.vault + "/credentials/desk")
            let outcome = await program.run("backup", "create", file, "--force", "--format", "json")
            #expect(outcome.code == 2)
            #expect(try outcome.json["credentials"] == 1)
            #expect(try outcome.json["left"]?.arrayValue?.count == 2)
            #expect(outcome.errors.contains("connectors/binance.yml: it cannot be read"))
            #expect(outcome.errors.contains("credentials/linked: it cannot be read"))
        }
    }

    @Test("places nothing but the trash and the digests in the folder of ours")
    func planInBackup() async throws {
        let vault = Vault(standard: SealingStandard(rounds: 1000), threadCount: 1)
        try await vault.open(try await vault.begin(with: Secret("a config password")))
        for (part, isRefused) in [("rewrite", true), ("log", true), ("digests", false)] {
            let planted = Backup.File(names: [".keys-manager", part, "plan.json"], bytes: Array("{}".utf8))
            let bytes = try await vault.backup(of: [planted], left: [], at: 0)
            let reader = BackupReader(sealing: SealingStandard(rounds: 1000))
            let read = try? await reader.read(bytes, password: Secret("a config password"))
            #expect((read == nil) == isRefused, "\(part)")
        }
    }

    @Test("goes beside what is there, also after the password was changed")
    func restoreBeside() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            let file = try await Self.makeBackup(&program)
            _ = await program.run("credential", "remove", "binance", "-a", "desk", "--yes")
            _ = await program.run(
                "credential", "replace", "binance", "--credentials", "-",
                input: #"{"api_key": "k", "api_secret": "CANARY-four"}"#)
            _ = await program.run("password", "change", "--new-password-stdin", input: "new one")
            program.environment = ["CONFIG_PASSWORD": "new one"]
            try program.write("a config password", to: root + "/old")
            #expect(await program.run("backup", "restore", file).code == 77)
            var outcome = await program.run("backup", "restore", file, "--source-password-file", root + "/old")
            #expect(outcome.code == 73)
            #expect(try await secret("desk", program.vault, program) == "CANARY-two")
            #expect(try await secret("master_account", program.vault, program) == "CANARY-four")
            outcome = await program.run("backup", "restore", file, "--source-password-file", root + "/old", "--force")
            #expect(outcome.code == 0)
            #expect(try await secret("master_account", program.vault, program) == "CANARY-three")
            #expect(await program.run("vault", "check").code == 0)
        }
    }

    @Test("a changed byte, a cut, another password and another file are told apart from a whole backup")
    func check() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            let file = try await Self.makeBackup(&program)
            #expect(await program.run("backup", "check", file).code == 0)
            program.environment = ["CONFIG_PASSWORD": "wrong"]
            #expect(await program.run("backup", "check", file).code == 77)
            let bytes = try contents(file)
            let reader = BackupReader(sealing: SealingStandard(rounds: 1000))
            let password = Secret("a config password")
            _ = try await reader.read(bytes, password: password)
            let shift = Int.random(in: 0..<29)
            var unnoticed: [Int] = []
            for position in bytes.indices where position % 29 == shift || position > bytes.count - 100 {
                var changed = bytes
                changed[position] ^= UInt8.random(in: 1...255)
                if (try? await reader.read(changed, password: password)) != nil { unnoticed.append(position) }
            }
            #expect(unnoticed == [])
            for cut in [0, 1, 100, bytes.count / 2, bytes.count - 1] {
                await #expect(throws: Failure.self) {
                    try await reader.read(Array(bytes.prefix(cut)), password: password)
                }
            }
            try program.write("something else", to: root + "/other")
            #expect(await program.run("backup", "check", root + "/other").code == 65)
        }
    }
}
