internal import Credentials
public import EthereumKeyfile

/// Hummingbot's `.password_verification`: a known word, sealed under the config password.
///
/// Source: measured on hummingbot-api of 2026-06-29; one line of hex armor without a newline.
public enum PasswordVerification {
    /// The word that every verification file holds.
    static let word = "HummingBot"

    /// The bytes of a new verification file.
    static func file(
        sealedWith key: DerivedKey, derivation: KeyDerivation, avoiding usedIVs: Set<[UInt8]>
    ) throws(KeyfileError) -> [UInt8] {
        var ivs = IVSource(usedIVs: usedIVs)
        return Array(
            try Keyfile(sealing: Array(word.utf8), with: key, derivation: derivation, iv: ivs.next()).hexArmor.utf8)
    }

    /// Reads a verification file.
    ///
    /// - Parameter bytes: The file.
    /// - Returns: The keyfile that it holds.
    /// - Throws: ``VaultError/damagedVerification(_:)``.
    public static func keyfile(fromFile bytes: [UInt8]) throws(VaultError) -> Keyfile {
        do {
            return try Keyfile(hexArmor: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw .damagedVerification(error)
        }
    }

    /// Checks a derived key against a verification file. Costs microseconds.
    ///
    /// - Throws: ``VaultError/wrongPassword``, ``VaultError/foreignVerification``.
    static func check(_ key: DerivedKey, against keyfile: Keyfile) throws(VaultError) {
        let plaintext: [UInt8]
        do {
            plaintext = try keyfile.open(with: key)
        } catch KeyfileError.macMismatch {
            throw .wrongPassword
        } catch {
            throw .damagedVerification(error)
        }
        guard plaintext == Array(word.utf8) else { throw .foreignVerification }
    }
}
