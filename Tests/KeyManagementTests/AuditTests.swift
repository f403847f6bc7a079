import Credentials
import ExchangeVerification
import Foundation
import KeyManagement
import OrderedJSON
import Synchronization
import Testing
import VaultTesting

@testable import CredentialVault

@Suite("The audit log")
struct AuditTests {
    private let binance: ConnectorName

    init() throws { binance = try ConnectorName("binance") }

    private func manager(_ folder: String, audit: Bool = true) throws -> KeyManager {
        let store = try FileCredentialStore(path: folder)
        return KeyManager(
            store: store, vault: TestVault.vault(), catalog: .standard, verification: nil, logger: .silent,
            audit: audit ? AuditLog(of: store) : nil)
    }

    private func withVault(_ body: (KeyManager, _ folder: String) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let keys = try manager(folder)
            try await keys.createVault(with: TestVault.password)
            try await body(keys, folder)
        }
    }

    @Test("every change has an intent and an outcome, with who asked")
    func changes() async throws {
        try await withVault { keys, folder in
            let desk = try AccountName("desk")
            let actor = AuditActor(door: "api", login: "trader", address: "192.0.2.7")
            try await AuditActor.$current.withValue(actor) {
                try await keys.createAccount(desk)
                _ = try await keys.save(TestVault.binance("CANARY-secret", in: desk))
                _ = try await keys.save(TestVault.binance("CANARY-again", in: desk, mode: .replace))
                _ = try await keys.reveal(binance, in: desk)
                let removed = try #require(try await keys.remove(binance, from: desk, expecting: nil))
                _ = try await keys.restore(removed.id, force: false)
                _ = try await keys.deleteAccount(desk)
                _ = try await keys.purge(olderThan: 0)
                _ = try await keys.changePassword(
                    PasswordChange(current: TestVault.password, new: Secret("CANARY-password")), progress: { _ in })
                try await keys.lock()
                try await keys.unlock(with: Secret("CANARY-password"))
            }
            let records = try await keys.auditRecords(after: 0)
            let intents = records.filter { $0.event == "intent" }
            #expect(
                intents.compactMap(\.action) == [
                    "vault_create", "account_create", "credential_add", "credential_replace", "credential_reveal",
                    "credential_remove", "trash_restore", "account_delete", "trash_purge", "password_change",
                ])
            #expect(intents.dropFirst().allSatisfy { $0.actor == actor })
            #expect(intents[2].account == "desk" && intents[2].connector == "binance")
            let outcomes = records.filter { $0.event == "outcome" }
            #expect(outcomes.compactMap(\.intent) == intents.map(\.number))
            #expect(outcomes.allSatisfy { $0.outcome == "done" })
            #expect(
                records.filter { $0.event == "event" }.compactMap(\.action).suffix(2) == ["vault_lock", "vault_unlock"])
            let text = String(decoding: try contents(folder + "/.keys-manager/log/current.jsonl"), as: UTF8.self)
            #expect(!text.contains("CANARY"))
            #expect(try await keys.auditLog?.chain.verify().breaks.isEmpty == true)
        }
    }

    @Test("a change that fails says so with its code, and a wrong password is recorded")
    func failures() async throws {
        try await withVault { keys, _ in
            await #expect(throws: Failure.self) {
                try await keys.remove(binance, from: .master, expecting: nil)
            }
            await #expect(throws: Failure.self) { try await keys.unlock(with: Secret("wrong")) }
            let records = try await keys.auditRecords(after: 0)
            let failed = try #require(records.last { $0.event == "outcome" })
            #expect(failed.outcome == "failed" && failed.detail == "no_such_credential")
            #expect(records.last?.action == "vault_unlock" && records.last?.outcome == "failed")
        }
    }

    @Test("what cannot be announced is not done")
    func unwritable() async throws {
        try await withVault { keys, folder in
            let log = folder + "/.keys-manager/log/current.jsonl"
            try FileManager.default.removeItem(atPath: log)
            try FileManager.default.createDirectory(atPath: log, withIntermediateDirectories: false)
            let failure = try #require(
                await #expect(throws: Failure.self) { try await keys.save(TestVault.binance()) })
            #expect(failure.kind == .storage)
            #expect(failure.message.contains("audit log cannot be written, so nothing was changed"))
            #expect(try await keys.credentials(in: .master).isEmpty)
            await #expect(throws: Failure.self) { try await keys.createAccount(try AccountName("desk")) }
            #expect(try await keys.accounts().count == 1)
        }
    }

    @Test("locking is recorded on a full disk, too, in the space that is kept for it")
    func lockOnFullDisk() async throws {
        try await withTemporaryFolder { folder in
            let reserve = folder + "/.keys-manager/log/reserve"
            let isFull = Mutex(false)
            var hooks = StoreHooks()
            hooks.logging = {
                guard isFull.withLock({ $0 }), FileManager.default.fileExists(atPath: reserve) else { return }
                throw FileError("write", "current.jsonl", code: ENOSPC)
            }
            let store = try FileCredentialStore(path: folder, hooks: hooks)
            let keys = KeyManager(
                store: store, vault: TestVault.vault(), catalog: .standard, verification: nil, logger: .silent,
                audit: AuditLog(of: store))
            try await keys.createVault(with: TestVault.password)
            isFull.withLock { $0 = true }
            // Unlocking has no right to that space; it goes on unrecorded.
            try await keys.unlock(with: TestVault.password)
            #expect(FileManager.default.fileExists(atPath: reserve))
            try await keys.lock()
            #expect(try await keys.auditRecords(after: 0).compactMap(\.action) == ["vault_create", "vault_lock"])
        }
    }

    @Test("the first records after one are as many as were asked for")
    func firstRecords() async throws {
        try await withTemporaryFolder { folder in
            let log = AuditLog(of: try FileCredentialStore(path: folder), rotationByteCount: 1000)
            for _ in 0..<20 { await log.signedIn() }
            // A line that is no record takes nobody's place.
            try await log.chain.add(JSONObject([("detail", "x")]))
            for _ in 0..<20 { await log.signedIn() }
            #expect(try await log.records(after: 17, atMost: 5).map(\.number) == [18, 19, 20, 22, 23])
            let all = try await log.records()
            #expect(try await log.records(after: 0, atMost: 100) == all)
            #expect(try await log.records(after: 41, atMost: 5).isEmpty)
        }
    }

    @Test("failed logins of one address are one line a minute, with their count")
    func logins() async throws {
        try await withTemporaryFolder { folder in
            let time = Mutex(UnixTime(seconds: 1_795_000_000))
            let log = AuditLog(of: try FileCredentialStore(path: folder), now: { time.withLock { $0 } })
            for _ in 0..<5 { await log.loginFailed(from: "192.0.2.7") }
            await log.loginFailed(from: "192.0.2.8")
            time.withLock { $0 = $0.advanced(by: 61_000) }
            await log.loginFailed(from: "192.0.2.7")
            await log.loginFailed(from: "192.0.2.7")
            await log.flush(isFinal: true)
            let records = try await log.records()
            #expect(records.compactMap(\.count) == [1, 1, 5, 1])
            #expect(records.map(\.actor.address) == ["192.0.2.7", "192.0.2.8", "192.0.2.7", "192.0.2.7"])
        }
    }
}
