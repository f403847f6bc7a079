public import Credentials

/// Where credential documents live. It never sees a password or a plaintext.
///
/// Every write is whole or absent, and what it displaces goes to the undo store. Every method throws ``StoreError``.
public protocol CredentialStore: Sendable {
    /// Where the store lies, in words for people.
    var location: String { get }

    /// Whether the store can hold the one account master_account only, as a client's `conf/` folder does.
    ///
    /// - Throws: ``StoreError``.
    func holdsOneAccount() async throws -> Bool

    /// Everything that is stored, as it is now: another program's change shows in the next snapshot.
    ///
    /// - Throws: ``StoreError``.
    func snapshot() async throws -> StoreSnapshot

    /// The content of an account's verification file.
    ///
    /// - Parameter account: Whose.
    /// - Returns: `nil` when the account has none, or is not there.
    /// - Throws: ``StoreError`` when it cannot be read.
    func verification(of account: AccountName) async throws -> [UInt8]?

    /// Makes the store: `master_account` with the files that deploying a bot reads.
    ///
    /// - Parameter verification: The bytes of master_account's verification file.
    /// - Throws: ``StoreError/vaultExists`` when any account has a verification file or a credential.
    func create(verification: [UInt8]) async throws

    /// Writes master_account's verification file where there is none, making the account where it is missing.
    ///
    /// - Parameter verification: The file's bytes.
    /// - Throws: ``StoreError/vaultExists`` when there is one.
    func writeVerification(_ verification: [UInt8]) async throws

    /// Makes an account with copies of master_account's four files, as far as they exist.
    ///
    /// - Parameter account: Its name.
    /// - Throws: ``StoreError/accountExists(_:)``, ``StoreError/oneAccountOnly``.
    func createAccount(_ account: AccountName) async throws

    /// Moves an account to the undo store.
    ///
    /// - Parameter account: Its name.
    /// - Returns: The entry that brings it back.
    /// - Throws: ``StoreError/noSuchAccount(_:)``, ``StoreError/protectedAccount``.
    func deleteAccount(_ account: AccountName) async throws -> TrashEntry

    /// Writes a document whole or not at all.
    ///
    /// - Parameters:
    ///   - document: What to write.
    ///   - connector: Names the credential.
    ///   - account: Its account.
    ///   - expectation: What must be there for the write to take place.
    ///   - verification: The vault's verification file whose password the document was sealed under; `nil` when that is
    ///     not known.
    ///   - digest: What is to be kept of the document's bytes, so that a later change of them is noticed; or `nil`.
    /// - Returns: The new revision, and the entry that brings back what was replaced, if anything was.
    /// - Throws: ``StoreError/conflict(_:_:)``, ``StoreError/credentialExists(_:_:)``,
    ///   ``StoreError/noSuchCredential(_:_:)`` where the expectation is not met; ``StoreError/noSuchAccount(_:)``;
    ///   ``StoreError/passwordChanged`` where the verification file is another one by now.
    func write(
        _ document: CredentialDocument, for connector: ConnectorName, in account: AccountName,
        replacing expectation: Expectation, sealedBeside verification: [UInt8]?, digest: FileDigest?
    ) async throws -> (revision: Revision, displaced: TrashEntry?)

    /// Every file that may hold sealed values, those of the undo store included.
    ///
    /// - Throws: ``StoreError``.
    func sealedFiles() async throws -> [SealedFile]

    /// Looks at everything that is stored, and changes nothing.
    ///
    /// - Throws: ``StoreError``.
    func inspect() async throws -> StoreInspection

    /// What a backup holds.
    ///
    /// - Throws: ``StoreError``.
    func backupFiles() async throws -> (files: [Backup.File], left: [Backup.Omission])

    /// Makes a vault of a backup where there is none.
    ///
    /// - Parameter backup: The backup.
    /// - Throws: ``StoreError/vaultExists``.
    func place(_ backup: Backup) async throws

    /// Keeps what we say of files that are stored already.
    ///
    /// - Parameter digests: Of these files.
    /// - Throws: ``StoreError``.
    func keep(_ digests: [FileDigest]) async throws

    /// Replaces files all together or not at all.
    ///
    /// - Parameter rewrite: The new bytes, and everything as it was seen when they were made.
    /// - Returns: The entries of the undo store that keep what another program wrote at the same moment.
    /// - Throws: ``StoreError/filesChanged(path:)`` when something is not as it was seen; nothing is changed then.
    func rewrite(_ rewrite: Rewrite) async throws -> [TrashEntry]

    /// Moves a credential to the undo store.
    ///
    /// - Parameters:
    ///   - connector: Names the credential.
    ///   - account: Its account.
    ///   - revision: What the caller saw last, or `nil` for whatever is there.
    /// - Returns: The entry that brings it back.
    /// - Throws: ``StoreError/noSuchCredential(_:_:)``, ``StoreError/conflict(_:_:)``.
    func remove(
        _ connector: ConnectorName, from account: AccountName, expecting revision: Revision?
    ) async throws -> TrashEntry

