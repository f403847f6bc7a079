public import EthereumKeyfile

/// Why a vault could not be opened or used.
public enum VaultError: Error, Equatable, Sendable {
    /// The vault is locked.
    case locked
    /// The password does not open the verification file.
    case wrongPassword
    /// A password has no characters.
    case emptyPassword
    /// The verification file is not what it should be, whatever the password.
    case damagedVerification(KeyfileError)
    /// The verification file opens, yet to another word than Hummingbot's.
    case foreignVerification
    /// A value has no place among the connector's fields; nothing was sealed.
    case unknownField(String)
}
