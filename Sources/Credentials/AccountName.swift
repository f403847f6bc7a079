/// The name of an account: one folder under `credentials/`.
///
/// Only ASCII letters, digits, `_` and `-`, so that a name can never climb out of the tree.
/// Source: hummingbot-api's path-safety checks of 2026-06-12.
public struct AccountName: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let description: String

    /// The account that always exists and holds the vault's salt.
    public static let master = AccountName(unchecked: "master_account")

    /// Takes a name as a person or a client gave it.
    ///
    /// - Parameter text: The name.
    /// - Throws: ``InvalidName`` when `text` is empty, longer than 200 bytes, holds any other character, or is
    ///   `gateway`, which the API's wallet routes take for themselves.
    public init(_ text: String) throws(InvalidName) {
        guard text.isSafeName, text != "gateway" else { throw InvalidName(kind: .account, text: text) }
        description = text
    }

    private init(unchecked text: String) { description = text }

    /// Whether this is `master_account`.
    public var isMaster: Bool { self == .master }
}

extension AccountName: Comparable {
    /// `master_account` comes first, the rest by their bytes.
    public static func < (left: AccountName, right: AccountName) -> Bool {
        if left.isMaster || right.isMaster { return left.isMaster && !right.isMaster }
        return left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }
}
