import CredentialVault
import Credentials
import Foundation
import Testing
import VaultTesting

/// A copy of the folder at any step of a change is what a crash there leaves; a new store over the copy must lose
/// nothing of what was acknowledged and show nothing half-done.
@Suite("File store after a crash")
struct StoreCrashTests {
    struct Operation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let run: @Sendable (FileCredentialStore, [TrashEntry]) async throws -> Void

        init(_ description: String, run: @escaping @Sendable (FileCredentialStore, [TrashEntry]) async throws -> Void) {
            testDescription = description
            self.run = run
        }

        static let all: [Operation] = [
            Operation("add") { store, _ in
                _ = try await store.write(document("new"), for: ConnectorName("new"), in: .master, replacing: .absent)
            },
            Operation("replace") { store, _ in
                _ = try await store.write(document("new"), for: TestTree.c, in: .master, replacing: .present)
            },
            Operation("remove") { store, _ in _ = try await store.remove(TestTree.c, from: .master, expecting: nil) },
            Operation("create account") { store, _ in try await store.createAccount(AccountName("new")) },
            Operation("delete account") { store, _ in _ = try await store.deleteAccount(AccountName("desk")) },
            Operation("restore credential") { store, trash in
                _ = try await store.restore(trash.id(of: .credential, "gone"), force: false)
            },
            Operation("restore credential over another") { store, trash in
                _ = try await store.restore(trash.id(of: .credential, "c"), force: true)
            },
            Operation("restore account") { store, trash in
                _ = try await store.restore(trash.id(of: .account, "old"), force: false)
            },
            Operation("restore account over another") { store, trash in
                _ = try await store.restore(trash.id(of: .account, "desk"), force: true)
            },
        ]

