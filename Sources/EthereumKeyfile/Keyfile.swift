/// One encrypted text: a version 3 keyfile, "Web3 Secret Storage".
///
/// Source: ethereum.org, "Web3 secret storage definition"; Hummingbot's dialect as written by eth-keyfile 0.8.1.
public struct Keyfile: Sendable, Equatable {
    /// The longest JSON text that is read, in bytes.
    public static let textByteLimit = 1 << 20

    /// How the key comes from the password.
    public let derivation: KeyDerivation
    /// The initial counter of AES-128-CTR; 16 bytes.
    public let iv: [UInt8]
    /// As long as the plaintext.
    public let ciphertext: [UInt8]
    /// Keccak-256; 32 bytes. It covers the ciphertext and nothing else: neither the IV nor the KDF's parameters.
    public let mac: [UInt8]
}
