public import Credentials

/// The user name and password that HTTP clients send.
public struct APILogin: Sendable {
    /// The user name; not secret.
    public let user: String
    /// The password of the API; the vault's password is another one.
    public let password: Secret

    /// Why a login cannot be used.
    public enum Fault: Error, Equatable {
        /// Basic authentication ends the user name at the first colon.
        case colonInUser
        /// An empty password protects nothing.
        case emptyPassword
    }

    /// Takes a login as a person configured it.
    ///
    /// - Parameters:
    ///   - user: May be empty; must not hold a colon.
    ///   - password: Any text but the empty one.
    /// - Throws: ``Fault``.
    public init(user: String, password: Secret) throws(Fault) {
        guard !user.utf8.contains(UInt8(ascii: ":")) else { throw .colonInUser }
        guard !password.isEmpty else { throw .emptyPassword }
        self.user = user
        self.password = password
    }

    /// Whether this is `admin`/`admin`, which everyone knows and which therefore opens nothing from another machine.
    public var isWellKnown: Bool { user == "admin" && password == Secret("admin") }
}
