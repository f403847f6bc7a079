public import ExchangeVerification

/// What went wrong, in the one shape that all front doors share.
///
/// The lower modules throw small enums of what they saw; here they become a kind (for exit codes and HTTP statuses), a
/// sentence for a trader and, where there is one, the cure. No failure carries a secret, a plaintext or a field's value.
public struct Failure: Error, Equatable, Sendable {
    /// The kinds of failure; the raw value is the `code` of `/v1` answers.
    public enum Kind: String, Sendable, CaseIterable {
        case noSuchAccount = "no_such_account"
        case noSuchCredential = "no_such_credential"
        case noSuchConnector = "no_such_connector"
        case noSuchTrashEntry = "no_such_trash_entry"
        case accountExists = "account_exists"
        case credentialExists = "credential_exists"
        /// `master_account` cannot be deleted.
        case protectedAccount = "protected_account"
        case invalidName = "invalid_name"
        /// The values of a credential do not fit the connector's fields.
        case invalidInput = "invalid_input"
        /// The vault is there and locked.
        case locked
        /// There is no vault yet, or no password to open it with.
        case notConfigured = "not_configured"
        case wrongPassword = "wrong_password"
        /// The API login was refused.
        case unauthorized
        /// The exchange refuses the key, or it may do more than was allowed; nothing was saved.
        case keyRejected = "key_rejected"
        /// Nobody could tell whether the key works; nothing was saved.
        case keyUnverified = "key_unverified"
        /// Another writer came first; nothing was changed.
        case conflict
        /// Another process holds the vault's lock for too long.
        case busy
        /// A stored file cannot be read as what it should be.
        case damaged
        /// Disk full, read-only, no permission or another failure of the file system.
        case storage
        /// A server could not be reached or did not answer.
        case unreachable
        /// This door, or the server behind it, cannot do that.
        case unsupported
        case `internal`
    }

    /// What went wrong, for exit codes and statuses.
    public let kind: Kind
    /// One sentence that names the cause.
    public let message: String
    /// One sentence that names the cure, or `nil`.
    public let hint: String?
    /// For `invalidInput`, `keyRejected` and `keyUnverified`: the field that each fault concerns, with its sentence or
    /// clause.
    public let fieldFaults: [FieldFaultText]
    /// For `keyRejected` and `keyUnverified`: what the check found out.
    public let report: VerificationReport?

    /// The faults that the message does not tell already; why a key was refused it always tells.
    public var untoldFaults: [FieldFaultText] {
        kind == .invalidInput ? fieldFaults.filter { !message.contains($0.message) } : []
    }

    /// One faulty field, for showing beside it.
    public struct FieldFaultText: Equatable, Sendable {
        /// The field's name.
        public let field: String
        /// What is wrong with its value, which is not named.
        public let message: String

        /// Pairs a field's name with what is wrong with its value.
        public init(field: String, message: String) {
            self.field = field
            self.message = message
        }
    }

    /// Describes a failure.
    public init(
        _ kind: Kind, _ message: String, hint: String? = nil, fieldFaults: [FieldFaultText] = [],
        report: VerificationReport? = nil
    ) {
        self.kind = kind
        self.message = message
        self.hint = hint
        self.fieldFaults = fieldFaults
        self.report = report
    }
}
