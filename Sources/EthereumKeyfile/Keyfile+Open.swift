internal import Crypto
internal import CryptoExtras

extension Keyfile {
    /// Decrypts with a key that was derived before. Costs microseconds.
    ///
    /// A damaged IV passes the MAC and garbles the plaintext; only the caller can see that.
    ///
    /// - Parameter key: What ``KeyDerivation/derive(from:)`` of this keyfile's derivation gave.
    /// - Returns: The plaintext; any length.
    /// - Throws: ``KeyfileError/macMismatch`` for another password or a damaged file.
    public func open(with key: DerivedKey) throws(KeyfileError) -> [UInt8] {
        guard authenticates(under: key) else { throw .macMismatch }
        guard !ciphertext.isEmpty else { return [] }
        do {
            let nonce = try AES._CTR.Nonce(nonceBytes: iv)
            return Array(try AES._CTR.decrypt(ciphertext, using: key.encryptionKey, nonce: nonce))
        } catch {
            throw .derivationFailed
        }
    }

    /// Derives the key and decrypts. Costs a derivation.
    ///
    /// - Parameter password: The password.
    /// - Returns: The plaintext; any length.
    /// - Throws: ``KeyfileError/macMismatch``, ``KeyfileError/emptyPassword`` or ``KeyfileError/derivationFailed``.
    public func open(password: String) throws(KeyfileError) -> [UInt8] {
        try open(with: derivation.derive(from: password))
    }

    /// Whether the MAC fits the key; compared without stopping at the first difference.
    public func authenticates(under key: DerivedKey) -> Bool {
        let expected = key.mac(of: ciphertext)
        guard expected.count == mac.count else { return false }
        return zip(expected, mac).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
