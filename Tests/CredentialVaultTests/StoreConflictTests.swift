import CredentialVault
import Credentials
import Foundation
import Testing
import VaultTesting

@Suite("File store beside another program")
struct StoreConflictTests {
    /// What another program does to a connector file at the worst moment.
    enum Interference: String, CaseIterable, Sendable {
        case rewrite, rename, delete, folder, link, pipe

        func act(on path: String) throws {
            switch self {
            case .rewrite: try TestTree.write(TestTree.document("theirs").bytes, to: path)
            case .rename:
                try TestTree.write(TestTree.document("theirs").bytes, to: path + ".tmp")
                guard Glibc.rename(path + ".tmp", path) == 0 else { throw CocoaError(.fileWriteUnknown) }
            case .delete: try FileManager.default.removeItem(atPath: path)
            case .folder:
                try FileManager.default.removeItem(atPath: path)
                try TestTree.makeFolder(path)
            case .link:
                try FileManager.default.removeItem(atPath: path)
                try TestTree.link(path, to: "/nowhere")
            case .pipe:
                try FileManager.default.removeItem(atPath: path)
                guard mkfifo(path, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
            }
        }

        func isInPlace(_ path: String) throws -> Bool {
            switch self {
            case .rewrite, .rename: try contents(path) == TestTree.document("theirs").bytes
            case .delete: (try? TestTree.status(path)) == nil
            case .folder: try TestTree.status(path).st_mode & S_IFMT == S_IFDIR
            case .link: try TestTree.status(path).st_mode & S_IFMT == S_IFLNK
            case .pipe: try TestTree.status(path).st_mode & S_IFMT == S_IFIFO
            }
        }
    }

    @Test(
        "a change between reading and exchanging is noticed, reported and kept", arguments: Interference.allCases,
        [true, false])
    func beforeExchange(interference: Interference, hasRenameFlags: Bool) async throws {
        try await withTemporaryFolder { folder in
            let plain = try FileCredentialStore(path: folder)
            try await plain.create(verification: [1])
            let seen = try await plain.write(TestTree.document("1"), for: TestTree.c, in: .master, replacing: .absent)
            let path = folder + TestTree.file
            for step in hasRenameFlags ? [WriteStep.staged] : [.staged, .copied] {
                try? FileManager.default.removeItem(atPath: path)
                try TestTree.write(TestTree.document("1").bytes, to: path)
                let hooks = StoreHooks(hasRenameFlags: hasRenameFlags) {
                    if $0 == step { try interference.act(on: path) }
                }
                let store = try FileCredentialStore(path: folder, hooks: hooks)
                await #expect(throws: StoreError.conflict(TestTree.c, .master)) {
                    try await store.write(
                        TestTree.document("2"), for: TestTree.c, in: .master, replacing: .revision(seen.revision))
                }
                #expect(try interference.isInPlace(path))
                #expect(try await store.trash().isEmpty)
                #expect(try TestTree.picture(folder + "/.keys-manager/pending").isEmpty)
            }
        }
    }

    @Test("another program's bytes outlive a crash right after the exchange")
    func crashAfterExchange() async throws {
        try await withTemporaryFolder { folder in
            let bots = folder + "/bots"
            try TestTree.makeFolder(bots)
            let plain = try FileCredentialStore(path: bots)
            try await plain.create(verification: [1])
            _ = try await plain.write(TestTree.document("1"), for: TestTree.c, in: .master, replacing: .absent)
            let hooks = StoreHooks { step in
                if step == .staged { try Interference.rewrite.act(on: bots + TestTree.file) }
                if step == .changed { try FileManager.default.copyItem(atPath: bots, toPath: folder + "/crashed") }
            }
            let store = try FileCredentialStore(path: bots, hooks: hooks)
            _ = try? await store.write(TestTree.document("2"), for: TestTree.c, in: .master, replacing: .present)
            let next = try FileCredentialStore(path: folder + "/crashed")
            try await next.createAccount(AccountName("next"))
            let entry = try #require(try await next.trash().first)
            _ = try await next.restore(entry.id, force: true)
            #expect(try contents(folder + "/crashed" + TestTree.file) == TestTree.document("theirs").bytes)
        }
    }

