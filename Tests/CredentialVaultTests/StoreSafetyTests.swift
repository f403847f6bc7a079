import CredentialVault
import Credentials
import Foundation
import Testing
import VaultTesting

@Suite("File store among hostile entries")
struct StoreSafetyTests {
    /// Everything that a store can be asked to do; failures are expected, so they are dropped.
    private func tryEverything(_ folder: String, watching: Bool = false) async throws -> [String] {
        guard let store = try? FileCredentialStore(path: folder, watching: watching) else { return [] }
        var seen: [String] = []
        if let snapshot = try? await store.snapshot() { seen.append("\(snapshot)") }
        for account in try [.master, AccountName("desk")] {
            if let bytes = try? await store.verification(of: account) {
                seen.append(String(decoding: bytes, as: UTF8.self))
            }
            _ = try? await store.write(TestTree.document("new"), for: TestTree.c, in: account, replacing: .anything)
            _ = try? await store.write(
                TestTree.document("new"), for: ConnectorName("d"), in: account, replacing: .anything)
            _ = try? await store.remove(TestTree.c, from: account, expecting: nil)
        }
        try? await store.create(verification: [1])
        try? await store.writeVerification([1])
        try? await store.createAccount(AccountName("fresh"))
        for entry in (try? await store.trash()) ?? [] {
            seen.append("\(entry)")
            _ = try? await store.restore(entry.id, force: true)
        }
        _ = try? await store.deleteAccount(AccountName("desk"))
        _ = try? await store.purge(olderThan: 0)
        return seen
    }

    /// A vault with a credential in two accounts and something in the undo store.
    private func makeVault(_ folder: String) async throws {
        let store = try FileCredentialStore(path: folder)
        try await store.create(verification: Array("the verification".utf8))
        try await store.createAccount(AccountName("desk"))
        for account in try [.master, AccountName("desk")] {
            _ = try await store.write(TestTree.document("canary"), for: TestTree.c, in: account, replacing: .absent)
        }
        _ = try await store.write(TestTree.document("canary"), for: TestTree.c, in: .master, replacing: .present)
    }

    @Test(
        "nothing that a link leads to is changed, and no file that one leads to is read",
        arguments: [
            "credentials", "credentials/master_account", "credentials/master_account/connectors",
            "credentials/master_account/connectors/c.yml", "credentials/master_account/.password_verification",
            "credentials/desk", "credentials/desk/connectors", "credentials/desk/connectors/c.yml", ".keys-manager",
            ".keys-manager/lock", ".keys-manager/trash", ".keys-manager/staging", ".keys-manager/pending",
        ])
    func links(path: String) async throws {
        try await withTemporaryFolder { folder in
            let (bots, outside) = (folder + "/bots", folder + "/outside")
            try TestTree.makeFolder(bots)
            try TestTree.makeFolder(outside)
            try await makeVault(bots)
            try FileManager.default.moveItem(atPath: bots + "/" + path, toPath: outside + "/target")
            try TestTree.link(bots + "/" + path, to: outside + "/target")
            let before = try TestTree.picture(outside)
            let expected = try await FileCredentialStore(path: bots).pictureOfSecrets(below: path)
            #expect(!expected.contains("canary"), "a link was followed")
            _ = try await tryEverything(bots)
            #expect(try TestTree.picture(outside) == before)
        }
    }

    @Test("a link in the undo store is not followed", arguments: ["credential.yml", "entry.json", ""])
    func linkedEntry(name: String) async throws {
        try await withTemporaryFolder { folder in
            let (bots, outside) = (folder + "/bots", folder + "/outside")
            try TestTree.makeFolder(bots)
            try TestTree.makeFolder(outside)
            try await makeVault(bots)
            let id = try #require(try await FileCredentialStore(path: bots).trash().first).id
            let path = bots + "/.keys-manager/trash/\(id)" + (name.isEmpty ? "" : "/" + name)
            try FileManager.default.moveItem(atPath: path, toPath: outside + "/target")
            try TestTree.link(path, to: outside + "/target")
            let before = try TestTree.picture(outside)
            _ = try await tryEverything(bots)
            #expect(try TestTree.picture(outside) == before)
        }
    }

    @Test("a refusal because of a link says so")
    func linkMessage() async throws {
        try await withTemporaryFolder { folder in
            try await makeVault(folder)
            try FileManager.default.moveItem(atPath: folder + TestTree.file, toPath: folder + "/elsewhere.yml")
            try TestTree.link(folder + TestTree.file, to: folder + "/elsewhere.yml")
            let store = try FileCredentialStore(path: folder)
            let error = await #expect(throws: StoreError.self) {
                try await store.write(TestTree.document("x"), for: TestTree.c, in: .master, replacing: .anything)
            }
            guard case .file(let refusal) = error else { return #expect(Bool(false), "\(String(describing: error))") }
            #expect(refusal.reason.contains("symbolic link") && refusal.path.hasSuffix("c.yml"))
        }
    }

