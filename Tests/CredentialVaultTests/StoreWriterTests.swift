import CredentialVault
import Credentials
import Foundation
import Synchronization
import Testing
import VaultTesting

/// Another program that opened a file of the vault and writes to it later, wherever it lies by then.
@Suite("File store beside a program that keeps a file open")
struct StoreWriterTests {
    /// A descriptor of another program.
    final class Writer: Sendable {
        private let file: Int32

        init(_ path: String) throws {
            file = open(path, O_WRONLY)
            guard file >= 0 else { throw CocoaError(.fileReadUnknown) }
        }

        deinit { close(file) }

        func write(_ document: CredentialDocument) throws {
            let bytes = document.bytes
            guard ftruncate(file, 0) == 0, pwrite(file, bytes, bytes.count, 0) == bytes.count else {
                throw CocoaError(.fileWriteUnknown)
            }
        }
    }

    private func withVault(_ test: (_ folder: String, _ path: String, _ seen: Revision) async throws -> Void)
        async throws
    {
        try await withTemporaryFolder { folder in
            let plain = try FileCredentialStore(path: folder)
            try await plain.create(verification: [1])
            let seen = try await plain.write(TestTree.document("1"), for: TestTree.c, in: .master, replacing: .absent)
            try await test(folder, folder + TestTree.file, seen.revision)
        }
    }

    private func rename(_ document: CredentialDocument, over path: String) throws {
        try TestTree.write(document.bytes, to: path + ".tmp")
        guard Glibc.rename(path + ".tmp", path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// What every entry of the undo store keeps; each record says so itself.
    private func kept(_ folder: String) async throws -> [[UInt8]] {
        let store = try FileCredentialStore(path: folder)
        #expect(try await store.inspect().problems == [])
        return try await store.trash().map {
            try contents("\(folder)/.keys-manager/trash/\($0.id)/credential.yml")
        }
    }

    @Test("bytes that were in place for a moment are kept when another program is about to write over them")
    func writerOfUndoneBytes() async throws {
        try await withVault { folder, path, seen in
            let writer = Mutex<Writer?>(nil)
            let hooks = StoreHooks { step in
                if step == .staged { try rename(TestTree.document("theirs"), over: path) }
                if step == .changed { try writer.withLock { $0 = try Writer(path) } }
            }
            let store = try FileCredentialStore(path: folder, hooks: hooks)
            await #expect(throws: StoreError.conflict(TestTree.c, .master)) {
                try await store.write(TestTree.document("2"), for: TestTree.c, in: .master, replacing: .revision(seen))
            }
            try writer.withLock { try $0?.write(TestTree.document("theirs, later")) }
            #expect(try contents(path) == TestTree.document("theirs").bytes)
            let trash = try await FileCredentialStore(path: folder).trash()
            let entry = try #require(trash.first)
            #expect(trash.count == 1)
            #expect(
                try contents("\(folder)/.keys-manager/trash/\(entry.id)/credential.yml")
                    == TestTree.document("theirs, later").bytes)
        }
    }

    @Test("the newest version of another program stays in place, and the one before it is kept")
    func twoRenames() async throws {
        for late in [WriteStep.changed, .undoing] {
            try await withVault { folder, path, seen in
                let hooks = StoreHooks { step in
                    if step == .staged { try rename(TestTree.document("theirs"), over: path) }
                    if step == late { try rename(TestTree.document("theirs, later"), over: path) }
                }
                let store = try FileCredentialStore(path: folder, hooks: hooks)
                await #expect(throws: StoreError.conflict(TestTree.c, .master)) {
                    try await store.write(
                        TestTree.document("2"), for: TestTree.c, in: .master, replacing: .revision(seen))
                }
                #expect(try contents(path) == TestTree.document("theirs, later").bytes)
                #expect(try await kept(folder) == [TestTree.document("theirs").bytes])
            }
        }
    }

    @Test("a write that began before the exchange is waited for, noticed and put back")
    func writerOfDisplacedBytes() async throws {
        try await withVault { folder, path, seen in
            let writer = Mutex<Writer?>(nil)
            let hooks = StoreHooks(writerPatience: .max / 2) { step in
                if step == .staged { try writer.withLock { $0 = try Writer(path) } }
                if step == .changed {
                    Thread.detachNewThread {
                        writer.withLock {
                            do { try $0?.write(TestTree.document("theirs")) } catch { Issue.record(error) }
                            $0 = nil
                        }
                    }
                }
            }
            let store = try FileCredentialStore(path: folder, hooks: hooks)
            await #expect(throws: StoreError.conflict(TestTree.c, .master)) {
                try await store.write(TestTree.document("2"), for: TestTree.c, in: .master, replacing: .revision(seen))
            }
            #expect(try contents(path) == TestTree.document("theirs").bytes)
            #expect(try await kept(folder) == [])
        }
    }

    @Test("a file that another program keeps open is replaced, and what that writes is kept")
    func writerForEver() async throws {
        try await withVault { folder, path, seen in
            let writer = try Writer(path)
            let store = try FileCredentialStore(path: folder)
            _ = try await store.write(
                TestTree.document("2"), for: TestTree.c, in: .master, replacing: .revision(seen))
            #expect(try await kept(folder) == [TestTree.document("1").bytes])
            try writer.write(TestTree.document("theirs"))
            #expect(try contents(path) == TestTree.document("2").bytes)
            let entry = try #require(try await store.trash().first)
            #expect(
                try contents("\(folder)/.keys-manager/trash/\(entry.id)/credential.yml")
                    == TestTree.document("theirs").bytes)
        }
    }
}
