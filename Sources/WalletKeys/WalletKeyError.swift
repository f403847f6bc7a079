/// Why a text is no private key, or a key cannot sign. No case carries key bytes.
public enum WalletKeyError: Error, Equatable, Sendable {
    /// Not 64 hexadecimal digits, with or without `0x` before them.
    case notHex
    /// Not a text in base 58 of the right length.
    case notBase58
    /// A checksum shows that something was mistyped.
    case wrongChecksum
    /// The public key that stands behind the private key is another's.
    case wrongPublicKey
    /// Zero, or not below the order of the curve.
    case outOfRange
    /// What shall be signed is not 32 bytes long.
    case wrongDigestLength
    /// The library refused what it had accepted before; cannot happen with valid keys.
    case libraryFailure
}
