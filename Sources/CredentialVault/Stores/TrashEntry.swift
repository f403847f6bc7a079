public import Credentials

/// Names one entry of the undo store.
///
/// `20261121T090301Z-0f3a…`: the second of the deletion, its nanoseconds and 4 random bytes, so that names
/// sort by age.
public struct TrashID: Hashable, Sendable, CustomStringConvertible {
    /// The id as text.
    public let description: String

    /// Takes an id as a person types it; `nil` when it cannot be one.
    public init?(_ text: String) {
        let isSafe = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x66).contains($0) || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: "T") || $0 == UInt8(ascii: "Z")
        }
        guard text.utf8.count == 33, isSafe else { return nil }
        description = text
    }
}

/// Something that was deleted or replaced and can be brought back.
public struct TrashEntry: Sendable, Equatable {
    /// What the entry holds; the raw value stands in its file and in answers.
    public enum Kind: String, Sendable {
        /// One connector file.
        case credential
        /// An account's folder.
        case account
    }

    /// Why it is here; the raw value stands in its file and in answers.
    public enum Reason: String, Sendable {
        /// Somebody deleted it.
        case removed
        /// Something else took its place.
        case replaced
    }

    /// Its name.
    public var id: TrashID
    /// Whether it holds a credential or a whole account.
    public var kind: Kind
    /// Why it is here.
    public var reason: Reason
    /// The account that was deleted, or whose credential it is.
    public var account: AccountName
    /// The credential's connector; `nil` for an account.
    public var connector: ConnectorName?
    /// Seconds since 1970.
    public var deletedAt: Int
    /// For an account: the connectors whose credentials went with it.
    public var contents: [ConnectorName]

    /// Describes an entry.
    public init(
        id: TrashID, kind: Kind, reason: Reason, account: AccountName, connector: ConnectorName?, deletedAt: Int,
        contents: [ConnectorName]
    ) {
        self.id = id
        self.kind = kind
        self.reason = reason
        self.account = account
        self.connector = connector
        self.deletedAt = deletedAt
        self.contents = contents
    }
}
