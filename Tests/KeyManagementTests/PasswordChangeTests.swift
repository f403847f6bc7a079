import CredentialVault
import Credentials
import Foundation
import KeyManagement
import OrderedJSON
import Synchronization
import Testing
import VaultTesting

@Suite("Changing the password")
struct PasswordChangeTests {
    private static let new = Secret("another horse, another battery")
    private static let change = PasswordChange(current: TestVault.password, new: new)
    private static let connectors = "/credentials/master_account/connectors"

    /// Two accounts, keys of ours and of Hummingbot's, removed and replaced ones and a deleted account in the undo store.
    private static func makeVault(_ folder: String, passwordFile: PasswordFile? = nil) async throws -> KeyManager {
        let manager = KeyManager(
            store: try FileCredentialStore(path: folder), vault: TestVault.vault(), catalog: .standard,
            verification: nil,
            logger: .silent, passwordFile: passwordFile)
        try await manager.createVault(with: TestVault.password)
        let (desk, old) = (try AccountName("desk"), try AccountName("old"))
        for account in [desk, old] {
            try await manager.createAccount(account)
            _ = try await manager.save(TestVault.binance("\(account)", in: account))
        }
        try await manager.deleteAccount(old)
        _ = try await manager.save(TestVault.binance("first"))
        _ = try await manager.save(TestVault.binance("second", mode: .replace))
        try VaultContent.writeForeign(folder + connectors + "/gate_io.yml", key: "their key", secret: "their secret")
        return manager
    }

    @Test("seals every secret anew, the undo store's too, and changes no plaintext")
    func everything() async throws {
        try await withTemporaryFolder { folder in
            let manager = try await Self.makeVault(folder)
            let before = try VaultContent(folder, password: TestVault.password)
            #expect(before.secrets.count == 13)
            #expect(!before.secrets.values.contains(nil))
            let outcome = try await manager.changePassword(Self.change, progress: { _ in })
            let after = try VaultContent(folder, password: Self.new)
            #expect(after.secrets == before.secrets)
            #expect(after.salts.count == 1)
            #expect(after.salts.isDisjoint(with: before.salts))
            #expect(outcome.secretCount == 10)
            #expect(outcome.fileCount == 8)
            #expect(outcome.left == [])
            #expect(outcome.notices.count == 4)
            let old = try VaultContent(folder, password: TestVault.password)
            #expect(old.secrets.values.allSatisfy { $0 == nil })
            // The vault goes on with the new password, and what was in the undo store comes back.
            let entries = try await manager.trash()
            for entry in entries { try await manager.restore(entry.id, force: true) }
            let revealed = try await manager.reveal(ConnectorName("binance"), in: .master)
            #expect(revealed.values["binance_api_secret"] == "first")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/.keys-manager/staging") == [])
            #expect(!FileManager.default.fileExists(atPath: folder + "/.keys-manager/rewrite"))
        }
    }

    @Test("keeps every other byte of a file, its mode, and the record of the undo store true")
    func bytes() async throws {
        try await withTemporaryFolder { folder in
            let manager = try await Self.makeVault(folder)
            let file = folder + Self.connectors + "/gate_io.yml"
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
            let shape = { (path: String) in
                try String(decoding: contents(path), as: UTF8.self).replacing(/7b22[0-9a-f]+/, with: "…")
            }
            let before = try shape(file)
            _ = try await manager.changePassword(Self.change, progress: { _ in })
            #expect(try shape(file) == before)
            #expect(before.contains("# a remark of the owner's"))
            #expect(try mode(file) == 0o640)
            for entry in try await manager.trash() where entry.kind == .credential {
                let kept = folder + "/.keys-manager/trash/\(entry.id)"
                let record = try JSON(parsing: contents(kept + "/entry.json"))
                let digest = try #require(record["revision"]?.stringValue)
                let store = try FileCredentialStore(path: folder)
                let seen = try await store.sealedFiles().first { $0.trash == entry.id.description }
                #expect(seen != nil)
                let restored = try await manager.restore(entry.id, force: true)
                let listed = try await manager.credentials(in: restored.account)
                #expect(listed.contains { $0.revision?.description == digest })
            }
        }
    }

    @Test("costs one derivation for the new password")
    func derivations() async throws {
        try await withTemporaryFolder { folder in
            _ = try await TestVault.created(at: folder).save(TestVault.binance())
            let vault = TestVault.vault()
            let manager = KeyManager(
                store: try FileCredentialStore(path: folder), vault: vault, catalog: .standard, verification: nil,
                logger: .silent)
            _ = try await manager.changePassword(Self.change, progress: { _ in })
            #expect(vault.derivationCount == 2)
            _ = try await manager.reveal(ConnectorName("binance"), in: .master)
            #expect(vault.derivationCount == 2)
        }
    }

