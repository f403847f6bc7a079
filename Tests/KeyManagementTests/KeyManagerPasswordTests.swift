import CredentialVault
import Credentials
import EthereumKeyfile
import Foundation
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@Suite("Key manager and its password")
struct KeyManagerPasswordTests {
    private let binance: ConnectorName

    init() throws { binance = try ConnectorName("binance") }

    private func manager(_ folder: String) throws -> (keys: KeyManager, vault: Vault) {
        let vault = TestVault.vault()
        let store = try FileCredentialStore(path: folder)
        return (KeyManager(store: store, vault: vault, catalog: .standard, verification: nil, logger: .silent), vault)
    }

    @Test(
        "listing, showing, deleting and restoring derive nothing; unlocking derives one key, for adding and revealing all"
    )
    func derivations() async throws {
        try await withTemporaryFolder { folder in
            let writer = try await TestVault.created(at: folder)
            for number in 0..<20 {
                let account = try AccountName("desk\(number)")
                try await writer.createAccount(account)
                _ = try await writer.save(TestVault.binance(in: account))
            }
            let (keys, vault) = try manager(folder)
            let overview = try await keys.overview()
            #expect(overview.accounts.flatMap(\.credentials).count == 20)
            for account in overview.accounts.dropFirst() { _ = try await keys.details(of: binance, in: account.name) }
            let entry = try #require(try await keys.deleteAccount(AccountName("desk0")))
            try await keys.restore(entry.id, force: false)
            #expect(vault.derivationCount == 0)
            try await keys.unlock(with: TestVault.password)
            for account in overview.accounts.dropFirst() {
                #expect(try await keys.reveal(binance, in: account.name).values["binance_api_secret"] == "the-secret")
                _ = try await keys.save(TestVault.binance("next", in: account.name, mode: .replace))
            }
            #expect(vault.derivationCount == 1)
        }
    }

