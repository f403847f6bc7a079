package import CredentialVault
internal import Credentials

/// What every ``CredentialStore`` promises, one clause at a time.
///
/// A clause takes a store in which nothing is stored yet, and throws ``BrokenPromise`` where the store does otherwise.
package struct CredentialStoreContract: Sendable, CustomStringConvertible {
    /// The promise in words.
    package let description: String
    /// Whether the clause needs a store of several accounts.
    package let needsAccounts: Bool
    /// Holds a fresh store to the promise.
    package let check: @Sendable (any CredentialStore) async throws -> Void

    /// Every clause.
    package static let clauses: [CredentialStoreContract] = [
        creating, writing, expectations, replacing, removing, purging, unknownAccount, racing, numbering, accounts,
        restoringAccounts, master,
    ]

    private init(
        _ description: String, needsAccounts: Bool = false,
        check: @escaping @Sendable (any CredentialStore) async throws -> Void
    ) {
        self.description = description
        self.needsAccounts = needsAccounts
        self.check = check
    }
}

/// A clause that a store does not keep.
package struct BrokenPromise: Error, CustomStringConvertible {
    /// What was expected.
    package let description: String
}

private func require(_ condition: Bool, _ promise: String) throws {
    guard condition else { throw BrokenPromise(description: promise) }
}

private func refuses(_ expected: StoreError, _ work: () async throws -> some Any) async throws {
    do {
        _ = try await work()
    } catch let error as StoreError {
        return try require(error == expected, "expected \(expected), got \(error)")
    }
    throw BrokenPromise(description: "expected \(expected), got success")
}

extension CredentialStoreContract {
    private static let verification = Array("a verification file".utf8)

    private static func document(_ value: String) -> CredentialDocument {
        CredentialDocument(
            title: "test", items: [.init(name: "connector", value: .text("c")), .init(name: "k", value: .text(value))])
    }

    /// The stored value of `k`, or `nil` when there is no such credential.
    private static func value(
        _ connector: ConnectorName, _ account: AccountName = .master, in store: any CredentialStore
    ) async throws -> DocumentValue? {
        guard let stored = try await store.snapshot()[account]?[connector] else { return nil }
        return try stored.content.get()["k"]
    }

    private static func name(_ text: String) throws -> ConnectorName { try ConnectorName(text) }

    private static let creating = CredentialStoreContract("a store is made once") { store in
        try require(try await store.verification(of: .master) == nil, "a new store has no verification file")
        try await store.create(verification: verification)
        try require(try await store.verification(of: .master) == verification, "the verification file is stored")
        let snapshot = try await store.snapshot()
        try require(snapshot.accounts.map(\.name) == [.master], "there is master_account")
        try require(snapshot[.master]?.verification == verification, "the snapshot has the verification file")
        try await refuses(.vaultExists) { try await store.create(verification: [1]) }
        try await refuses(.vaultExists) { try await store.writeVerification([1]) }
        try require(try await store.verification(of: .master) == verification, "a refusal changes nothing")
    }

    private static let writing = CredentialStoreContract("what is written is listed with its revision") { store in
        try await store.create(verification: verification)
        let (b, a) = (try name("b"), try name("a"))
        let first = try await store.write(document("1"), for: b, in: .master, replacing: .absent)
        let second = try await store.write(document("1"), for: a, in: .master, replacing: .anything)
        try require(first.displaced == nil && second.displaced == nil, "nothing was displaced")
        try require(first.revision == second.revision, "equal bytes have equal revisions")
        let account = try await store.snapshot()[.master]
        try require(account?.credentials.map(\.connector) == [a, b], "credentials are sorted by connector")
        try require(account?[b]?.revision == first.revision, "the snapshot has the revision")
        try require(try await value(b, in: store) == .text("1"), "the snapshot has the document")
        try await refuses(.vaultExists) { try await store.create(verification: [1]) }
    }

