public import EthereumKeyfile
internal import OrderedJSON

/// What keys-manager says of a file that it wrote: these bytes are mine. Keyed, so that only who knows the password can
/// say so.
///
/// The format of a credential covers the ciphertexts and nothing else; this covers every byte.
public struct FileDigest: Sendable, Equatable {
    /// The account whose folder the file was written to.
    public let account: String
    /// The file's name.
    public let file: String
    /// Of the bytes; also the name of the digest's own file.
    public let revision: Revision
    /// The salt of the key, which tells digests of another password apart; lower-case hex.
    let salt: String
    /// HMAC-SHA256 over all of the above, in lower-case hex.
    let code: String

    static let byteLimit = 1 << 12

    /// The file that keeps it.
    var bytes: [UInt8] {
        let json: JSON = [
            "account": .string(account), "file": .string(file), "revision": .string(revision.description),
            "salt": .string(salt), "hmac": .string(code),
        ]
        return json.bytes(.indented) + [UInt8(ascii: "\n")]
    }

    init(account: String, file: String, revision: Revision, salt: String, code: String) {
        self.account = account
        self.file = file
        self.revision = revision
        self.salt = salt
        self.code = code
    }

    /// Reads a digest's file; `nil` for bytes that are not exactly what is written.
    init?(bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let account = json["account"]?.stringValue,
            let file = json["file"]?.stringValue, let revision = json["revision"]?.stringValue.flatMap(Revision.init),
            let salt = json["salt"]?.stringValue, let code = json["hmac"]?.stringValue
        else { return nil }
        self.init(account: account, file: file, revision: revision, salt: salt, code: code)
        guard self.bytes == bytes else { return nil }
    }

    /// What the code covers.
    static func message(account: String, file: String, revision: Revision, salt: String) -> [UInt8] {
        Array([account, file, revision.description, salt].joined(separator: "\0").utf8)
    }
}

extension Vault {
    /// The purpose that the key of digests is made for, so that it is no other key of the vault.
    private static let purpose = "keys-manager file digest 1"

    /// Says that bytes are ours.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - file: Its name.
    ///   - account: The account whose folder it goes to.
    /// - Returns: The digest.
    /// - Throws: ``VaultError/locked``.
    public func digest(of bytes: [UInt8], file: String, account: String) throws(VaultError) -> FileDigest {
        let sealing = try sealing()
        return Self.digest(of: bytes, file: file, account: account, sealing.derivation, sealing.key)
    }

    /// Says that bytes are ours, with the key that they are sealed anew with.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - file: Its name.
    ///   - account: The account whose folder it belongs to.
    ///   - target: What secrets are sealed anew with.
    /// - Returns: The digest.
    /// - Throws: ``VaultError/locked``.
    public func digest(
        of bytes: [UInt8], file: String, account: String, under target: ResealTarget
    ) throws(VaultError) -> FileDigest {
        switch target {
        case .vault: try digest(of: bytes, file: file, account: account)
        case .password(let beginning):
            Self.digest(of: bytes, file: file, account: account, beginning.derivation, beginning.key)
        }
    }

    private static func digest(
        of bytes: [UInt8], file: String, account: String, _ derivation: KeyDerivation, _ key: DerivedKey
    ) -> FileDigest {
        let salt = derivation.salt.hexDigits
        let revision = Revision(of: bytes)
        let message = FileDigest.message(account: account, file: file, revision: revision, salt: salt)
        return FileDigest(
            account: account, file: file, revision: revision, salt: salt,
            code: key.authenticationCode(for: purpose, of: message).hexDigits)
    }

    /// Whether a value is sealed under the salt that everything of ours is; other programs draw salts of their own.
    ///
    /// - Parameter keyfile: The value.
    /// - Returns: `false` while the vault is locked, too.
    public func sharesSalt(with keyfile: Keyfile) -> Bool { (try? sealing())?.derivation == keyfile.derivation }

    /// Whether a digest was made with the vault's present key.
    ///
    /// - Parameter digest: What stands in the vault.
    /// - Returns: `nil` for one under another salt, which cannot be told.
    /// - Throws: ``VaultError/locked``.
    public func confirms(_ digest: FileDigest) throws(VaultError) -> Bool? {
        let sealing = try sealing()
        guard digest.salt == sealing.derivation.salt.hexDigits else { return nil }
        let message = FileDigest.message(
            account: digest.account, file: digest.file, revision: digest.revision, salt: digest.salt)
        let expected = sealing.key.authenticationCode(for: Self.purpose, of: message).hexDigits
        guard expected.utf8.count == digest.code.utf8.count else { return false }
        return zip(expected.utf8, digest.code.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension [UInt8] {
    /// Lower-case hex.
    var hexDigits: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