    @Test("refuses where a secret does not open, names it, and leaves it untouched when told to")
    func unreadable() async throws {
        try await withTemporaryFolder { folder in
            let manager = try await Self.makeVault(folder)
            let foreign = folder + Self.connectors + "/okx.yml"
            try VaultContent.writeForeign(foreign, key: "x", secret: "y", password: Secret("somebody else's"))
            let damaged = folder + "/credentials/desk/connectors/kraken.yml"
            try Data("connector: [".utf8).write(to: URL(filePath: damaged))
            let before = try TestFiles.all(folder)
            let refusal = await #expect(throws: Failure.self) {
                try await manager.changePassword(Self.change, progress: { _ in })
            }
            #expect(refusal?.kind == .damaged)
            let message = try #require(refusal?.message)
            #expect(message.contains("master_account/connectors/okx.yml: binance_api_key"))
            #expect(message.contains("desk/connectors/kraken.yml: which is damaged"))
            #expect(try TestFiles.all(folder) == before)
            let foreignBytes = try contents(foreign)
            var change = Self.change
            change.leavesUnreadable = true
            let outcome = try await manager.changePassword(change, progress: { _ in })
            #expect(outcome.left.count == 3)
            #expect(try contents(foreign) == foreignBytes)
            #expect(String(decoding: try contents(damaged), as: UTF8.self) == "connector: [")
        }
    }

    @Test("leaves the verification file of an account with another password alone")
    func otherAccount() async throws {
        try await withTemporaryFolder { folder in
            let manager = try await Self.makeVault(folder)
            let file = folder + "/credentials/desk/.password_verification"
            try Data(VaultContent.foreignArmor("HummingBot", password: Secret("theirs")).utf8)
                .write(to: URL(filePath: file))
            let before = try contents(file)
            _ = try await manager.changePassword(Self.change, progress: { _ in })
            #expect(try contents(file) == before)
        }
    }

    @Test("refuses a wrong, an empty, an equal and an impossible password, and stays locked")
    func refusals() async throws {
        try await withTemporaryFolder { folder in
            _ = try await Self.makeVault(folder)
            let before = try TestFiles.all(folder)
            let manager = try TestVault.manager(at: folder)
            for (current, new, kind) in [
                ("wrong", "new", Failure.Kind.wrongPassword), (TestVault.password.exposed(), "", .invalidInput),
                (TestVault.password.exposed(), TestVault.password.exposed(), .invalidInput),
                (TestVault.password.exposed(), "two\nlines", .invalidInput),
            ] {
                let failure = await #expect(throws: Failure.self) {
                    try await manager.changePassword(
                        PasswordChange(current: Secret(current), new: Secret(new)), progress: { _ in })
                }
                #expect(failure?.kind == kind)
                #expect(try await manager.status().state == .locked)
            }
            #expect(try TestFiles.all(folder) == before)
        }
    }

    @Test("another process that sealed under the old password is refused, and finds the new one")
    func otherProcess() async throws {
        try await withTemporaryFolder { folder in
            let manager = try await Self.makeVault(folder)
            let other = try TestVault.manager(at: folder)
            try await other.unlock(with: TestVault.password)
            let store = try FileCredentialStore(path: folder)
            let seen = try await store.verification(of: .master)
            _ = try await manager.changePassword(Self.change, progress: { _ in })
            // Sealed before the change, and its turn comes after it.
            await #expect(throws: StoreError.passwordChanged) {
                try await store.write(
                    CredentialDocument(title: nil, items: []), for: ConnectorName("okx"), in: .master,
                    replacing: .anything, sealedBeside: seen, digest: nil)
            }
            let failure = await #expect(throws: Failure.self) {
                try await other.save(TestVault.binance(mode: .replace))
            }
            #expect(failure?.kind == .locked)
            try await other.unlock(with: Self.new)
            _ = try await other.save(TestVault.binance("third", mode: .replace))
            #expect(
                try await manager.reveal(ConnectorName("binance"), in: .master).values["binance_api_secret"] == "third")
        }
    }

    @Test("a file that another process writes meanwhile is sealed anew as well")
    func changedMeanwhile() async throws {
        try await withTemporaryFolder { folder in
            let manager = try await Self.makeVault(folder)
            let file = folder + Self.connectors + "/gate_io.yml"
            let count = Mutex(0)
            let outcome = try await manager.changePassword(Self.change) { _ in
                if count.withLock({
                    $0 += 1; return $0
                }) == 1 {
                    try? VaultContent.writeForeign(file, key: "newer", secret: "newer still")
                }
            }
            #expect(outcome.left == [])
            let after = try VaultContent(folder, password: Self.new)
            #expect(after.secrets["credentials/master_account/connectors/gate_io.yml binance_api_key"] == "newer")
        }
    }

    @Test("of two changes at once one is made, and the other says so")
    func twoAtOnce() async throws {
        try await withTemporaryFolder { folder in
            let manager = try await Self.makeVault(folder)
            let other = try TestVault.manager(at: folder)
            let isFirst = Mutex(true)
            let turns = AsyncStream.makeStream(of: Void.self)
            let passwords = [Secret("one"), Secret("two")]
            let second = Task {
                for await _ in turns.stream { break }
                return try await other.changePassword(
                    PasswordChange(current: TestVault.password, new: passwords[1]), progress: { _ in })
            }
            var isRefused = false
            do {
                _ = try await manager.changePassword(
                    PasswordChange(current: TestVault.password, new: passwords[0])
                ) { _ in
                    if isFirst.withLock({ first in
                        defer { first = false }; return first
                    }) {
                        turns.continuation.yield()
                    }
                }
            } catch let failure as Failure {
                #expect([.locked, .conflict].contains(failure.kind))
                isRefused = true
            }
            turns.continuation.yield()
            let isOtherRefused: Bool
            do {
                _ = try await second.value
                isOtherRefused = false
            } catch let failure as Failure {
                #expect([.locked, .conflict, .wrongPassword].contains(failure.kind))
                isOtherRefused = true
            }
            #expect(isRefused != isOtherRefused)
            let winner = passwords[isRefused ? 1 : 0]
            #expect(!(try VaultContent(folder, password: winner).secrets.values.contains(nil)))
        }
    }

    @Test("a save just before the new password is known here ends nothing but the old session")
    func saveMeanwhile() async throws {
        try await withTemporaryFolder { folder in
            _ = try await Self.makeVault(folder)
            let halt = Halt(at: .durable)
            defer { halt.goOn() }
            let manager = try Self.manager(folder, halt)
            let change = Task { try await manager.changePassword(Self.change, progress: { _ in }) }
            await halt.reached()
            let failure = await #expect(throws: Failure.self) {
                try await manager.save(TestVault.binance("late", mode: .replace))
            }
            #expect(failure?.kind == .locked)
            halt.goOn()
            let outcome = try await change.value
            #expect(!outcome.notices.contains { $0.contains("locked meanwhile") })
            #expect(try await manager.status().state == .unlocked)
            _ = try await manager.save(TestVault.binance("later", mode: .replace))
            #expect(!(try VaultContent(folder, password: Self.new).secrets.values.contains(nil)))
        }
    }

    @Test("who locks the vault during a change finds it locked afterwards, and is told")
    func lockMeanwhile() async throws {
        try await withTemporaryFolder { folder in
            _ = try await Self.makeVault(folder)
            let halt = Halt(at: .durable)
            defer { halt.goOn() }
            let manager = try Self.manager(folder, halt)
            let change = Task { try await manager.changePassword(Self.change, progress: { _ in }) }
            await halt.reached()
            try await manager.lock()
            halt.goOn()
            let outcome = try await change.value
            #expect(outcome.notices.contains { $0.contains("locked meanwhile") })
            #expect(try await manager.status().state == .locked)
            try await manager.unlock(with: Self.new)
        }
    }

    @Test(
        "a change that fails leaves the vault locked, unless somebody else has unlocked it",
        arguments: ["nobody", "before", "meanwhile"])
    func failure(whoUnlocks: String) async throws {
        try await withTemporaryFolder { folder in
            _ = try await Self.makeVault(folder)
            let before = try TestFiles.all(folder)
            let halt = Halt(at: .staged, failing: true)
            defer { halt.goOn() }
            let manager = try Self.manager(folder, halt)
            if whoUnlocks == "before" { try await manager.unlock(with: TestVault.password) }
            let change = Task { try await manager.changePassword(Self.change, progress: { _ in }) }
            await halt.reached()
            if whoUnlocks == "meanwhile" { try await manager.unlock(with: TestVault.password) }
            halt.goOn()
            await #expect(throws: Failure.self) { try await change.value }
            let expected: VaultStatus.State = whoUnlocks == "nobody" ? .locked : .unlocked
            #expect(try await manager.status().state == expected)
            let after = try TestFiles.all(folder)
            for (path, bytes) in before where path.hasPrefix("credentials/") { #expect(after[path] == bytes) }
        }
    }

    private static func manager(_ folder: String, _ halt: Halt) throws -> KeyManager {
        let hooks = StoreHooks { step in try halt.reach(step) }
        return KeyManager(
            store: try FileCredentialStore(path: folder, hooks: hooks), vault: TestVault.vault(), catalog: .standard,
            verification: nil, logger: .silent)
    }

    @Test("a conf folder is changed, too, and so is an account whose name the API refuses")
    func otherLayouts() async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.createDirectory(atPath: folder + "/bots", withIntermediateDirectories: false)
            _ = try await TestVault.created(at: folder + "/bots").save(TestVault.binance())
            let conf = folder + "/bots/credentials/master_account"
            let manager = try TestVault.manager(at: conf)
            _ = try await manager.changePassword(Self.change, progress: { _ in })
            #expect(try VaultContent(conf, password: Self.new).secrets.values.contains("the-secret"))
        }
        try await withTemporaryFolder { folder in
            let manager = try await Self.makeVault(folder)
            try FileManager.default.copyItem(
                atPath: folder + "/credentials/desk", toPath: folder + "/credentials/the desk")
            _ = try await manager.changePassword(Self.change, progress: { _ in })
            let after = try VaultContent(folder, password: Self.new)
            #expect(after.secrets["credentials/the desk/connectors/binance.yml binance_api_secret"] == "desk")
        }
    }

    @Test("adopting leaves one salt, the plaintexts, and what does not open")
    func adopt() async throws {
        try await withTemporaryFolder { folder in
            let manager = try await Self.makeVault(folder)
            let entry = try await manager.remove(ConnectorName("gate_io"), from: .master, expecting: nil)
            try VaultContent.writeForeign(folder + Self.connectors + "/gate_io.yml", key: "k", secret: "s")
            let verification = folder + "/credentials/desk/.password_verification"
            try Data(VaultContent.foreignArmor("HummingBot").utf8).write(to: URL(filePath: verification))
            let before = try VaultContent(folder, password: TestVault.password)
            #expect(before.salts.count == 6)
            let outcome = try await manager.adopt(progress: { _ in })
            #expect((outcome.secretCount, outcome.fileCount) == (4, 3))
            let after = try VaultContent(folder, password: TestVault.password)
            #expect(after.secrets == before.secrets)
            #expect(after.salts.count == 1)
            #expect(after.salts.isSubset(of: before.salts))
            #expect(entry != nil)
            let again = try await manager.adopt(progress: { _ in })
            #expect((again.secretCount, again.fileCount) == (0, 0))
            let vault = TestVault.vault()
            let fresh = KeyManager(
                store: try FileCredentialStore(path: folder), vault: vault, catalog: .standard, verification: nil,
                logger: .silent)
            try await fresh.unlock(with: TestVault.password)
            _ = try await fresh.reveal(ConnectorName("gate_io"), in: .master)
            #expect(vault.derivationCount == 1)
            let foreign = folder + Self.connectors + "/okx.yml"
            try VaultContent.writeForeign(foreign, key: "x", secret: "y", password: Secret("somebody else's"))
            let bytes = try contents(foreign)
            #expect(try await fresh.adopt(progress: { _ in }).left.count == 2)
            #expect(try contents(foreign) == bytes)
        }
    }

    @Test("adopting a vault with a weak verification file makes it open with one derivation")
    func adoptWeak() async throws {
        try await withTemporaryFolder { folder in
            _ = try await TestVault.created(at: folder).save(TestVault.binance())
            let manager = KeyManager(
                store: try FileCredentialStore(path: folder),
                vault: Vault(standard: SealingStandard(rounds: 2000), threadCount: 2), catalog: .standard,
                verification: nil,
                logger: .silent)
            try await manager.unlock(with: TestVault.password)
            #expect(try await manager.adopt(progress: { _ in }).secretCount == 2)
            #expect(try VaultContent(folder, password: TestVault.password).salts.count == 1)
            _ = try await manager.save(TestVault.binance("next", mode: .replace))
            #expect(try VaultContent(folder, password: TestVault.password).salts.count == 1)
        }
    }
}

