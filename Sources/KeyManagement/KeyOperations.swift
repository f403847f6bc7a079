public import CredentialVault
public import Credentials
public import ExchangeVerification
public import OrderedJSON

/// What a front door can do with a vault, wherever the vault is.
///
/// Two conformers: ``KeyManager`` works on the folder of this machine, the command line's remote client works through
/// a server. Every method throws ``Failure``.
public protocol KeyOperations: Sendable {
    /// Whether the vault is locked, and what should be said about it. Derives nothing.
    func status() async throws -> VaultStatus

    /// Opens the vault. Costs one key derivation when it was locked.
    ///
    /// - Throws: ``Failure`` of kind `wrongPassword`, `notConfigured`, `damaged`.
    func unlock(with password: Secret) async throws

    /// Forgets the password and every derived key.
    func lock() async throws

    /// Changes the vault's password: everything that opens under the old one is sealed anew, all together or not at all.
    ///
    /// - Parameters:
    ///   - change: The old and the new one.
    ///   - progress: Called now and then while secrets are opened; never, behind a server.
    /// - Returns: What was done, and what a person has to do now.
    /// - Throws: ``Failure`` of kind `wrongPassword`, `damaged` (a secret does not open), `conflict`, `storage`,
    ///   `unsupported`.
    func changePassword(
        _ change: PasswordChange, progress: @escaping @Sendable (ResealProgress) -> Void
    ) async throws -> ResealOutcome

    /// The accounts, master_account first, then by name. Derives nothing.
    func accounts() async throws -> [AccountName]

    /// Everything in one call: accounts and their credentials. Derives nothing.
    func overview() async throws -> VaultOverview

    /// An account's credentials by connector name. Derives nothing.
    ///
    /// - Throws: ``Failure`` of kind `noSuchAccount`.
    func credentials(in account: AccountName) async throws -> [CredentialSummary]

    /// The fields of one credential: plain values as they are, secrets only as present or absent. Derives nothing.
    ///
    /// - Throws: ``Failure`` of kind `noSuchAccount`, `noSuchCredential`.
    func details(of connector: ConnectorName, in account: AccountName) async throws -> CredentialDetails

    /// Creates an account with the files of master_account that a bot needs.
    ///
    /// - Throws: ``Failure`` of kind `accountExists`, `storage`.
    func createAccount(_ account: AccountName) async throws

    /// Moves an account with all its credentials to the undo store.
    ///
    /// - Returns: The entry that brings it back; `nil` behind a server that keeps no undo store.
    /// - Throws: ``Failure`` of kind `noSuchAccount`, `protectedAccount`.
    @discardableResult
    func deleteAccount(_ account: AccountName) async throws -> TrashEntry?

    /// Checks the values against the connector's fields and with the exchange, then seals and writes them.
    ///
    /// - Throws: ``Failure`` of kind `noSuchAccount`, `noSuchConnector`, `invalidInput`, `locked`, `credentialExists`
    ///   (mode `.add`), `noSuchCredential` (mode `.replace`), `keyRejected`, `keyUnverified`, `conflict`, `storage`.
    func save(_ request: SaveRequest) async throws -> SavedCredential

    /// Checks a stored credential with its exchange and remembers the outcome.
    ///
    /// - Parameters:
    ///   - connector: Names the credential.
    ///   - account: Its account.
    ///   - choice: What is wanted otherwise than the policy in force.
    /// - Returns: What was found out; a refusal is an outcome, too.
    /// - Throws: ``Failure`` of kind `noSuchAccount`, `noSuchCredential`, `noSuchConnector`, `locked`, `damaged`,
    ///   `wrongPassword` when a secret does not open, `unsupported` behind a server that cannot.
    func verify(
        _ connector: ConnectorName, in account: AccountName, choice: VerificationChoice
    ) async throws -> VerificationReport

    /// Makes sure that stored credentials can be checked at all. Asks no exchange.
    ///
    /// - Throws: ``Failure`` of kind `locked`, `notConfigured`, `unsupported`. Behind a server it never does: there, the
    ///   first check tells.
    func requireChecking() async throws

    /// Moves a credential to the undo store.
    ///
    /// - Parameters:
    ///   - connector: Names the credential.
    ///   - account: Its account.
    ///   - revision: What the caller saw last; `nil` removes whatever is there.
    /// - Returns: The entry that brings it back; `nil` behind a server that keeps no undo store.
    /// - Throws: ``Failure`` of kind `noSuchAccount`, `noSuchCredential`, `conflict`.
    @discardableResult
    func remove(
        _ connector: ConnectorName, from account: AccountName, expecting revision: Revision?
    ) async throws -> TrashEntry?

    /// The audit log's records, oldest first.
    ///
    /// - Parameter number: The number of the last record that the caller has; 0 reads everything.
    /// - Returns: The records after that one.
    /// - Throws: ``Failure`` of kind `storage`; `unsupported` where no log is kept.
    func auditRecords(after number: Int) async throws -> [AuditRecord]

