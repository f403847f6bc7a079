public import Credentials

/// A request to change the vault's password.
public struct PasswordChange: Sendable {
    /// What opens the vault now.
    public var current: Secret
    /// What shall open it.
    public var new: Secret
    /// Whether secrets that do not open are left as they are; otherwise one of them stops the change.
    public var leavesUnreadable: Bool

    /// Describes a change.
    public init(current: Secret, new: Secret, leavesUnreadable: Bool = false) {
        self.current = current
        self.new = new
        self.leavesUnreadable = leavesUnreadable
    }
}

/// What became of secrets that were sealed anew.
public struct ResealOutcome: Sendable, Equatable {
    /// How many secrets were sealed anew.
    public var secretCount: Int
    /// In how many files, verification files included.
    public var fileCount: Int
    /// What was left as it was because it does not open, each with its file and the reason.
    public var left: [String]
    /// The `.env` that was rewritten with it, or `nil`.
    public var passwordFile: String?
    /// Sentences about what a person has to do now.
    public var notices: [String]

    /// Describes an outcome.
    public init(secretCount: Int, fileCount: Int, left: [String], passwordFile: String?, notices: [String]) {
        self.secretCount = secretCount
        self.fileCount = fileCount
        self.left = left
        self.passwordFile = passwordFile
        self.notices = notices
    }
}