/// Holds a change up where it first reaches a step, until it is let go on.
private final class Halt: Sendable {
    private let step: WriteStep
    private let failing: Bool
    private let isReached = Mutex(false)
    private let mayGoOn = Mutex(false)
    private let reaches: AsyncStream<Void>
    private let tell: AsyncStream<Void>.Continuation

    init(at step: WriteStep, failing: Bool = false) {
        let stream = AsyncStream.makeStream(of: Void.self)
        reaches = stream.stream
        tell = stream.continuation
        self.step = step
        self.failing = failing
    }

    /// Called by the change at every step; blocks its thread at the one that is meant.
    func reach(_ step: WriteStep) throws {
        let isRepeated = isReached.withLock { isReached in
            defer { if step == self.step { isReached = true } }
            return isReached
        }
        guard step == self.step, !isRepeated else { return }
        tell.yield()
        while !mayGoOn.withLock({ $0 }) { sched_yield() }
        if failing { throw CocoaError(.fileWriteUnknown) }
    }

    /// Waits until the change has come there.
    func reached() async { for await _ in reaches { break } }

    func goOn() { mayGoOn.withLock { $0 = true } }
}

/// The files below a folder.
enum TestFiles {
    static func all(_ folder: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            files[path] = try contents(folder + "/" + path)
        }
        return files
    }
}