    /// The audit log's first records after one, oldest first; for a long log far cheaper than all of them.
    ///
    /// - Parameters:
    ///   - number: The number of the last record that the caller has; 0 begins with the first one.
    ///   - count: How many at most.
    /// - Returns: Fewer only where there are no more.
    /// - Throws: ``Failure`` of kind `storage`; `unsupported` where no log is kept.
    func auditRecords(after number: Int, atMost count: Int) async throws -> [AuditRecord]

    /// The audit log's last records, oldest first; for a long log far cheaper than all of them.
    ///
    /// - Parameter count: How many; lines that are no records are passed over.
    /// - Returns: As many as there are.
    /// - Throws: ``Failure`` of kind `storage`; `unsupported` where no log is kept.
    func auditRecords(last count: Int) async throws -> [AuditRecord]

    /// The names of the connectors that the vault's side knows, sorted.
    func connectors() async throws -> [ConnectorName]

    /// What was deleted or replaced, newest first.
    func trash() async throws -> [TrashEntry]

    /// Brings an entry back. What a forced restore displaces goes to the undo store in its turn.
    ///
    /// - Throws: ``Failure`` of kind `noSuchTrashEntry`; `accountExists` or `credentialExists` unless `force`;
    ///   `noSuchAccount` when a credential's account is gone.
    @discardableResult
    func restore(_ id: TrashID, force: Bool) async throws -> TrashEntry

    /// Deletes one entry of the undo store for good.
    ///
    /// - Throws: ``Failure`` of kind `noSuchTrashEntry`.
    func purge(_ id: TrashID) async throws

    /// Deletes all entries that are at least `age` seconds old for good.
    ///
    /// - Parameter age: In seconds; 0 empties the undo store.
    /// - Returns: How many went.
    /// - Throws: ``Failure`` of kind `storage`, `busy`.
    func purge(olderThan age: Int) async throws -> Int
}

extension KeyOperations {
    /// Lets the first check tell.
    public func requireChecking() async throws {}

    /// Takes them from all records after that one.
    public func auditRecords(after number: Int, atMost count: Int) async throws -> [AuditRecord] {
        Array(try await auditRecords(after: number).prefix(count))
    }

    /// Takes them from all records.
    public func auditRecords(last count: Int) async throws -> [AuditRecord] {
        try await auditRecords(after: 0).suffix(count)
    }

    /// Refuses: a Hummingbot API keeps no such log.
    public func auditRecords(after number: Int) async throws -> [AuditRecord] {
        throw Failure(
            .unsupported, "There is no audit log here.",
            hint: "keys-manager keeps one for a vault in a folder and behind its own server.")
    }

    /// Refuses: most servers cannot do this.
    public func changePassword(
        _ change: PasswordChange, progress: @escaping @Sendable (ResealProgress) -> Void
    ) async throws -> ResealOutcome {
        throw Failure(
            .unsupported, "A Hummingbot API cannot change its config password.",
            hint: "Change it in the folder, with --bots, while the server is stopped.")
    }
}

/// A request to write a credential.
public struct SaveRequest: Sendable {
    /// Whether an existing credential may, must or must not be there.
    public enum Mode: Sendable {
        /// There must be none.
        case add
        /// There must be one.
        case replace
        /// Either will do.
        case addOrReplace
    }

    /// Where the credential goes.
    public var account: AccountName
    /// What it is for.
    public var connector: ConnectorName
    /// Field names, prefixed or not, with their values.
    public var input: JSONObject
    /// Whether an existing credential may, must or must not be there.
    public var mode: Mode
    /// With `replace` and `addOrReplace`: what the caller saw last. `nil` replaces whatever is there.
    public var expectedRevision: Revision?
    /// What is wanted otherwise than the policy in force.
    public var choice: VerificationChoice

    /// Describes what to write.
    public init(
        account: AccountName, connector: ConnectorName, input: JSONObject, mode: Mode,
        expectedRevision: Revision? = nil, choice: VerificationChoice = VerificationChoice()
    ) {
        self.account = account
        self.connector = connector
        self.input = input
        self.mode = mode
        self.expectedRevision = expectedRevision
        self.choice = choice
    }
}

/// What became of a ``SaveRequest``.
public struct SavedCredential: Sendable, Equatable {
    /// Where the credential went.
    public var account: AccountName
    /// What it is for.
    public var connector: ConnectorName
    /// Whether it took the place of another.
    public var wasReplaced: Bool
    /// What was written; `nil` behind a server that tells none.
    public var revision: Revision?
    /// The entry that brings the replaced credential back, or `nil` when there was none.
    public var displaced: TrashEntry?
    /// What the exchange said; `nil` when it was not asked.
    public var report: VerificationReport?
    /// Sentences that a person should read: the exchange's warnings, dropped keys, a field sealed against Hummingbot's
    /// annotation, versions.
    public var notices: [String]

    /// Describes an outcome.
    public init(
        account: AccountName, connector: ConnectorName, wasReplaced: Bool, revision: Revision?, displaced: TrashEntry?,
        report: VerificationReport? = nil, notices: [String]
    ) {
        self.account = account
        self.connector = connector
        self.wasReplaced = wasReplaced
        self.revision = revision
        self.displaced = displaced
        self.report = report
        self.notices = notices
    }
}
