package import Credentials
internal import EthereumKeyfile
internal import Foundation

/// Everything that a vault's folder holds under one password, opened from the bytes without the code under test's own
/// bookkeeping: what of it is where, and what it opens to.
package struct VaultContent: Equatable {
    /// Path of a file below the vault's folder, and the path of a value in it, to the plaintext; `nil` for what does not
    /// open.
    package var secrets: [String: String?] = [:]
    /// The salts that secrets and verification files are sealed under.
    package var salts: Set<[UInt8]> = []

    package init(_ folder: String, password: Secret) throws {
        var keys: [KeyDerivation: DerivedKey] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let isVerification = path.hasSuffix("/.password_verification") || path == ".password_verification"
            guard path.hasSuffix(".yml") || isVerification else { continue }
            let text = String(decoding: try contents(folder + "/" + path), as: UTF8.self)
            for line in text.split(separator: "\n") {
                let parts = line.split(separator: " ")
                guard let armor = parts.last, armor.hasPrefix("7b22") else { continue }
                let name = parts.count > 1 ? String(parts[0].dropLast()) : ""
                let keyfile = try Keyfile(hexArmor: String(armor))
                salts.insert(keyfile.derivation.salt)
                if keys[keyfile.derivation] == nil {
                    keys[keyfile.derivation] = try keyfile.derivation.derive(from: password.exposed())
                }
                let plaintext = try? keys[keyfile.derivation].map { try keyfile.open(with: $0) }
                secrets["\(path) \(name)"] = plaintext.map { String(decoding: $0, as: UTF8.self) }
            }
        }
    }

    /// A sealed text under a salt of its own, as Hummingbot makes it.
    package static func foreignArmor(_ text: String, password: Secret = TestVault.password) throws -> String {
        let salt = (0..<16).map { _ in UInt8.random(in: 0...255) }
        let derivation = try KeyDerivation(.pbkdf2(rounds: 1000), salt: salt)
        return try Keyfile(
            sealing: Array(text.utf8), with: derivation.derive(from: password.exposed()), derivation: derivation,
            iv: (0..<16).map { _ in UInt8.random(in: 0...255) }
        ).hexArmor
    }

    /// Writes a connector file as Hummingbot would, with a comment that must survive.
    package static func writeForeign(_ path: String, key: String, secret: String, password: Secret = TestVault.password)
        throws
    {
        let text = """
            ##########################
            ###   binance config   ###
            ##########################

            connector: binance

            # a remark of the owner's
            binance_api_key: \(try foreignArmor(key, password: password))

            binance_api_secret: \(try foreignArmor(secret, password: password))

            """
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}