    private static let expectations = CredentialStoreContract("a writer whose belief is wrong changes nothing") {
        store in
        try await store.create(verification: verification)
        let c = try name("c")
        try await refuses(.noSuchCredential(c, .master)) {
            try await store.write(document("1"), for: c, in: .master, replacing: .present)
        }
        let first = try await store.write(document("1"), for: c, in: .master, replacing: .absent).revision
        try await refuses(.credentialExists(c, .master)) {
            try await store.write(document("2"), for: c, in: .master, replacing: .absent)
        }
        let second = try await store.write(document("2"), for: c, in: .master, replacing: .revision(first)).revision
        try require(first != second, "different bytes have different revisions")
        try await refuses(.conflict(c, .master)) {
            try await store.write(document("3"), for: c, in: .master, replacing: .revision(first))
        }
        try require(try await value(c, in: store) == .text("2"), "a refusal changes nothing")
        try require(try await store.trash().count == 1, "a refusal leaves nothing in the undo store")
        let other = try name("other")
        try await refuses(.conflict(other, .master)) {
            try await store.write(document("3"), for: other, in: .master, replacing: .revision(first))
        }
    }

    private static let replacing = CredentialStoreContract("what is replaced can be brought back") { store in
        try await store.create(verification: verification)
        let c = try name("c")
        let first = try await store.write(document("1"), for: c, in: .master, replacing: .absent).revision
        guard let entry = try await store.write(document("2"), for: c, in: .master, replacing: .present).displaced
        else {
            throw BrokenPromise(description: "a replacement displaces")
        }
        try require(try await store.trash() == [entry], "what was replaced is in the undo store")
        try require(
            entry.reason == .replaced && entry.connector == c && entry.account == .master, "the entry says what")
        try await refuses(.credentialExists(c, .master)) { try await store.restore(entry.id, force: false) }
        try require(try await store.restore(entry.id, force: true) == entry, "a restore returns the entry")
        try require(try await store.snapshot()[.master]?[c]?.revision == first, "the same bytes are back")
        let displaced = try await store.trash()
        try require(displaced.count == 1 && displaced[0].connector == c, "what was in the way is in the undo store")
        _ = try await store.restore(displaced[0].id, force: true)
        try require(try await value(c, in: store) == .text("2"), "and comes back in its turn")
    }

    private static let removing = CredentialStoreContract("what is removed can be brought back") { store in
        try await store.create(verification: verification)
        let c = try name("c")
        try await refuses(.noSuchCredential(c, .master)) {
            try await store.remove(c, from: .master, expecting: nil)
        }
        let first = try await store.write(document("1"), for: c, in: .master, replacing: .absent).revision
        let second = try await store.write(document("2"), for: c, in: .master, replacing: .present).revision
        try await refuses(.conflict(c, .master)) { try await store.remove(c, from: .master, expecting: first) }
        let entry = try await store.remove(c, from: .master, expecting: second)
        try require(entry.reason == .removed && entry.kind == .credential, "the entry says why")
        try require(try await value(c, in: store) == nil, "the credential is gone")
        try require(try await store.trash().count == 2, "both versions are in the undo store")
        _ = try await store.restore(entry.id, force: false)
        try require(try await store.snapshot()[.master]?[c]?.revision == second, "the same bytes are back")
        try await refuses(.noSuchTrashEntry(entry.id)) { try await store.restore(entry.id, force: true) }
    }

    private static let purging = CredentialStoreContract("what is purged is gone for good") { store in
        try await store.create(verification: verification)
        let c = try name("c")
        var entries: [TrashEntry] = []
        for value in ["1", "2", "3"] {
            _ = try await store.write(document(value), for: c, in: .master, replacing: .absent)
            entries.append(try await store.remove(c, from: .master, expecting: nil))
        }
        try require(Set(try await store.trash().map(\.id)) == Set(entries.map(\.id)), "every removal has its entry")
        try await store.purge(entries[0].id)
        try await refuses(.noSuchTrashEntry(entries[0].id)) { try await store.restore(entries[0].id, force: true) }
        try await refuses(.noSuchTrashEntry(entries[0].id)) { try await store.purge(entries[0].id) }
        try require(try await store.purge(olderThan: 1_000_000) == 0, "young entries stay")
        try require(try await store.purge(olderThan: .max) == 0, "no age is too great to ask for")
        try require(try await store.purge(olderThan: 0) == 2, "age 0 takes all")
        try require(try await store.trash().isEmpty, "the undo store is empty")
    }

