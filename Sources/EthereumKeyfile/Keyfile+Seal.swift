internal import Crypto
internal import CryptoExtras

extension Keyfile {
    /// Encrypts with a key that was derived before. Costs microseconds.
    ///
    /// - Parameters:
    ///   - plaintext: Any length.
    ///   - key: What `derivation` gave for the password.
    ///   - derivation: Recorded in the keyfile, so that a reader can derive the key again.
    ///   - iv: 16 fresh random bytes, never used before under this key: a repeated IV reveals both plaintexts.
    /// - Throws: ``KeyfileError/wrongLength(_:)`` for an IV of another length.
    public init(
        sealing plaintext: [UInt8], with key: DerivedKey, derivation: KeyDerivation, iv: [UInt8]
    ) throws(KeyfileError) {
        guard iv.count == 16 else { throw .wrongLength("iv") }
        do {
            ciphertext =
                plaintext.isEmpty
                ? []
                : Array(
                    try AES._CTR.encrypt(
                        plaintext, using: key.encryptionKey, nonce: try AES._CTR.Nonce(nonceBytes: iv)))
        } catch {
            throw .derivationFailed
        }
        mac = key.mac(of: ciphertext)
        self.derivation = derivation
        self.iv = iv
    }
}
