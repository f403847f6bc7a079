public import CredentialVault
public import Credentials
public import ExchangeVerification
public import OrderedJSON

/// Whether the vault is open, and what should be said about it.
public struct VaultStatus: Sendable, Equatable {
    /// The raw value stands in `/v1` answers.
    public enum State: String, Sendable {
        case locked
        case unlocked
        /// The folder has no verification file, so no password can be checked.
        case uninitialized
    }

    /// Whether the vault is open.
    public var state: State
    /// Where the vault lies, as the program was told.
    public var location: String
    /// Sentences about what is not as it should be: open modes, strays, another file system.
    public var warnings: [String]

    /// Describes a vault.
    public init(state: State, location: String, warnings: [String]) {
        self.state = state
        self.location = location
        self.warnings = warnings
    }
}

/// Everything that can be said without a password.
public struct VaultOverview: Sendable, Equatable {
    /// Whether the vault is open, and what should be said about it.
    public var status: VaultStatus
    /// master_account first, then by name.
    public var accounts: [AccountOverview]
    /// Rises with every change of the tree that was noticed; equal numbers of one process mean equal content.
    public var generation: UInt64

    /// Describes a vault's content.
    public init(status: VaultStatus, accounts: [AccountOverview], generation: UInt64) {
        self.status = status
        self.accounts = accounts
        self.generation = generation
    }
}

/// One account with its credentials.
public struct AccountOverview: Sendable, Equatable {
    /// The account.
    public var name: AccountName
    /// By connector name.
    public var credentials: [CredentialSummary]
    /// Sentences about files that are no credentials, a missing folder and the like.
    public var warnings: [String]

    /// Describes an account.
    public init(name: AccountName, credentials: [CredentialSummary], warnings: [String]) {
        self.name = name
        self.credentials = credentials
        self.warnings = warnings
    }
}

/// A credential as a list shows it.
public struct CredentialSummary: Sendable, Equatable {
    /// What can be known of a file; the raw value stands in `/v1` answers and in the command line's JSON.
    public enum State: String, Sendable {
        /// It reads as a credential. Whether its secrets open is known only once they are opened.
        case stored
        /// It cannot be read as a credential.
        case damaged
        /// Hummingbot has no such connector (any more).
        case unknownConnector = "unknown_connector"
        /// It reads, but Hummingbot will refuse it: an unknown key, a missing field, a plain value where a sealed one
        /// must be.
        case misfit
        /// At least one secret does not open under the vault's password (known while unlocked only).
        case otherPassword = "other_password"
    }

    /// What the credential is for.
    public var connector: ConnectorName
    /// What can be known of its file.
    public var state: State
    /// One sentence on what is wrong, or `nil` for `stored`.
    public var problem: String?
    /// When the file was last written, in seconds since 1970.
    public var modifiedAt: Int
    /// What a caller hands back to say which version it saw; `nil` when the file cannot be read.
    public var revision: Revision?
    /// What the last check of just these bytes found out; `nil` when there was none.
    public var report: VerificationReport?

    /// Describes a credential.
    public init(
        connector: ConnectorName, state: State, problem: String?, modifiedAt: Int, revision: Revision?,
        report: VerificationReport? = nil
    ) {
        self.connector = connector
        self.state = state
        self.problem = problem
        self.modifiedAt = modifiedAt
        self.revision = revision
        self.report = report
    }
}

/// One credential's fields, secrets hidden.
public struct CredentialDetails: Sendable, Equatable {
    /// A field as it is stored.
    public struct Field: Sendable, Equatable {
        /// The field's name in Hummingbot, or its path inside a nested one.
        public var name: String
        /// What a person calls it.
        public var label: String
        /// Whether its value is hidden.
        public var isSecret: Bool
        /// Whether the file has the field.
        public var isPresent: Bool
        /// The plain value, with every secret inside it replaced by `"<secret>"`; `nil` for an absent field.
        public var value: JSON?
        /// One sentence on what is wrong with the stored value, or `nil`.
        public var problem: String?

        /// Describes a field.
        public init(
            name: String, label: String, isSecret: Bool, isPresent: Bool, value: JSON?, problem: String?
        ) {
            self.name = name
            self.label = label
            self.isSecret = isSecret
            self.isPresent = isPresent
            self.value = value
            self.problem = problem
        }
    }

    /// Whose credential it is.
    public var account: AccountName
    /// The credential as a list shows it.
    public var summary: CredentialSummary
    /// Its fields in the order of the catalogue.
    public var fields: [Field]

    /// Describes a credential with its fields.
    public init(account: AccountName, summary: CredentialSummary, fields: [Field]) {
        self.account = account
        self.summary = summary
        self.fields = fields
    }
}

extension VaultStatus {
    /// What is to be said of a place as such.
    static func warnings(about location: String) -> [String] {
        let names = location.split(separator: "/")
        guard names.count >= 3, names.last == "conf", names[names.count - 3] == "instances" else { return [] }
        return [
            "This is the folder of one bot: deploying the bot again wipes it, with the trash and the log in it. Keep keys "
                + "in an account of the bots folder; vault import takes them over."
        ]
    }
}
