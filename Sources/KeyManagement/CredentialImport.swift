public import Credentials

/// What credentials are imported from.
public enum ImportOrigin: Sendable {
    /// A vault, or a folder of Hummingbot's.
    case vault
    /// A backup that was unpacked.
    case backup
}

/// What became of one credential of another vault.
public struct ImportedCredential: Sendable, Equatable {
    /// The raw value stands in the command line's JSON.
    public enum Outcome: String, Sendable, CaseIterable {
        /// It is there now.
        case imported
        /// It took the place of another, which is in the undo store.
        case replaced
        /// The same values were there.
        case same
        /// Other values are there, and stay.
        case conflict
        /// It could not be taken over.
        case failed
    }

    /// The account of this vault.
    public var account: AccountName
    /// What it is for.
    public var connector: ConnectorName
    /// What became of it.
    public var outcome: Outcome
    /// Why it could not be taken over, or `nil`.
    public var reason: String?

    /// Describes what became of a credential.
    public init(account: AccountName, connector: ConnectorName, outcome: Outcome, reason: String? = nil) {
        self.account = account
        self.connector = connector
        self.outcome = outcome
        self.reason = reason
    }

    /// How many credentials had which outcome, such as `2 imported, 1 failed`.
    static func summary(of imported: [ImportedCredential]) -> String {
        let counts = Outcome.allCases.compactMap { outcome in
            let count = imported.count { $0.outcome == outcome }
            return count > 0 ? "\(count) \(outcome.rawValue)" : nil
        }
        return counts.isEmpty ? "nothing to import" : counts.joined(separator: ", ")
    }
}