    @Test("a removal that expects a version takes no other", arguments: [Interference.rewrite, .rename, .delete])
    func beforeRemoval(interference: Interference) async throws {
        try await withTemporaryFolder { folder in
            let plain = try FileCredentialStore(path: folder)
            try await plain.create(verification: [1])
            let seen = try await plain.write(TestTree.document("1"), for: TestTree.c, in: .master, replacing: .absent)
            let path = folder + TestTree.file
            let hooks = StoreHooks { if $0 == .staged { try interference.act(on: path) } }
            let store = try FileCredentialStore(path: folder, hooks: hooks)
            await #expect(throws: StoreError.self) {
                try await store.remove(TestTree.c, from: .master, expecting: seen.revision)
            }
            #expect(try interference.isInPlace(path))
            #expect(try await store.trash().isEmpty)
        }
    }

    @Test("a file that comes up while one is added is not overwritten", arguments: [true, false])
    func beforeAdding(hasRenameFlags: Bool) async throws {
        try await withTemporaryFolder { folder in
            try await FileCredentialStore(path: folder).create(verification: [1])
            let path = folder + TestTree.file
            let hooks = StoreHooks(hasRenameFlags: hasRenameFlags) {
                if $0 == .staged { try Interference.rewrite.act(on: path) }
            }
            let store = try FileCredentialStore(path: folder, hooks: hooks)
            await #expect(throws: StoreError.conflict(TestTree.c, .master)) {
                try await store.write(TestTree.document("2"), for: TestTree.c, in: .master, replacing: .anything)
            }
            #expect(try Interference.rewrite.isInPlace(path))
            #expect(try TestTree.picture(folder + "/.keys-manager/staging").isEmpty)
        }
    }

    @Test(
        "eight tasks over four stores lose no write, and readers never see a gap or a torn file",
        arguments: [true, false])
    func manyWriters(watching: Bool) async throws {
        try await withTemporaryFolder { folder in
            let stores = try (0..<4).map { _ in try FileCredentialStore(path: folder, watching: watching) }
            try await stores[0].create(verification: [1])
            _ = try await stores[0].write(TestTree.document("0"), for: TestTree.c, in: .master, replacing: .absent)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        for number in 0..<12 {
                            let store = stores[(task + number) % stores.count]
                            let name = try ConnectorName("t\(task)_\(number)")
                            _ = try await store.write(
                                TestTree.document("\(number)"), for: name, in: .master, replacing: .absent)
                            _ = try await store.write(
                                TestTree.document("\(task) \(number)"), for: TestTree.c, in: .master,
                                replacing: .anything)
                        }
                    }
                }
                for store in stores {
                    group.addTask {
                        for _ in 0..<100 {
                            let stored = try #require(try await store.snapshot()[.master]?[TestTree.c])
                            #expect(try stored.content.get().items.count == 2)
                        }
                    }
                }
                try await group.waitForAll()
            }
            for store in stores {
                #expect(try await store.snapshot()[.master]?.credentials.count == 1 + 8 * 12)
                #expect(try await store.trash().count == 8 * 12)
            }
        }
    }

    @Test("who removes our folder while others work cannot make two writers work at once")
    func removedOwnFolder() async throws {
        try await withTemporaryFolder { folder in
            let store = try FileCredentialStore(path: folder)
            try await store.create(verification: [1])
            let hooks = StoreHooks { step in
                if step == .finished { try FileManager.default.removeItem(atPath: folder + "/.keys-manager") }
            }
            let careless = try FileCredentialStore(path: folder, hooks: hooks)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (position, store) in [store, careless, store, careless, store, careless].enumerated() {
                    group.addTask {
                        let name = try ConnectorName("n\(position)")
                        // A change that finds its folder gone fails; one that is acknowledged is there.
                        do {
                            _ = try await store.write(
                                TestTree.document("1"), for: name, in: .master, replacing: .absent)
                        } catch is StoreError {
                            return
                        }
                        #expect(try await store.snapshot()[.master]?[name] != nil)
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
