import CredentialVault
import Credentials
import Foundation
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@Suite("Key manager")
struct KeyManagerTests {
    private let binance: ConnectorName

    init() throws { binance = try ConnectorName("binance") }

    @Test("a new vault holds what deploying a bot reads, closed to others")
    func create() async throws {
        try await withTemporaryFolder { folder in
            _ = try await TestVault.created(at: folder)
            let account = folder + "/credentials/master_account"
            #expect(
                try String(decoding: contents(account + "/conf_fee_overrides.yml"), as: UTF8.self)
                    == "template_version: 14\n")
            #expect(
                try String(decoding: contents(account + "/hummingbot_logs.yml"), as: UTF8.self)
                    == "template_version: 0\n")
            #expect(
                try String(decoding: contents(account + "/conf_client.yml"), as: UTF8.self).hasPrefix("instance_id: "))
            #expect(try contents(account + "/.password_verification").count == 718)
            for path in ["", "/connectors"] { #expect(try mode(account + path) == 0o700) }
            for file in ["conf_client.yml", ".password_verification"] {
                #expect(try mode(account + "/" + file) == 0o600)
            }
        }
    }

    @Test("what is added can be revealed by another process that knows the password")
    func addAndReveal() async throws {
        try await withTemporaryFolder { folder in
            let saved = try await TestVault.created(at: folder).save(TestVault.binance("sesame"))
            #expect(!saved.wasReplaced && saved.displaced == nil)
            let other = try TestVault.manager(at: folder)
            await #expect(throws: Failure.self) { try await other.reveal(binance, in: .master) }
            try await other.unlock(with: TestVault.password)
            let revealed = try await other.reveal(binance, in: .master)
            #expect(revealed.values["binance_api_secret"] == "sesame")
            #expect(revealed.values["binance_api_key"] == "the-key")
            #expect(revealed.problems.isEmpty)
            #expect("\(revealed)" == "<revealed credential>")
        }
    }

    @Test("a value that is null by nature is revealed as such, and counts as opened")
    func nullValue() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            let lighter = try ConnectorName("lighter")
            _ = try await keys.save(
                SaveRequest(
                    account: .master, connector: lighter,
                    input: [
                        "lighter_l1_address": "0x1", "lighter_api_key_index": 3, "lighter_api_private_key": "k",
                        "lighter_account_limit": "1",
                    ], mode: .add))
            let revealed = try await keys.reveal(lighter, in: .master)
            #expect(revealed.values["lighter_account_index"] == .null)
            #expect(revealed.unopened.isEmpty && revealed.problems.isEmpty)
        }
    }

    @Test("listing and showing need no password")
    func listLocked() async throws {
        try await withTemporaryFolder { folder in
            _ = try await TestVault.created(at: folder).save(TestVault.binance())
            let locked = try TestVault.manager(at: folder)
            #expect(try await locked.status().state == .locked)
            #expect(try await locked.credentials(in: .master).map(\.connector) == [binance])
            let details = try await locked.details(of: binance, in: .master)
            #expect(details.fields.map(\.value) == ["<secret>", "<secret>"])
        }
    }

    @Test("a wrong password is told apart from a damaged verification file")
    func wrongPassword() async throws {
        try await withTemporaryFolder { folder in
            _ = try await TestVault.created(at: folder)
            let locked = try TestVault.manager(at: folder)
            let wrong = await #expect(throws: Failure.self) { try await locked.unlock(with: Secret("nonsense")) }
            #expect(wrong?.kind == .wrongPassword)
            try Data("7b".utf8).write(to: URL(filePath: folder + "/credentials/master_account/.password_verification"))
            let damaged = await #expect(throws: Failure.self) { try await locked.unlock(with: TestVault.password) }
            #expect(damaged?.kind == .damaged)
        }
    }

    @Test("adding refuses what is there, replacing what is not, and both refuse a revision that moved on")
    func modes() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            await expect(.noSuchCredential) { try await keys.save(TestVault.binance(mode: .replace)) }
            let first = try await keys.save(TestVault.binance("one"))
            await expect(.credentialExists) { try await keys.save(TestVault.binance("two")) }
            let second = try await keys.save(TestVault.binance("two", mode: .replace, expecting: first.revision))
            #expect(second.wasReplaced && second.displaced?.reason == .replaced)
            await expect(.conflict) {
                try await keys.save(TestVault.binance("three", mode: .replace, expecting: first.revision))
            }
            #expect(try await keys.reveal(binance, in: .master).values["binance_api_secret"] == "two")
        }
    }

    @Test("a locked vault takes nothing and changes nothing")
    func locked() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            try await keys.lock()
            await expect(.locked) { try await keys.save(TestVault.binance()) }
            #expect(try await keys.credentials(in: .master).isEmpty)
        }
    }

    @Test("unknown accounts, connectors and fields are named")
    func unknown() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            await expect(.noSuchAccount) { try await keys.save(TestVault.binance(in: try AccountName("nobody"))) }
            var request = try TestVault.binance()
            request.input["passphrase"] = "canary-value"
            let failure = await expect(.invalidInput) { try await keys.save(request) }
            #expect(failure?.fieldFaults.map(\.field) == ["passphrase"])
            #expect(failure?.message.contains("canary") == false)
            request.connector = try ConnectorName("nope")
            await expect(.noSuchConnector) { try await keys.save(request) }
        }
    }

    @Test("a replaced credential comes back from the undo store, byte for byte")
    func undoReplace() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            let path = folder + "/credentials/master_account/connectors/binance.yml"
            _ = try await keys.save(TestVault.binance("one"))
            let before = try contents(path)
            let replaced = try await keys.save(TestVault.binance("two", mode: .addOrReplace))
            let id = try #require(replaced.displaced?.id)
            await expect(.credentialExists) { try await keys.restore(id, force: false) }
            try await keys.restore(id, force: true)
            #expect(try contents(path) == before)
            let trash = try await keys.trash()
            #expect(trash.map(\.reason) == [.replaced])
        }
    }

    @Test("a deleted account comes back with all that was in it")
    func undoAccount() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            let desk = try AccountName("desk")
            try await keys.createAccount(desk)
            _ = try await keys.save(TestVault.binance(in: desk))
            await expect(.accountExists) { try await keys.createAccount(desk) }
            let entry = try #require(try await keys.deleteAccount(desk))
            #expect(entry.contents == [binance])
            #expect(try await keys.accounts() == [.master])
            await expect(.noSuchAccount) { try await keys.deleteAccount(desk) }
            try await keys.restore(entry.id, force: false)
            #expect(try await keys.reveal(binance, in: desk).values["binance_api_secret"] == "the-secret")
            #expect(try await keys.trash().isEmpty)
        }
    }

    @Test("master_account cannot be deleted")
    func protected() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            await expect(.protectedAccount) { try await keys.deleteAccount(.master) }
        }
    }

    @Test("the undo store lists newest first, also within one second")
    func trashOrder() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            var expected: [TrashID] = []
            for number in 0..<8 {
                let saved = try await keys.save(TestVault.binance("value \(number)", mode: .addOrReplace))
                if let displaced = saved.displaced { expected.insert(displaced.id, at: 0) }
            }
            #expect(try await keys.trash().map(\.id) == expected)
            #expect(expected.count == 7)
        }
    }

    @Test("a purged entry is gone for good")
    func purge() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            _ = try await keys.save(TestVault.binance())
            let entry = try #require(try await keys.remove(binance, from: .master, expecting: nil))
            #expect(try await keys.purge(olderThan: 3600) == 0)
            try await keys.purge(entry.id)
            await expect(.noSuchTrashEntry) { try await keys.restore(entry.id, force: false) }
            _ = try await keys.save(TestVault.binance())
            try await keys.remove(binance, from: .master, expecting: nil)
            #expect(try await keys.purge(olderThan: 0) == 1)
        }
    }

    @Test("a new account gets the files of master_account and belongs to the same password")
    func newAccount() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            try await keys.createAccount(try AccountName("desk"))
            for file in [".password_verification", "conf_client.yml", "conf_fee_overrides.yml", "hummingbot_logs.yml"] {
                let copies = try ["master_account", "desk"].map { try contents(folder + "/credentials/\($0)/\(file)") }
                #expect(copies[0] == copies[1])
            }
            #expect(try mode(folder + "/credentials/desk") == 0o700)
        }
    }

    @Test("an account of another password takes no additions and says so")
    func foreignAccount() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            try await keys.createAccount(try AccountName("desk"))
            let other = TestVault.vault()
            let verification = try await other.begin(with: Secret("another password")).verification
            try Data(verification).write(to: URL(filePath: folder + "/credentials/desk/.password_verification"))
            await expect(.wrongPassword) { try await keys.save(TestVault.binance(in: try AccountName("desk"))) }
            #expect(try await keys.credentials(in: try AccountName("desk")).isEmpty)
        }
    }

    @Test("a damaged verification file is blamed on the account that has it")
    func damagedAccount() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            try await keys.createAccount(try AccountName("desk"))
            try Data("zz".utf8).write(to: URL(filePath: folder + "/credentials/desk/.password_verification"))
            let failure = await expect(.damaged) {
                try await keys.save(TestVault.binance(in: try AccountName("desk")))
            }
            #expect(failure?.message.contains("of desk is damaged") == true)
        }
    }

    @Test("made by root, the folders of a vault belong to the owner of the folder above", .enabled(if: geteuid() == 0))
    func foldersOwner() async throws {
        try await withTemporaryFolder { folder in
            #expect(chown(folder, 12345, 12345) == 0)
            try FileCredentialStore.makeFolder(path: folder + "/a/b")
            for made in ["/a", "/a/b"] {
                let owner = try FileManager.default.attributesOfItem(atPath: folder + made)[.ownerAccountID]
                #expect((owner as? NSNumber)?.intValue == 12345)
            }
        }
    }

    @Test("one bad file of each kind is listed with what is wrong and blocks nothing")
    func badFiles() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            let connectors = folder + "/credentials/master_account/connectors/"
            _ = try await keys.save(TestVault.binance())
            let good = String(decoding: try contents(connectors + "binance.yml"), as: UTF8.self)
            let files = [
                "kraken": "", "okx": "connector: [", "polkadex": "connector: polkadex\n", "mexc": good + "\nfoo: bar\n",
                "bybit": "connector: bybit\nbybit_api_key: plain\nbybit_api_secret: plain\n",
                "htx": good.replacing("binance", with: "htx").replacing("htx_api_secret", with: "htx_secret_key")
                    .replacing("7b22", with: "7b23"),
            ]
            for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: connectors + name + ".yml")) }
            let listed = try await keys.credentials(in: .master)
            let states = Dictionary(uniqueKeysWithValues: listed.map { ($0.connector.description, $0.state) })
            #expect(
                states == [
                    "binance": .stored, "kraken": .damaged, "okx": .damaged, "polkadex": .unknownConnector,
                    "mexc": .misfit, "bybit": .misfit, "htx": .misfit,
                ])
            #expect(listed.filter { $0.state != .stored }.allSatisfy { $0.problem?.hasSuffix(".") == true })
            _ = try await keys.save(TestVault.binance("again", mode: .replace))
        }
    }

    @Test("a secret under another password is noticed once the vault is unlocked")
    func otherPassword() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            let path = folder + "/credentials/master_account/connectors/binance.yml"
            _ = try await keys.save(TestVault.binance())
            // Another ciphertext byte under the same salt: to the MAC it is the same as another password.
            let document = String(decoding: try contents(path), as: UTF8.self)
            let marker = "22636970686572746578"  // hex of `"ciphertex`
            let start = try #require(document.range(of: marker)).upperBound
            let digit = document.index(start, offsetBy: 14)
            let flipped = document.replacingCharacters(
                in: digit...document.index(after: digit), with: document[digit...].hasPrefix("30") ? "31" : "30")
            try Data(flipped.utf8).write(to: URL(filePath: path))
            #expect(try await keys.credentials(in: .master).map(\.state) == [.otherPassword])
            try await keys.lock()
            #expect(try await keys.credentials(in: .master).map(\.state) == [.stored])
        }
    }

    @Test("replacing a file with an unknown key drops the key, names it and keeps the old file")
    func unknownKeyDropped() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            _ = try await keys.save(TestVault.binance())
            let path = folder + "/credentials/master_account/connectors/binance.yml"
            try Data(contents(path) + Array("\nold_setting: 1\n".utf8)).write(to: URL(filePath: path))
            let saved = try await keys.save(TestVault.binance(mode: .replace))
            #expect(saved.notices.contains { $0.contains("old_setting") })
            #expect(saved.displaced != nil)
            #expect(!String(decoding: try contents(path), as: UTF8.self).contains("old_setting"))
        }
    }

    @Test("credentials without a verification file are opened only by the password of every one of them")
    func missingVerification() async throws {
        try await withTemporaryFolder { folder in
            _ = try await TestVault.created(at: folder).save(TestVault.binance())
            let verification = folder + "/credentials/master_account/.password_verification"
            try FileManager.default.removeItem(atPath: verification)
            let keys = try TestVault.manager(at: folder)
            #expect(try await keys.status().state == .uninitialized)
            await expect(.wrongPassword) { try await keys.unlock(with: Secret("nonsense")) }
            #expect(!FileManager.default.fileExists(atPath: verification))
            await expect(.accountExists) { try await keys.createVault(with: Secret("nonsense")) }
            try await keys.unlock(with: TestVault.password)
            #expect(try await keys.status().state == .unlocked)
            #expect(FileManager.default.fileExists(atPath: verification))
        }
    }

    @Test("a conf folder works as a vault of the one account master_account")
    func confFolder() async throws {
        try await withTemporaryFolder { folder in
            _ = try await TestVault.created(at: folder).save(TestVault.binance())
            let conf = folder + "/credentials/master_account"
            let keys = try TestVault.manager(at: conf)
            try await keys.unlock(with: TestVault.password)
            #expect(try await keys.accounts() == [.master])
            #expect(try await keys.reveal(binance, in: .master).values["binance_api_secret"] == "the-secret")
            _ = try await keys.save(TestVault.binance("two", mode: .replace))
            #expect(FileManager.default.fileExists(atPath: conf + "/.keys-manager"))
            await expect(.unsupported) { try await keys.createAccount(try AccountName("desk")) }
            await expect(.protectedAccount) { try await keys.deleteAccount(.master) }
        }
    }

    @discardableResult
    private func expect(
        _ kind: Failure.Kind, _ work: () async throws -> some Any, sourceLocation: SourceLocation = #_sourceLocation
    ) async -> Failure? {
        let failure = await #expect(throws: Failure.self, sourceLocation: sourceLocation) { try await work() }
        #expect(failure?.kind == kind, sourceLocation: sourceLocation)
        return failure
    }
}
