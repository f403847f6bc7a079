import CredentialVault
import Credentials
import Foundation
import Testing
import VaultTesting

@Suite("Snapshots of a tree that others change")
struct SnapshotTests {
    /// How a store looks: with a watch, without, and with one that the system does not give enough of.
    static let looks: [(watching: Bool, watchLimit: Int)] = [
        (true, .max), (false, .max), (true, 0), (true, 2), (true, 4),
    ]

    private func makeVault(_ folder: String, _ look: (watching: Bool, watchLimit: Int)) async throws
        -> FileCredentialStore
    {
        let store = try FileCredentialStore(
            path: folder, watching: look.watching, hooks: StoreHooks(watchLimit: look.watchLimit))
        try await store.create(verification: [1])
        _ = try await store.write(TestTree.document("1"), for: TestTree.c, in: .master, replacing: .absent)
        return store
    }

    @Test("every change of another program shows in the next snapshot", arguments: looks)
    func changes(look: (watching: Bool, watchLimit: Int)) async throws {
        try await withTemporaryFolder { folder in
            let store = try await makeVault(folder, look)
            let (account, desk) = (folder + "/credentials/master_account", folder + "/credentials/desk")
            let path = folder + TestTree.file
            for round in 0..<40 {
                let value = "\(round % 10)"
                try TestTree.write(TestTree.document(value).bytes, to: path)
                #expect(try await store.value() == .text(value), "in place, same size")
                try TestTree.write(TestTree.document("r" + value).bytes, to: path + ".tmp")
                #expect(rename(path + ".tmp", path) == 0)
                #expect(try await store.value() == .text("r" + value), "renamed over")
                try TestTree.write(TestTree.document("n").bytes, to: account + "/connectors/n.yml")
                #expect(try await store.snapshot()[.master]?.credentials.count == 2, "a new file")
                #expect(unlink(account + "/connectors/n.yml") == 0)
                #expect(try await store.snapshot()[.master]?.credentials.count == 1, "a deleted file")
                #expect(chmod(path, 0o644) == 0)
                #expect(try await store.snapshot()[.master]?.warnings.count == 1, "an open mode")
                #expect(chmod(path, 0o600) == 0)
                #expect(try await store.snapshot()[.master]?.warnings.isEmpty == true, "a closed mode")
                try TestTree.makeFolder(desk)
                #expect(try await store.snapshot().accounts.count == 2, "a new account")
                try TestTree.makeFolder(desk + "/connectors")
                try TestTree.write(TestTree.document(value).bytes, to: desk + "/connectors/c.yml")
                #expect(try await store.snapshot()[AccountName("desk")]?.credentials.count == 1, "a file in it")
                try FileManager.default.removeItem(atPath: desk)
                #expect(try await store.snapshot().accounts.count == 1, "a deleted account")
                try TestTree.write([UInt8(round)], to: account + "/.password_verification")
                #expect(try await store.snapshot()[.master]?.verification == [UInt8(round)], "a verification file")
            }
        }
    }

    @Test(
        "a file of any time is shown, and so is its next version",
        arguments: [10_413_792_000, -10_413_792_000, Int.max / 2, Int.min / 2])
    func times(seconds: Int) async throws {
        for look in Self.looks {
            try await withTemporaryFolder { folder in
                let store = try await makeVault(folder, look)
                let path = folder + TestTree.file
                let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
                for value in ["2", "3"] {
                    try TestTree.write(TestTree.document(value).bytes, to: path)
                    #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
                    #expect(utimensat(AT_FDCWD, folder + "/.keys-manager", times, 0) == 0)
                    let found = try #require(try await store.snapshot()[.master]?[TestTree.c])
                    // The file system may hold a time to a range of its own.
                    #expect(try TestTree.status(path).st_mtim.tv_sec == found.modifiedAt)
                    #expect(try found.content.get()["k"] == .text(value))
                }
            }
        }
    }

    @Test("with a watch, an unchanged tree is not read again")
    func unchanged() async throws {
        try await withTemporaryFolder { folder in
            let store = try await makeVault(folder, (true, .max))
            // What our own change caused may show once more.
            _ = try await store.snapshot()
            let generation = try await store.snapshot().generation
            for _ in 0..<50 { #expect(try await store.snapshot().generation == generation) }
            _ = try await store.trash()
            #expect(try await store.snapshot().generation == generation)
            try TestTree.write(TestTree.document("2").bytes, to: folder + TestTree.file)
            #expect(try await store.snapshot().generation != generation)
        }
    }

    @Test("accounts that come and go use up no watches")
    func watches() async throws {
        try await withTemporaryFolder { folder in
            // The root, our own folder, the accounts' folder, and two for each of two accounts.
            let store = try await makeVault(folder, (true, 7))
            let desk = try AccountName("desk")
            for _ in 0..<20 {
                try await store.createAccount(desk)
                _ = try await store.snapshot()
                _ = try await store.deleteAccount(desk)
                _ = try await store.snapshot()
            }
            try await store.createAccount(desk)
            _ = try await store.snapshot()
            let generation = try await store.snapshot().generation
            #expect(try await store.snapshot().generation == generation, "the watch went blind")
        }
    }

    @Test("changes and questions at once: what was finished before a question is in its answer", arguments: looks)
    func busy(look: (watching: Bool, watchLimit: Int)) async throws {
        try await withTemporaryFolder { folder in
            let store = try await makeVault(folder, look)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<6 {
                    group.addTask {
                        let name = try ConnectorName("t\(task)")
                        let path = folder + "/credentials/master_account/connectors/t\(task).yml"
                        for number in 0..<60 {
                            try TestTree.write(TestTree.document("\(number)").bytes, to: path)
                            let found = try await store.snapshot()[.master]?[name]?.content.get()["k"]
                            #expect(found == .text("\(number)"))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("a tree that cannot be listed is an error now and an answer once it can be")
    func broken() async throws {
        try await withTemporaryFolder { folder in
            let store = try await makeVault(folder, (true, .max))
            let credentials = folder + "/credentials"
            #expect(rename(credentials, folder + "/aside") == 0)
            try TestTree.write("x", to: credentials)
            await #expect(throws: StoreError.self) { try await store.snapshot() }
            #expect(unlink(credentials) == 0)
            #expect(rename(folder + "/aside", credentials) == 0)
            #expect(try await store.value() == .text("1"))
        }
    }
}

extension FileCredentialStore {
    fileprivate func value() async throws -> DocumentValue? {
        try await snapshot()[.master]?[TestTree.c]?.content.get()["k"]
    }
}