    private static let unknownAccount = CredentialStoreContract("an account that is not there is named") { store in
        try await store.create(verification: verification)
        let (nobody, c) = (try AccountName("nobody"), try name("c"))
        try await refuses(.noSuchAccount(nobody)) {
            try await store.write(document("1"), for: c, in: nobody, replacing: .anything)
        }
        try await refuses(.noSuchAccount(nobody)) { try await store.remove(c, from: nobody, expecting: nil) }
        try require(try await store.verification(of: nobody) == nil, "it has no verification file")
        try require(try await store.snapshot()[nobody] == nil, "it was not made")
    }

    private static let racing = CredentialStoreContract("of writers that saw the same, one wins") { store in
        try await store.create(verification: verification)
        let c = try name("c")
        let seen = try await store.write(document("0"), for: c, in: .master, replacing: .absent).revision
        let winners: [String] = await withTaskGroup(of: String?.self) { group in
            for number in 1...8 {
                group.addTask {
                    let document = document("\(number)")
                    let written = try? await store.write(document, for: c, in: .master, replacing: .revision(seen))
                    return written == nil ? nil : "\(number)"
                }
            }
            var winners: [String] = []
            for await case let winner? in group { winners.append(winner) }
            return winners
        }
        try require(winners.count == 1, "one of eight wins, not \(winners.count)")
        try require(try await value(c, in: store) == .text(winners[0]), "the winner's document is stored")
        try require(try await store.trash().count == 1, "one document was displaced")
    }

    private static let numbering = CredentialStoreContract("other content has another number") { store in
        try await store.create(verification: verification)
        let empty = try await store.snapshot().generation
        _ = try await store.write(document("1"), for: name("c"), in: .master, replacing: .absent)
        let one = try await store.snapshot().generation
        _ = try await store.remove(name("c"), from: .master, expecting: nil)
        let none = try await store.snapshot().generation
        try require(Set([empty, one, none]).count == 3, "every change has a number of its own")
    }

    private static let accounts = CredentialStoreContract("accounts come and go whole", needsAccounts: true) { store in
        try await store.create(verification: verification)
        let (z, a) = (try AccountName("a_desk"), try AccountName("Z-desk"))
        for account in [z, a] { try await store.createAccount(account) }
        try require(try await store.snapshot().accounts.map(\.name) == [.master, a, z], "master_account is first")
        try require(try await store.verification(of: a) == verification, "a new account belongs to the same password")
        try await refuses(.accountExists(a)) { try await store.createAccount(a) }
        _ = try await store.write(document("1"), for: name("c"), in: a, replacing: .absent)
        let entry = try await store.deleteAccount(a)
        try require(entry.kind == .account && entry.contents == [try name("c")], "the entry says what went")
        try require(try await store.snapshot().accounts.map(\.name) == [.master, z], "the account is gone")
        try await refuses(.noSuchAccount(a)) { try await store.deleteAccount(a) }
    }

    private static let restoringAccounts = CredentialStoreContract(
        "a deleted account can be brought back", needsAccounts: true
    ) { store in
        try await store.create(verification: verification)
        let (desk, c) = (try AccountName("desk"), try name("c"))
        try await store.createAccount(desk)
        _ = try await store.write(document("1"), for: c, in: desk, replacing: .absent)
        let entry = try await store.deleteAccount(desk)
        try await store.createAccount(desk)
        _ = try await store.write(document("2"), for: c, in: desk, replacing: .absent)
        _ = try await store.write(document("3"), for: name("d"), in: desk, replacing: .absent)
        try await refuses(.accountExists(desk)) { try await store.restore(entry.id, force: false) }
        try require(try await store.restore(entry.id, force: true) == entry, "a restore returns the entry")
        try require(try await value(c, desk, in: store) == .text("1"), "the first account is back")
        let displaced = try await store.trash()
        try require(displaced.map(\.contents) == [[c, try name("d")]], "the second one is in the undo store")
        _ = try await store.restore(displaced[0].id, force: true)
        try require(try await value(c, desk, in: store) == .text("2"), "and comes back in its turn")
        let removed = try await store.remove(c, from: desk, expecting: nil)
        _ = try await store.deleteAccount(desk)
        try await refuses(.noSuchAccount(desk)) { try await store.restore(removed.id, force: true) }
        try require(try await store.trash().contains(removed), "what could not be restored stays in the undo store")
    }

    private static let master = CredentialStoreContract("master_account stays") { store in
        try await store.create(verification: verification)
        try await refuses(.protectedAccount) { try await store.deleteAccount(.master) }
        try require(try await store.snapshot()[.master] != nil, "it is still there")
    }
}
