public import CredentialVault
public import Credentials
internal import EthereumKeyfile
public import Logging
internal import OrderedJSON
internal import Synchronization

/// The use cases on a vault of this machine: the one place where store, unlocked keys and catalogue come together.
///
/// Listing derives nothing; saving derives nothing once the vault is unlocked.
public final class KeyManager: KeyOperations {
    let store: any CredentialStore
    let vault: Vault
    let catalog: ConnectorCatalog
    let verification: KeyVerification?
    let passwordFile: PasswordFile?
    let audit: AuditLog?
    private let logger: Logger
    private let overviews: OverviewBuilder

    /// - Parameters:
    ///   - store: Where the documents lie.
    ///   - vault: The keys, locked at first.
    ///   - catalog: The connectors that can be saved.
    ///   - verification: Asks the exchanges; `nil` for a program that must not, which saves whatever fits the fields.
    ///   - logger: Takes notes of changes; never of values.
    ///   - passwordFile: The `.env` whose line follows a change of the password; `nil` when there is none of ours.
    ///   - audit: Records every change; `nil` records nothing.
    public init(
        store: any CredentialStore, vault: Vault, catalog: ConnectorCatalog, verification: KeyVerification?,
        logger: Logger, passwordFile: PasswordFile? = nil, audit: AuditLog? = nil
    ) {
        self.store = store
        self.vault = vault
        self.catalog = catalog
        self.verification = verification
        self.logger = logger
        self.passwordFile = passwordFile
        self.audit = audit
        overviews = OverviewBuilder(catalog: catalog)
    }

    /// Whether the vault is locked, and what should be said about it. Derives nothing.
    public func status() async throws -> VaultStatus { try await overview().status }

    /// The accounts, master_account first, then by name. Derives nothing.
    public func accounts() async throws -> [AccountName] {
        try await Failure.translating { try await self.store.snapshot().accounts.map(\.name) }
    }

    /// Everything in one call. Derives nothing; an unchanged tree costs next to nothing.
    public func overview() async throws -> VaultOverview {
        try await Failure.translating {
            await self.overviews.overview(
                of: try await self.store.snapshot(), location: self.store.location, vault: self.vault)
        }
    }

    /// An account's credentials by connector name. Derives nothing.
    public func credentials(in account: AccountName) async throws -> [CredentialSummary] {
        guard let found = try await overview().accounts.first(where: { $0.name == account }) else {
            throw Failure(StoreError.noSuchAccount(account))
        }
        return found.credentials
    }

    /// The names of the connectors in the catalogue, sorted.
    public func connectors() async throws -> [ConnectorName] { catalog.names }

    /// Creates an account with the files of master_account that a bot needs.
    public func createAccount(_ account: AccountName) async throws {
        try await recording(.init(.accountCreate, account: account)) { try await self.store.createAccount(account) }
        note("account created", ["account": account])
    }

    /// Moves an account with all its credentials to the undo store.
    @discardableResult
    public func deleteAccount(_ account: AccountName) async throws -> TrashEntry? {
        let entry = try await recording(.init(.accountDelete, account: account)) {
            try await self.store.deleteAccount(account)
        }
        note("account deleted", ["account": account, "trash": entry.id])
        return entry
    }

    /// Moves a credential to the undo store.
    @discardableResult
    public func remove(
        _ connector: ConnectorName, from account: AccountName, expecting revision: Revision?
    ) async throws -> TrashEntry? {
        let entry = try await recording(.init(.credentialRemove, account: account, connector: connector)) {
            try await self.store.remove(connector, from: account, expecting: revision)
        }
        note("credential removed", ["account": account, "connector": connector, "trash": entry.id])
        return entry
    }

    /// What was deleted or replaced, newest first.
    public func trash() async throws -> [TrashEntry] {
        try await Failure.translating { try await self.store.trash() }
    }

    /// Brings an entry back.
    @discardableResult
    public func restore(_ id: TrashID, force: Bool) async throws -> TrashEntry {
        let entry = try await recording(.init(.trashRestore, detail: id.description)) {
            try await self.store.restore(id, force: force)
        }
        note("restored from the undo store", ["trash": id, "account": entry.account])
        return entry
    }

    /// Deletes one entry of the undo store for good.
    public func purge(_ id: TrashID) async throws {
        try await recording(.init(.trashPurge, detail: id.description)) { try await self.store.purge(id) }
        note("purged from the undo store", ["trash": id])
    }

    /// Deletes all entries that are at least `age` seconds old for good.
    public func purge(olderThan age: Int) async throws -> Int {
        let purged = try await recording(.init(.trashPurge, detail: "older than \(age) s")) {
            try await self.store.purge(olderThan: age)
        }
        note("purged from the undo store", ["count": purged])
        return purged
    }

    /// What a credential's file says, with the snapshot's account.
    func reading(
        of connector: ConnectorName, in account: AccountName
    ) async throws -> (reading: CredentialReading, summary: CredentialSummary) {
        let snapshot = try await store.snapshot()
        guard let stored = snapshot[account] else { throw StoreError.noSuchAccount(account) }
        guard let credential = stored[connector] else { throw StoreError.noSuchCredential(connector, account) }
        guard let found = await overviews.readings(of: [credential], in: snapshot, vault: vault).first else {
            throw StoreError.noSuchCredential(connector, account)
        }
        return found
    }

    /// Every sealed value of a snapshot that can be read.
    func keyfiles(of snapshot: StoreSnapshot) -> [Keyfile] { overviews.keyfiles(of: snapshot) }

    /// Makes a change and records it in the audit log; whatever is thrown comes out as a ``Failure``.
    func recording<Value: Sendable>(
        _ subject: AuditSubject, summary: @escaping @Sendable (Value) -> String? = { _ in nil },
        _ change: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await Failure.translating {
            guard let audit = self.audit else { return try await change() }
            return try await audit.recording(subject, summary: summary, change)
        }
    }

    /// Notes what happened, with names only.
    func note(_ event: String, _ subjects: [String: any CustomStringConvertible & Sendable] = [:]) {
        logger.info("\(event)", metadata: subjects.mapValues { "\($0.description)" })
    }
}