    @Test("a password that was changed elsewhere is noticed before anything is sealed under the old one")
    func changedElsewhere() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            let file = folder + "/credentials/master_account/.password_verification"
            let beginning = try await TestVault.vault().begin(with: Secret("new"))
            try Data(beginning.verification).write(to: URL(filePath: file))
            await #expect { try await keys.save(TestVault.binance()) } throws: { ($0 as? Failure)?.kind == .locked }
            #expect(try await keys.status().state == .locked)
            #expect(try await keys.credentials(in: .master).isEmpty)
            try await keys.unlock(with: Secret("new"))
            _ = try await keys.save(TestVault.binance())
        }
    }

    @Test("without master_account, the password of the other accounts opens the vault and master_account is made")
    func missingMaster() async throws {
        try await withTemporaryFolder { folder in
            let writer = try await TestVault.created(at: folder)
            let desk = try AccountName("desk")
            try await writer.createAccount(desk)
            try FileManager.default.removeItem(atPath: folder + "/credentials/master_account")
            let (keys, _) = try manager(folder)
            #expect(try await keys.status().warnings.contains { $0.contains("master_account") })
            await #expect { try await keys.createVault(with: Secret("other")) } throws: {
                ($0 as? Failure)?.kind == .accountExists
            }
            await #expect { try await keys.unlock(with: Secret("other")) } throws: {
                ($0 as? Failure)?.kind == .wrongPassword
            }
            try await keys.unlock(with: TestVault.password)
            #expect(try await keys.accounts() == [.master, desk])
            _ = try await keys.save(TestVault.binance(in: desk))
        }
    }

    @Test("secrets of a connector that Hummingbot has dropped count when a password is to be proved")
    func droppedConnector() async throws {
        try await withTemporaryFolder { folder in
            _ = try await TestVault.created(at: folder).save(TestVault.binance())
            let account = folder + "/credentials/master_account"
            try FileManager.default.moveItem(
                atPath: account + "/connectors/binance.yml", toPath: account + "/connectors/polkadex.yml")
            try FileManager.default.removeItem(atPath: account + "/.password_verification")
            let (keys, _) = try manager(folder)
            await #expect { try await keys.unlock(with: Secret("other")) } throws: {
                ($0 as? Failure)?.kind == .wrongPassword
            }
            try await keys.unlock(with: TestVault.password)
            #expect(try await keys.status().state == .unlocked)
        }
    }

    @Test("no save happens under a password that is still being proved")
    func unprovedPassword() async throws {
        try await withTemporaryFolder { folder in
            _ = try await TestVault.created(at: folder).save(TestVault.binance())
            try FileManager.default.removeItem(atPath: folder + "/credentials/master_account/.password_verification")
            let (keys, vault) = try manager(folder)
            let unlocking = Task { try await keys.unlock(with: Secret("wrong")) }
            var request = try TestVault.binance(mode: .replace)
            request.input["api_secret"] = "sealed under nothing"
            while vault.derivationCount == 0 {
                await #expect(throws: Failure.self) { try await keys.save(request) }
            }
            await #expect(throws: Failure.self) { try await unlocking.value }
            await #expect(throws: Failure.self) { try await keys.save(request) }
        }
    }

    @Test("a secret with a damaged IV is reported when it is revealed", arguments: ["not UTF-8", "control characters"])
    func damagedIV(kind: String) async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            _ = try await keys.save(TestVault.binance("abcdefgh"))
            let path = folder + "/credentials/master_account/connectors/binance.yml"
            let document = try CredentialDocument(bytes: contents(path))
            guard case .text(let armor)? = document["binance_api_secret"] else { throw CocoaError(.coderReadCorrupt) }
            // The cipher adds a key stream: other ciphertext under the same key is other plaintext, and the MAC is made anew.
            let old = try Keyfile(hexArmor: armor)
            let key = try old.derivation.derive(from: TestVault.password.exposed())
            let plaintext: [UInt8] = kind == "not UTF-8" ? [0xFF, 0xFE, 0x41] : Array("ab\u{7}c".utf8)
            let new = try Keyfile(sealing: plaintext, with: key, derivation: old.derivation, iv: old.iv)
            let text = String(decoding: try contents(path), as: UTF8.self).replacing(armor, with: new.hexArmor)
            try Data(text.utf8).write(to: URL(filePath: path))
            let revealed = try await keys.reveal(binance, in: .master)
            #expect(revealed.problems.count == 1 && revealed.problems[0].contains("binance_api_secret"))
            #expect(!revealed.problems[0].contains("ab"))
            #expect(revealed.values["binance_api_key"] == "the-key")
            guard kind == "not UTF-8" else { return }
            #expect(revealed.values["binance_api_secret"] == nil)
            #expect(revealed.unopened == ["binance_api_secret"])
        }
    }

    @Test("eight tasks over four key managers lose no credential, and no IV is used twice")
    func manyWriters() async throws {
        try await withTemporaryFolder { folder in
            let first = try await TestVault.created(at: folder)
            let connectors = Array(ConnectorCatalog.standard.names.prefix(16))
            let accounts = try (0..<8).map { try AccountName("desk\($0)") }
            for account in accounts { try await first.createAccount(account) }
            let managers = try (0..<4).map { _ in try TestVault.manager(at: folder) }
            for manager in managers { try await manager.unlock(with: TestVault.password) }
            let saved = try await withThrowingTaskGroup(of: Int.self) { group in
                for (position, account) in accounts.enumerated() {
                    group.addTask {
                        var count = 0
                        for name in connectors where ConnectorCatalog.standard[name]?.hasSimpleKeys == true {
                            let connector = try #require(ConnectorCatalog.standard[name])
                            let input = connector.fields.filter(\.isRequired).map { ($0.name, JSON.string("value")) }
                            let manager = managers[(position + count) % managers.count]
                            _ = try await manager.save(
                                SaveRequest(account: account, connector: name, input: JSONObject(input), mode: .add))
                            count += 1
                        }
                        return count
                    }
                }
                var total = 0
                for try await count in group { total += count }
                return total
            }
            #expect(saved >= 40)
            let snapshot = try await FileCredentialStore(path: folder).snapshot()
            let stored = snapshot.accounts.flatMap(\.credentials)
            #expect(stored.count == saved)
            let ivs = try stored.flatMap { try $0.content.get().keyfiles.map(\.iv) }
            #expect(Set(ivs).count == ivs.count)
            #expect(try await first.overview().accounts.flatMap(\.credentials).allSatisfy { $0.state == .stored })
        }
    }

    @Test("the overview's number rises with what it says, and only then", arguments: [true, false])
    func generation(watching: Bool) async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder, watching: watching)
            let empty = try await keys.overview().generation
            for _ in 0..<5 { #expect(try await keys.overview().generation == empty) }
            _ = try await keys.save(TestVault.binance())
            let one = try await keys.overview().generation
            #expect(one > empty)
            // A file that is written again with the same bytes and time says nothing new.
            #expect(utimensat(AT_FDCWD, folder + "/credentials/master_account", nil, 0) == 0)
            #expect(try await keys.overview().generation == one)
            try await keys.lock()
            #expect(try await keys.overview().generation > one)
        }
    }

    @Test("a secret under another password shows in the list once its key was derived")
    func mismatchAfterReveal() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            try await withTemporaryFolder { other in
                let foreign = TestVault.vault()
                let store = try FileCredentialStore(path: other)
                let manager = KeyManager(
                    store: store, vault: foreign, catalog: .standard, verification: nil, logger: .silent)
                try await manager.createVault(with: Secret("other"))
                _ = try await manager.save(TestVault.binance())
                let path = "/credentials/master_account/connectors/binance.yml"
                try FileManager.default.copyItem(atPath: other + path, toPath: folder + path)
            }
            #expect(try await keys.credentials(in: .master).map(\.state) == [.stored])
            #expect(try await keys.reveal(binance, in: .master).problems.count == 2)
            #expect(try await keys.credentials(in: .master).map(\.state) == [.otherPassword])
        }
    }
}

extension Connector {
    /// Whether every required field takes any text.
    fileprivate var hasSimpleKeys: Bool {
        fields.filter(\.isRequired).allSatisfy { ($0.kind == .secret || $0.kind == .text) && $0.form == .any }
    }
}