    /// The undo store, newest first.
    ///
    /// - Returns: The entries that can be brought back.
    /// - Throws: ``StoreError``.
    func trash() async throws -> [TrashEntry]

    /// Brings an entry back; with `force`, what is in the way goes to the undo store in its turn.
    ///
    /// - Parameters:
    ///   - id: The entry.
    ///   - force: Whether what is in the way may be displaced.
    /// - Returns: The entry, which is then no longer in the undo store.
    /// - Throws: ``StoreError/noSuchTrashEntry(_:)``, ``StoreError/noSuchAccount(_:)``; unless `force`,
    ///   ``StoreError/credentialExists(_:_:)`` or ``StoreError/accountExists(_:)``.
    func restore(_ id: TrashID, force: Bool) async throws -> TrashEntry

    /// Deletes an entry of the undo store for good.
    ///
    /// - Parameter id: The entry.
    /// - Throws: ``StoreError/noSuchTrashEntry(_:)``.
    func purge(_ id: TrashID) async throws

    /// Deletes the entries of the undo store that are at least `age` seconds old for good.
    ///
    /// - Parameter age: In seconds; 0 takes all.
    /// - Returns: How many went.
    /// - Throws: ``StoreError``.
    func purge(olderThan age: Int) async throws -> Int

    /// Keeps what a check of a credential found out, in place of what was known of the same bytes before. It shows in
    /// the next snapshot.
    ///
    /// - Parameters:
    ///   - outcome: The finding, a JSON object without secrets; some bytes less than 64 KiB.
    ///   - revision: The bytes that were checked; the finding is about no other ones.
    ///   - live: The revisions that the tree has; findings about others may be cleared away.
    /// - Throws: ``StoreError``.
    func keepOutcome(_ outcome: [UInt8], of revision: Revision, among live: Set<Revision>) async throws

    /// Takes the next number of a counter and remembers it before it returns, so that no process takes it again.
    ///
    /// - Parameters:
    ///   - lowest: The least that is wanted.
    ///   - largestLead: How far above `lowest` the last number may be; one further ahead is taken for a damaged one.
    ///   - counter: Names the counter.
    /// - Returns: `lowest`, or one more than the last number taken when that is higher and can be believed.
    /// - Throws: ``StoreError`` when it cannot be remembered.
    func takeNumber(atLeast lowest: Int, within largestLead: Int, of counter: CounterName) async throws -> Int
}

extension CredentialStore {
    /// Writes a document whole or not at all, whatever it was sealed under.
    ///
    /// - Parameters:
    ///   - document: What to write.
    ///   - connector: Names the credential.
    ///   - account: Its account.
    ///   - expectation: What must be there for the write to take place.
    /// - Returns: The new revision, and the entry that brings back what was replaced, if anything was.
    /// - Throws: ``StoreError``.
    package func write(
        _ document: CredentialDocument, for connector: ConnectorName, in account: AccountName,
        replacing expectation: Expectation
    ) async throws -> (revision: Revision, displaced: TrashEntry?) {
        try await write(document, for: connector, in: account, replacing: expectation, sealedBeside: nil, digest: nil)
    }
}

/// What a writer believes to be stored.
public enum Expectation: Sendable, Equatable {
    /// Nothing yet.
    case absent
    /// Exactly this revision.
    case revision(Revision)
    /// Something, whatever it is.
    case present
    /// Anything or nothing.
    case anything
}

/// The content of a store at one moment.
public struct StoreSnapshot: Sendable {
    /// Equal numbers of one process mean equal content.
    public var generation: UInt64
    /// master_account first, then by name.
    public var accounts: [StoredAccount]
    /// Sentences about what does not belong there.
    public var warnings: [String]
    /// What was found out about credential files, by the revision of their bytes; some are of files that are gone.
    public var outcomes: [Revision: [UInt8]]

    /// An account by its name, or `nil`.
    public subscript(_ name: AccountName) -> StoredAccount? { accounts.first { $0.name == name } }
}

/// One account's files.
public struct StoredAccount: Sendable {
    /// The folder's name.
    public var name: AccountName
    /// By connector name.
    public var credentials: [StoredCredential]
    /// The content of its verification file; `nil` when there is none that can be read.
    public var verification: [UInt8]?
    /// Sentences about what does not belong there or is too open.
    public var warnings: [String]

    /// A credential by its connector, or `nil`.
    public subscript(_ connector: ConnectorName) -> StoredCredential? {
        credentials.first { $0.connector == connector }
    }
}

/// One connector file.
public struct StoredCredential: Sendable {
    /// The connector that the file's name says.
    public var connector: ConnectorName
    /// Seconds since 1970; 0 when the file cannot be read.
    public var modifiedAt: Int
    /// Of the exact bytes; `nil` when they cannot be read.
    public var revision: Revision?
    /// What the file holds, or why it holds nothing that can be used.
    public var content: Result<CredentialDocument, StoredFault>
}

/// Why a connector file has no document.
public enum StoredFault: Error, Equatable, Sendable {
    /// The bytes are no document.
    case document(DocumentError)
    /// The operating system does not give the bytes.
    case unreadable(FileError)
}
