/// Why a keyfile could not be read, opened or sealed. No case carries plaintext, password or key bytes.
public enum KeyfileError: Error, Equatable, Sendable {
    /// The armor is not an even number of hex digits.
    case notHex
    /// The text is longer than ``Keyfile/textByteLimit``.
    case tooLong
    /// The text is not JSON; the offset is in bytes.
    case notJSON(offset: Int)
    /// A member is not there, named by its path, such as `crypto.kdfparams.salt`.
    case missing(String)
    /// A member has another type than the format says.
    case wrongType(String)
    /// A member should be hex and is not.
    case notHexMember(String)
    /// A member has a length in bytes that cannot be.
    case wrongLength(String)
    /// `version` is not 3.
    case unsupportedVersion
    /// `cipher` is not `aes-128-ctr`.
    case unsupportedCipher
    /// `kdf` is neither `pbkdf2` nor `scrypt`.
    case unsupportedKDF
    /// `prf` is not `hmac-sha256`.
    case unsupportedPRF
    /// A parameter of the KDF is outside of what we are ready to work with; nothing was computed.
    case parameterOutOfBounds(String)
    /// The password has no characters.
    case emptyPassword
    /// The MAC differs: a wrong password or a damaged file. The format cannot tell which.
    case macMismatch
    /// The cryptographic library refused parameters that passed our own checks.
    case derivationFailed
}
