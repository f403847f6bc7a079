import CredentialVault
import Credentials
import Foundation
import Synchronization
import Testing
import VaultTesting

/// A copy of the folders at any step of a change of many files is what a crash there leaves.
@Suite("A change of many files")
struct RewriteCrashTests {
    private static let accounts = ["master_account", "desk"]

    private static func makeVault(_ folder: String) async throws {
        try TestTree.makeFolder(folder + "/bots")
        try TestTree.makeFolder(folder + "/home")
        try TestTree.write("CONFIG_PASSWORD=old\n", to: folder + "/home/.env")
        let store = try FileCredentialStore(path: folder + "/bots")
        try await store.create(verification: [1])
        try await store.createAccount(AccountName("desk"))
        for account in accounts {
            for value in ["replaced", "old"] {
                _ = try await store.write(
                    TestTree.document(value), for: TestTree.c, in: AccountName(account), replacing: .anything)
            }
        }
    }

    private static func rewrite(_ folder: String, hooks: StoreHooks) async throws -> [TrashEntry] {
        let store = try FileCredentialStore(path: folder + "/bots", hooks: hooks)
        let seen = try await FileCredentialStore(path: folder + "/bots").sealedFiles()
        let replacements = seen.enumerated().map { position, file in
            let bytes =
                file.kind == .verification ? [2] : TestTree.document(file.trash == nil ? "new" : "new trash").bytes
            return (position, bytes)
        }
        return try await store.rewrite(
            Rewrite(
                seen: seen, replacements: Dictionary(uniqueKeysWithValues: replacements),
                outside: OutsideFile(
                    path: folder + "/home/.env", current: try contents(folder + "/home/.env"),
                    replacement: Array("CONFIG_PASSWORD=new\n".utf8))))
    }

    /// What is in the files, without the folder's bookkeeping.
    private static func state(_ folder: String) async throws -> [String] {
        let store = try FileCredentialStore(path: folder + "/bots")
        let files = try await store.sealedFiles().map { file in
            "\(file.path) \(String(decoding: try file.content.get(), as: UTF8.self))"
        }
        return files + [String(decoding: try contents(folder + "/home/.env"), as: UTF8.self)]
    }

    private static func leftovers(_ folder: String) throws -> [String] {
        let own = folder + "/bots/.keys-manager/"
        let names = try ["staging", "pending"].flatMap { try FileManager.default.contentsOfDirectory(atPath: own + $0) }
        let home = try FileManager.default.contentsOfDirectory(atPath: folder + "/home").filter { $0 != ".env" }
        return names + home + (FileManager.default.fileExists(atPath: own + "rewrite") ? ["rewrite"] : [])
    }

    @Test("is finished or undone by whoever comes next, at every step", arguments: [true, false])
    func crash(hasRenameFlags: Bool) async throws {
        try await withTemporaryFolder { folder in
            let live = folder + "/live"
            try await Self.makeVault(live)
            let before = try await Self.state(live)
            let copies = Mutex<[(WriteStep, String)]>([])
            let hooks = StoreHooks(hasRenameFlags: hasRenameFlags) { step in
                let copy = copies.withLock { copies in
                    copies.append((step, folder + "/\(copies.count)"))
                    return copies[copies.count - 1].1
                }
                try FileManager.default.copyItem(atPath: live, toPath: copy)
                // The plan names the folder of the `.env`; here it has to be the copy's.
                try Self.redirect(copy, from: live)
            }
            #expect(try await Self.rewrite(live, hooks: hooks).isEmpty)
            let after = try await Self.state(live)
            #expect(try Self.leftovers(live).isEmpty)
            #expect(after.count == before.count)
            #expect(zip(before, after).allSatisfy { $0 != $1 })
            let steps = copies.withLock { $0 }
            #expect(steps.count > 20)
            var isCommitted = false
            for (step, copy) in steps {
                if step == .committed { isCommitted = true }
                // Reading is enough to finish what was committed, before anything is seen of it.
                let store = try FileCredentialStore(path: copy + "/bots")
                let live = try await store.snapshot().accounts.flatMap(\.credentials).map { try $0.content.get() }
                let values = live.compactMap { $0["k"] }
                #expect(values == Self.accounts.map { _ in .text(isCommitted ? "new" : "old") }, "\(step)")
                try FileCredentialStore.finishInterruptedChange(path: copy + "/bots")
                #expect(try await Self.state(copy) == (isCommitted ? after : before), "\(step)")
                #expect(try Self.leftovers(copy).isEmpty, "\(step)")
            }
        }
    }

    private static func redirect(_ copy: String, from live: String) throws {
        for path in try FileManager.default.subpathsOfDirectory(atPath: copy + "/bots/.keys-manager")
        where path.hasSuffix("plan.json") || path.hasSuffix("outside.json") {
            let file = copy + "/bots/.keys-manager/" + path
            let text = String(decoding: try contents(file), as: UTF8.self)
            try TestTree.write(text.replacing(live + "/home", with: copy + "/home"), to: file)
        }
    }

    @Test("an error before the commit changes nothing, and one behind it is made good", arguments: WriteStep.allCases)
    func failure(at failing: WriteStep) async throws {
        try await withTemporaryFolder { folder in
            try await Self.makeVault(folder)
            let before = try await Self.state(folder)
            let hooks = StoreHooks { step in if step == failing { throw CocoaError(.fileWriteUnknown) } }
            var hasFailed = false
            do { _ = try await Self.rewrite(folder, hooks: hooks) } catch is CocoaError { hasFailed = true }
            let isReached = ![WriteStep.copied, .digested, .undoing].contains(failing)
            #expect(hasFailed == isReached)
            let isOld = [.began, .stagedFile, .staged].contains(failing)
            #expect((try await Self.state(folder) == before) == isOld)
            #expect(try Self.leftovers(folder).isEmpty)
        }
    }

