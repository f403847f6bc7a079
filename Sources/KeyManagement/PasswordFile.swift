public import Credentials

/// The `.env` of ours that may hold the vault's password, and how its line is rewritten.
///
/// The format belongs to the door that reads it; the change of the file belongs to the change of the password.
public struct PasswordFile: Sendable {
    /// Gives the file's new bytes, or `nil` when its `CONFIG_PASSWORD` is not the old password.
    public typealias Rewriting = @Sendable (_ bytes: [UInt8], _ old: Secret, _ new: Secret) throws -> [UInt8]?

    /// The absolute path.
    public let path: String
    /// Gives the file's bytes, or `nil` when there is no such file.
    public let read: @Sendable () throws -> [UInt8]?
    /// Gives the file's new bytes.
    public let rewritten: Rewriting

    /// Describes the file.
    public init(path: String, read: @escaping @Sendable () throws -> [UInt8]?, rewritten: @escaping Rewriting) {
        self.path = path
        self.read = read
        self.rewritten = rewritten
    }
}