        private static func document(_ value: String) -> CredentialDocument { TestTree.document(value) }
    }

    /// Two accounts with credentials; a replaced and a removed credential and two deleted accounts in the undo store.
    private func makeVault(_ folder: String) async throws {
        let store = try FileCredentialStore(path: folder)
        try await store.create(verification: [1])
        let (gone, desk, old) = (try ConnectorName("gone"), try AccountName("desk"), try AccountName("old"))
        _ = try await store.write(TestTree.document("first"), for: TestTree.c, in: .master, replacing: .absent)
        _ = try await store.write(TestTree.document("second"), for: TestTree.c, in: .master, replacing: .present)
        _ = try await store.write(TestTree.document("gone"), for: gone, in: .master, replacing: .absent)
        _ = try await store.remove(gone, from: .master, expecting: nil)
        for (account, value) in [(old, "old"), (desk, "desk 1")] {
            try await store.createAccount(account)
            _ = try await store.write(TestTree.document(value), for: TestTree.c, in: account, replacing: .absent)
            _ = try await store.deleteAccount(account)
        }
        try await store.createAccount(desk)
        _ = try await store.write(TestTree.document("desk 2"), for: TestTree.c, in: desk, replacing: .absent)
    }

    /// The values in the files of the accounts and of whole entries of the undo store, each as often as it is there.
    private func values(_ folder: String) async throws -> (live: [String], trash: [String]) {
        let store = try FileCredentialStore(path: folder)
        let live = try await store.snapshot().accounts.flatMap { account in
            try account.credentials.map { credential in "\(account.name) \(try credential.content.get().value)" }
        }
        let trash = try await store.trash().flatMap { entry in
            let path = folder + "/.keys-manager/trash/\(entry.id)"
            switch entry.kind {
            case .credential:
                return ["\(entry.account) \(try CredentialDocument(bytes: contents(path + "/credential.yml")).value)"]
            case .account:
                let files = try FileManager.default.contentsOfDirectory(atPath: path + "/account/connectors")
                #expect(entry.contents.map { "\($0).yml" } == files.sorted())
                return try files.map { file in
                    let bytes = try contents(path + "/account/connectors/" + file)
                    return "\(entry.account) \(try CredentialDocument(bytes: bytes).value)"
                }
            }
        }
        return (live.sorted(), trash.sorted())
    }

    @Test("loses nothing and shows nothing half-done", arguments: Operation.all, [true, false])
    func crash(operation: Operation, hasRenameFlags: Bool) async throws {
        try await withTemporaryFolder { folder in
            let bots = folder + "/bots"
            try TestTree.makeFolder(bots)
            try await makeVault(bots)
            let before = try await values(bots)
            let hooks = StoreHooks(hasRenameFlags: hasRenameFlags) { step in
                let copy = folder + "/\(step)"
                if !FileManager.default.fileExists(atPath: copy) {
                    try FileManager.default.copyItem(atPath: bots, toPath: copy)
                }
            }
            let store = try FileCredentialStore(path: bots, hooks: hooks)
            try await operation.run(store, try await store.trash())
            let after = try await values(bots)
            let steps = WriteStep.allCases.filter { FileManager.default.fileExists(atPath: folder + "/\($0)") }
            #expect(steps.count >= 5)
            for step in steps {
                let copy = folder + "/\(step)"
                let isPlain = hasRenameFlags || operation.testDescription != "restore account over another"
                let found = try await values(copy)
                if isPlain { #expect(found.live == before.live || found.live == after.live, "\(step)") }
                // The next change tidies up.
                let next = try FileCredentialStore(path: copy)
                try await next.createAccount(AccountName("next"))
                let tidied = try await values(copy)
                #expect(tidied.live == found.live, "\(step)")
                for value in Set(before.live + before.trash) {
                    #expect((tidied.live + tidied.trash).contains(value), "\(step) lost \(value)")
                }
                if tidied.live == before.live, isPlain { #expect(tidied.trash == before.trash, "\(step)") }
                if step == .finished { #expect(tidied == after) }
                for name in ["staging", "pending"] {
                    #expect(
                        try FileManager.default.contentsOfDirectory(atPath: copy + "/.keys-manager/" + name).isEmpty)
                }
                for entry in try await next.trash() where entry.kind == .credential {
                    _ = try await next.restore(entry.id, force: true)
                }
            }
        }
    }

    @Test("in the middle of making a vault, the vault can still be made")
    func creating() async throws {
        try await withTemporaryFolder { folder in
            let bots = folder + "/bots"
            try TestTree.makeFolder(bots)
            let hooks = StoreHooks { step in try FileManager.default.copyItem(atPath: bots, toPath: folder + "/\(step)")
            }
            try await FileCredentialStore(path: bots, hooks: hooks).create(verification: [1])
            for step in [WriteStep.began, .staged] {
                let store = try FileCredentialStore(path: folder + "/\(step)")
                try await store.create(verification: [2])
                #expect(try await store.verification(of: .master) == [2])
            }
            let made = try FileCredentialStore(path: folder + "/changed")
            #expect(try await made.verification(of: .master) == [1])
        }
    }

    @Test(
        "an error at any step leaves the old bytes or the new ones, and nothing in the way", arguments: Operation.all,
        WriteStep.allCases)
    func failure(operation: Operation, at failing: WriteStep) async throws {
        try await withTemporaryFolder { folder in
            try await makeVault(folder)
            let before = try await values(folder)
            let hooks = StoreHooks { step in if step == failing { throw CocoaError(.fileWriteUnknown) } }
            let store = try FileCredentialStore(path: folder, hooks: hooks)
            do { try await operation.run(store, try await store.trash()) } catch is CocoaError {}
            let found = try await values(folder)
            for value in Set(before.live + before.trash) {
                #expect((found.live + found.trash).contains(value), "lost \(value)")
            }
            if failing == .began || failing == .staged { #expect(found == before) }
            try await FileCredentialStore(path: folder).createAccount(AccountName("next"))
            #expect(try await values(folder) == found)
        }
    }
}

extension [TrashEntry] {
    fileprivate func id(of kind: TrashEntry.Kind, _ name: String) throws -> TrashID {
        try #require(first { $0.kind == kind && ($0.connector?.description ?? $0.account.description) == name }).id
    }
}

extension CredentialDocument {
    fileprivate var value: String {
        if case .text(let text)? = self["k"] { text } else { "none" }
    }
}