    @Test("has few files open at a time, however many folders it concerns", arguments: [true, false])
    func openFiles(hasRenameFlags: Bool) async throws {
        try await withTemporaryFolder { folder in
            let accounts = (0..<60).map { folder + "/credentials/desk\($0)/connectors" }
            for account in accounts {
                try TestTree.makeFolder(account)
                try TestTree.write(TestTree.document("old").bytes, to: account + "/c.yml")
            }
            let counts = Mutex<[Int]>([])
            let hooks = StoreHooks(hasRenameFlags: hasRenameFlags) { _ in
                let count = try Self.openFileCount(below: folder)
                counts.withLock { $0.append(count) }
            }
            let store = try FileCredentialStore(path: folder, hooks: hooks)
            let seen = try await store.sealedFiles()
            let replacements = seen.indices.map { ($0, TestTree.document("new").bytes) }
            _ = try await store.rewrite(
                Rewrite(seen: seen, replacements: Dictionary(uniqueKeysWithValues: replacements)))
            for account in accounts { #expect(try contents(account + "/c.yml") == TestTree.document("new").bytes) }
            let found = counts.withLock { $0 }
            #expect(found.count > 2 * accounts.count)
            #expect(found.allSatisfy { (1...20).contains($0) }, "\(found)")
        }
    }

    /// How many files and folders below a folder this process has open; other tests have theirs elsewhere.
    private static func openFileCount(below folder: String) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { name in
            // One that is closed by now is no link any more.
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name)
            return target?.hasPrefix(folder) ?? false
        }
    }

    @Test("what another program wrote at the last moment is kept in the undo store", arguments: [true, false])
    func otherProgram(hasRenameFlags: Bool) async throws {
        try await withTemporaryFolder { folder in
            try await Self.makeVault(folder)
            let hooks = StoreHooks(hasRenameFlags: hasRenameFlags) { step in
                guard step == .committed else { return }
                try TestTree.write(TestTree.document("theirs").bytes, to: folder + "/bots" + TestTree.file)
            }
            let kept = try await Self.rewrite(folder, hooks: hooks)
            #expect(kept.map(\.reason) == [.replaced])
            let entry = try #require(kept.first)
            let bytes = try contents(folder + "/bots/.keys-manager/trash/\(entry.id)/credential.yml")
            #expect(bytes == TestTree.document("theirs").bytes)
            #expect(try contents(folder + "/bots" + TestTree.file) == TestTree.document("new").bytes)
        }
    }

    @Test("is refused when anything is not as it was seen")
    func changed() async throws {
        try await withTemporaryFolder { folder in
            try await Self.makeVault(folder)
            let store = try FileCredentialStore(path: folder + "/bots")
            let seen = try await store.sealedFiles()
            try TestTree.write("another", to: folder + "/bots" + TestTree.file)
            await #expect(throws: StoreError.filesChanged(path: String(TestTree.file.dropFirst()))) {
                _ = try await store.rewrite(Rewrite(seen: seen, replacements: [0: [2]]))
            }
            _ = try await store.remove(TestTree.c, from: .master, expecting: nil)
            await #expect(throws: StoreError.self) {
                _ = try await store.rewrite(Rewrite(seen: seen, replacements: [0: [2]]))
            }
            #expect(try await store.verification(of: .master) == [1])
        }
    }

    @Test("a plan that leads out of the vault, or acts on another file, is not followed")
    func hostilePlan() async throws {
        try await withTemporaryFolder { folder in
            try await Self.makeVault(folder)
            let own = folder + "/bots/.keys-manager"
            let revision = "9f86d081884c7d659a2feaa0c55ad015"
            for plan in [
                #"{"files":[{"staged":"0","path":["..","x"],"old":"\#(revision)","new":"\#(revision)"}],"outside":null}"#,
                #"{"files":[],"outside":{"folder":"\#(folder)/home","name":".env","staged":"x","new":"\#(revision)"}}"#,
                "{",
            ] {
                try TestTree.makeFolder(own + "/rewrite")
                try TestTree.write(plan, to: own + "/rewrite/plan.json")
                await #expect(throws: StoreError.self) {
                    try await FileCredentialStore(path: folder + "/bots").createAccount(AccountName("x"))
                }
                try FileManager.default.removeItem(atPath: own + "/rewrite")
            }
            #expect(String(decoding: try contents(folder + "/home/.env"), as: UTF8.self) == "CONFIG_PASSWORD=old\n")
        }
    }

    @Test("a file outside that is a folder, or is not as it was seen, is refused before anything changes")
    func refused() async throws {
        try await withTemporaryFolder { folder in
            try await Self.makeVault(folder)
            let before = try await Self.state(folder)
            let env = folder + "/home/.env"
            let store = try FileCredentialStore(path: folder + "/bots")
            let seen = try await store.sealedFiles()
            await #expect(throws: StoreError.self) {
                _ = try await store.rewrite(
                    Rewrite(
                        seen: seen, replacements: [0: [2]],
                        outside: OutsideFile(path: folder + "/home", current: [], replacement: [1])))
            }
            await #expect(throws: StoreError.filesChanged(path: env)) {
                _ = try await store.rewrite(
                    Rewrite(
                        seen: seen, replacements: [0: [2]],
                        outside: OutsideFile(path: env, current: [1], replacement: [1])))
            }
            #expect(try await Self.state(folder) == before)
            #expect(try Self.leftovers(folder).isEmpty)
        }
    }
}
