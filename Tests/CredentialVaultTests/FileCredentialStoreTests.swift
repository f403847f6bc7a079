import CredentialVault
import Credentials
import Foundation
import Testing
import VaultTesting

@Suite("File store")
struct FileCredentialStoreTests {
    struct Variant: Sendable, CustomTestStringConvertible {
        let isConf: Bool
        let isWatching: Bool
        let hasRenameFlags: Bool

        var testDescription: String {
            [isConf ? "conf" : "bots", isWatching ? "watching" : "looking", hasRenameFlags ? "exchange" : "copy"]
                .joined(separator: ", ")
        }

        static let all: [Variant] = [false, true].flatMap { isConf in
            [false, true].flatMap { isWatching in
                [false, true].map { Variant(isConf: isConf, isWatching: isWatching, hasRenameFlags: $0) }
            }
        }
    }

    @Test("keeps every clause of the contract", arguments: CredentialStoreContract.clauses, Variant.all)
    func contract(clause: CredentialStoreContract, variant: Variant) async throws {
        guard !(clause.needsAccounts && variant.isConf) else { return }
        try await withTemporaryFolder { folder in
            if variant.isConf { try TestTree.makeConf(folder) }
            let store = try FileCredentialStore(
                path: folder, watching: variant.isWatching, hooks: StoreHooks(hasRenameFlags: variant.hasRenameFlags))
            try await clause.check(store)
        }
    }

    @Test("a conf folder has the one account, and takes no vault where it has credentials")
    func conf() async throws {
        try await withTemporaryFolder { folder in
            try TestTree.makeConf(folder)
            try TestTree.write("connector: binance\n", to: folder + "/connectors/binance.yml")
            let store = try FileCredentialStore(path: folder)
            await #expect(throws: StoreError.vaultExists) { try await store.create(verification: [1]) }
            await #expect(throws: StoreError.oneAccountOnly) { try await store.createAccount(AccountName("desk")) }
        }
    }

    @Test("no vault is made where another account has a credential or a verification file")
    func otherAccounts() async throws {
        for file in ["connectors/binance.yml", ".password_verification"] {
            try await withTemporaryFolder { folder in
                try TestTree.makeFolder(folder + "/credentials/desk/connectors")
                try TestTree.write("x", to: folder + "/credentials/desk/" + file)
                let store = try FileCredentialStore(path: folder)
                await #expect(throws: StoreError.vaultExists) { try await store.create(verification: [1]) }
                #expect(try await store.snapshot().warnings.contains { $0.contains("master_account") })
                try await store.writeVerification([1])
                #expect(try await store.snapshot().accounts.map(\.name) == [.master, AccountName("desk")])
            }
        }
    }

    @Test("the path may be a link, and a folder that is not there is named")
    func root() async throws {
        try await withTemporaryFolder { folder in
            try TestTree.makeFolder(folder + "/real")
            try TestTree.link(folder + "/link", to: folder + "/real")
            try await FileCredentialStore(path: folder + "/link").create(verification: [1])
            #expect(try await FileCredentialStore(path: folder + "/real").verification(of: .master) == [1])
            #expect(throws: StoreError.self) { try FileCredentialStore(path: folder + "/nowhere") }
        }
    }

    @Test("a folder that is deleted under a running store is an error, not an empty vault", arguments: [false, true])
    func deletedRoot(watching: Bool) async throws {
        try await withTemporaryFolder { folder in
            try TestTree.makeFolder(folder + "/bots")
            let store = try FileCredentialStore(path: folder + "/bots", watching: watching)
            try await store.create(verification: [1])
            _ = try await store.snapshot()
            try FileManager.default.removeItem(atPath: folder + "/bots")
            await #expect(throws: StoreError.self) { try await store.snapshot() }
            await #expect(throws: StoreError.self) { try await store.createAccount(AccountName("desk")) }
        }
    }