    @Test(
        "what is no file is listed as such, holds nothing up, and can be thrown away",
        arguments: ["pipe", "folder", "device", "link to nothing", "socket", "huge file"])
    func noFile(kind: String) async throws {
        try await withTemporaryFolder { folder in
            try await makeVault(folder)
            let path = folder + TestTree.file
            try FileManager.default.removeItem(atPath: path)
            switch kind {
            case "pipe": #expect(mkfifo(path, 0o600) == 0)
            case "folder": try TestTree.makeFolder(path + "/inner")
            case "device":
                // /dev/zero (1, 5), which only root can make.
                guard geteuid() == 0, mknod(path, S_IFCHR | 0o600, 261) == 0 else { return }
            case "socket": guard mknod(path, S_IFSOCK | 0o600, 0) == 0 else { return }
            case "huge file":
                try TestTree.write([UInt8](repeating: 0x61, count: CredentialDocument.byteLimit + 1), to: path)
            default: try TestTree.link(path, to: "/nowhere/at/all")
            }
            let store = try FileCredentialStore(path: folder)
            let stored = try #require(try await store.snapshot()[.master]?[TestTree.c])
            #expect(throws: StoredFault.self) { try stored.content.get() }
            #expect(stored.revision == nil)
            await #expect(throws: StoreError.self) {
                try await store.write(TestTree.document("x"), for: TestTree.c, in: .master, replacing: .anything)
            }
            _ = try await store.write(
                TestTree.document("x"), for: ConnectorName("other"), in: .master, replacing: .absent)
            let entry = try await store.remove(TestTree.c, from: .master, expecting: nil)
            _ = try await store.write(TestTree.document("x"), for: TestTree.c, in: .master, replacing: .absent)
            _ = try await store.restore(entry.id, force: true)
            #expect(try await store.snapshot()[.master]?[TestTree.c]?.revision == nil)
            let again = try await store.remove(TestTree.c, from: .master, expecting: nil)
            try await store.purge(again.id)
        }
    }

    @Test("a verification file that is a pipe is a warning, and no copy of it is made")
    func verificationPipe() async throws {
        try await withTemporaryFolder { folder in
            try await makeVault(folder)
            let path = folder + "/credentials/master_account/.password_verification"
            try FileManager.default.removeItem(atPath: path)
            #expect(mkfifo(path, 0o600) == 0)
            let store = try FileCredentialStore(path: folder)
            #expect(try await store.snapshot()[.master]?.warnings.count == 1)
            await #expect(throws: StoreError.self) { try await store.verification(of: .master) }
            try await store.createAccount(AccountName("fresh"))
            #expect(try await store.verification(of: AccountName("fresh")) == nil)
        }
    }

    @Test(
        "a file in place of our own folders stops changes, not lists",
        arguments: [".keys-manager", ".keys-manager/trash", ".keys-manager/staging", ".keys-manager/pending"])
    func ownFolderIsFile(path: String) async throws {
        try await withTemporaryFolder { folder in
            try await makeVault(folder)
            try FileManager.default.removeItem(atPath: folder + "/" + path)
            try TestTree.write("x", to: folder + "/" + path)
            let store = try FileCredentialStore(path: folder)
            let before = try TestTree.picture(folder + "/credentials")
            #expect(try await store.snapshot()[.master]?.credentials.count == 1)
            await #expect(throws: StoreError.self) { try await store.remove(TestTree.c, from: .master, expecting: nil) }
            #expect(try TestTree.picture(folder + "/credentials") == before)
        }
    }

    @Test("strangers in our own folders hold nothing up")
    func strangers() async throws {
        try await withTemporaryFolder { folder in
            try await makeVault(folder)
            let own = folder + "/.keys-manager/"
            let id = "20261121T090301Z-0123456789abcdef"
            for path in [
                "staging/x/y", "pending/x/y", "trash/x/y", "pending/\(id)/entry.json", "trash/\(id)/entry.json",
            ] {
                try TestTree.makeFolder(own + path)
            }
            for path in ["staging/file", "pending/file", "trash/file", "pending/\(id).zz"] {
                try TestTree.write("{", to: own + path)
            }
            #expect(mkfifo(own + "pending/pipe", 0o600) == 0)
            let store = try FileCredentialStore(path: folder)
            _ = try await store.write(TestTree.document("x"), for: TestTree.c, in: .master, replacing: .present)
            #expect(try await store.trash().count == 2)
            #expect(try FileManager.default.contentsOfDirectory(atPath: own + "staging").isEmpty)
        }
    }
}

extension FileCredentialStore {
    /// What a store shows of the account in which a path lies.
    fileprivate func pictureOfSecrets(below path: String) async throws -> String {
        guard let snapshot = try? await snapshot() else { return "" }
        let accounts = snapshot.accounts.filter { account in
            path == "credentials" || path.hasPrefix("credentials/\(account.name)")
        }
        let verification = path.hasSuffix("verification")
        return accounts.map { account in
            verification
                ? String(decoding: account.verification ?? [], as: UTF8.self).replacing(
                    "the verification", with: "canary")
                : account.credentials.map { "\($0.content)" }.joined()
        }.joined()
    }
}