    // The umask belongs to the whole process, and other tests run in this one.
    @Test("modes are closed, whatever the umask", arguments: [0o000, 0o077, 0o777] as [UInt32])
    func modes(mask: UInt32) async {
        await #expect(processExitsWith: .success) { [mask] in
            try await withTemporaryFolder { folder in
                _ = umask(mask)
                let store = try FileCredentialStore(path: folder)
                try await store.create(verification: [1])
                try await store.createAccount(AccountName("desk"))
                _ = try await store.write(TestTree.document("1"), for: TestTree.c, in: .master, replacing: .absent)
                _ = try await store.remove(TestTree.c, from: .master, expecting: nil)
                for (path, isFolder) in try TestTree.entries(folder) {
                    #expect(try mode(folder + "/" + path) == (isFolder ? 0o700 : 0o600), "\(path)")
                }
            }
        }
    }

    @Test("a replaced file keeps its mode", arguments: [0o640, 0o644, 0o600, 0o400])
    func keptMode(bits: Int) async throws {
        try await withTemporaryFolder { folder in
            let store = try FileCredentialStore(path: folder)
            try await store.create(verification: [1])
            _ = try await store.write(TestTree.document("1"), for: TestTree.c, in: .master, replacing: .absent)
            let path = folder + TestTree.file
            try FileManager.default.setAttributes([.posixPermissions: bits], ofItemAtPath: path)
            let entry = try await store.write(TestTree.document("2"), for: TestTree.c, in: .master, replacing: .present)
            #expect(try mode(path) == bits)
            _ = try await store.restore(#require(entry.displaced).id, force: true)
            #expect(try mode(path) == bits)
            let isOpen = bits & 0o077 != 0
            #expect(try await store.snapshot()[.master]?.warnings.isEmpty == !isOpen)
        }
    }

    @Test(
        "as root, what is new belongs to who owns the folder, and what is replaced to who owned it",
        .enabled(if: geteuid() == 0, "only root can give files away"))
    func owner() async throws {
        try await withTemporaryFolder { folder in
            #expect(chown(folder, 12345, 12346) == 0)
            let store = try FileCredentialStore(path: folder)
            try await store.create(verification: [1])
            try await store.createAccount(AccountName("desk"))
            _ = try await store.write(TestTree.document("1"), for: TestTree.c, in: .master, replacing: .absent)
            _ = try await store.remove(TestTree.c, from: .master, expecting: nil)
            _ = try await store.write(TestTree.document("2"), for: TestTree.c, in: .master, replacing: .absent)
            for (path, _) in try TestTree.entries(folder) {
                let status = try TestTree.status(folder + "/" + path)
                #expect(status.st_uid == 12345 && status.st_gid == 12346, "\(path)")
            }
            #expect(chown(folder + TestTree.file, 54321, 54322) == 0)
            _ = try await store.write(TestTree.document("3"), for: TestTree.c, in: .master, replacing: .present)
            let status = try TestTree.status(folder + TestTree.file)
            #expect(status.st_uid == 54321 && status.st_gid == 54322)
        }
    }

    @Test(
        "names that are no accounts or no UTF-8 are left alone, and an account with such files goes and is purged whole"
    )
    func strangeNames() async throws {
        try await withTemporaryFolder { folder in
            let store = try FileCredentialStore(path: folder)
            try await store.create(verification: [1])
            let desk = try AccountName("desk")
            try await store.createAccount(desk)
            let strange: [CChar] = Array((folder + "/credentials/desk/").utf8CString.dropLast()) + [-1, -2, 0]
            #expect(mkdir(strange, 0o700) == 0)
            let inside = strange.dropLast() + Array("/x".utf8CString)
            close(creat(Array(inside), 0o600))
            try TestTree.makeFolder(folder + "/credentials/has space")
            try TestTree.makeFolder(folder + "/credentials/gateway")
            let snapshot = try await store.snapshot()
            #expect(snapshot.accounts.map(\.name) == [.master, desk])
            #expect(snapshot.warnings.count == 2)
            _ = try await store.deleteAccount(desk)
            #expect(try await store.purge(olderThan: 0) == 1)
            let left = try FileManager.default.subpathsOfDirectory(atPath: folder + "/.keys-manager").sorted()
            #expect(left == ["lock", "pending", "staging", "trash"])
        }
    }

    @Test("names that differ by case only are two names")
    func letterCase() async throws {
        try await withTemporaryFolder { folder in
            let store = try FileCredentialStore(path: folder)
            try await store.create(verification: [1])
            for name in ["Desk", "desk"] { try await store.createAccount(AccountName(name)) }
            _ = try await store.write(
                TestTree.document("1"), for: ConnectorName("c"), in: AccountName("desk"), replacing: .absent)
            #expect(try await store.snapshot()[AccountName("Desk")]?.credentials.isEmpty == true)
            await #expect(throws: StoreError.self) { try await store.deleteAccount(AccountName("DESK")) }
        }
    }

    @Test("a clock that goes back loses nothing and still empties the undo store")
    func clock() async throws {
        try await withTemporaryFolder { folder in
            let late = try FileCredentialStore(path: folder, now: { ClockReading(seconds: 2_000_000_000) })
            try await late.create(verification: [1])
            _ = try await late.write(TestTree.document("1"), for: TestTree.c, in: .master, replacing: .absent)
            let future = try await late.remove(TestTree.c, from: .master, expecting: nil)
            let early = try FileCredentialStore(path: folder, now: { ClockReading(seconds: -5) })
            _ = try await early.write(TestTree.document("2"), for: TestTree.c, in: .master, replacing: .absent)
            let past = try await early.remove(TestTree.c, from: .master, expecting: nil)
            #expect(try await early.trash() == [future, past])
            #expect(try await early.purge(olderThan: 1) == 0)
            #expect(try await late.purge(olderThan: 1) == 1)
            #expect(try await early.purge(olderThan: 0) == 1)
        }
    }

    @Test("an entry's second and its fraction are those of one reading of the clock")
    func oneReading() async throws {
        try await withTemporaryFolder { folder in
            // Were the fraction read anew, this one could not come out.
            let store = try FileCredentialStore(
                path: folder, now: { ClockReading(seconds: 1_795_338_181, nanoseconds: 999_999_999) })
            try await store.create(verification: [1])
            _ = try await store.write(TestTree.document("1"), for: TestTree.c, in: .master, replacing: .absent)
            let entry = try await store.remove(TestTree.c, from: .master, expecting: nil)
            #expect(entry.id.description.hasPrefix("20261122T090301Z-3b9ac9ff"))
            #expect(entry.deletedAt == 1_795_338_181)
        }
    }

    @Test("a large folder is read and changed")
    func large() async throws {
        try await withTemporaryFolder { folder in
            let store = try FileCredentialStore(path: folder)
            try await store.create(verification: [1])
            for number in 0..<3000 {
                try TestTree.write(
                    "connector: c\n", to: folder + "/credentials/master_account/connectors/c\(number).yml")
            }
            #expect(try await store.snapshot()[.master]?.credentials.count == 3000)
            _ = try await store.write(TestTree.document("1"), for: TestTree.c, in: .master, replacing: .absent)
            #expect(try await store.snapshot()[.master]?.credentials.count == 3001)
        }
    }
}
