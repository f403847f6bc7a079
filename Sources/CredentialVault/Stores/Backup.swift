public import Credentials
internal import EthereumKeyfile
internal import OrderedJSON

/// A vault in one file: a line of JSON for the whole, one for each file, and one with a keyed checksum of all before it.
///
/// The secrets in it are sealed as they were; the password is not inside.
public struct Backup: Sendable {
    /// One file of the vault.
    public struct File: Sendable, Equatable {
        /// The names that lead to it in a `bots/` folder.
        public let names: [String]
        /// Its bytes.
        public let bytes: [UInt8]

        /// Names a file and gives its bytes.
        public init(names: [String], bytes: [UInt8]) {
            self.names = names
            self.bytes = bytes
        }
    }

    /// Something of the vault that a backup does not hold.
    public struct Omission: Sendable, Equatable {
        /// The names that lead to it.
        public let names: [String]
        /// Why it was left out: a clause or a sentence.
        public let reason: String

        /// Says what was left out and why.
        public init(names: [String], reason: String) {
            self.names = names
            self.reason = reason
        }

        /// Whether keys may be missing for it: it is a credential, or a folder that may hold some.
        public var mayHoldKeys: Bool {
            names[0] == VaultFolders.own || names.count < 3 || names[2] == VaultFolders.connectors
        }

        /// For people.
        public var sentence: String { "\(names.joined(separator: "/").printable): \(reason)" }
    }

    /// Why the bytes of a file are no backup that can be used.
    public enum Fault: Error, Equatable, Sendable {
        /// It is something else, or of a later version.
        case notABackup
        /// The password is another one.
        case wrongPassword
        /// Some of it is not as it was written.
        case changed
    }

    /// The files, those of master_account first.
    public let files: [File]
    /// When it was made, in seconds since 1970.
    public let madeAt: Int
    /// Sentences on what was left out of it.
    public let left: [String]

    private static let format = "keys-manager backup"
    private static let purpose = "keys-manager backup 1"
    /// The longest backup that is read, in bytes.
    public static let byteLimit = 1 << 28

    init(files: [File], left: [String], madeAt: Int) {
        self.files = files
        self.left = left
        self.madeAt = madeAt
    }

    /// The bytes of the file.
    func bytes(verification: [UInt8], _ key: DerivedKey) -> [UInt8] {
        let header: JSON = [
            "format": .string(Self.format), "version": 1, "made_at": .integer(madeAt),
            "verification": .string(String(decoding: verification, as: UTF8.self)),
            "left": .array(left.map { .string($0) }),
        ]
        var bytes = header.bytes() + [UInt8(ascii: "\n")]
        for file in files {
            let path = JSON.array(file.names.map { .string($0) })
            let json: JSON =
                if let text = String(validating: file.bytes, as: UTF8.self) {
                    ["path": path, "text": .string(text)]
                } else {
                    ["path": path, "hex": .string(file.bytes.hexDigits)]
                }
            bytes += json.bytes() + [UInt8(ascii: "\n")]
        }
        let code = key.authenticationCode(for: Self.purpose, of: bytes).hexDigits
        return bytes + JSON.object(["hmac": .string(code)]).bytes() + [UInt8(ascii: "\n")]
    }
}

extension Vault {
    /// A backup of files, with a checksum under the vault's key.
    ///
    /// - Parameters:
    ///   - files: Of what ``FileCredentialStore/backupFiles()`` gave.
    ///   - left: What is left out.
    ///   - time: Seconds since 1970.
    /// - Returns: The file's bytes.
    /// - Throws: ``VaultError/locked``.
    public func backup(of files: [Backup.File], left: [Backup.Omission], at time: Int) throws -> [UInt8] {
        let sealing = try sealing()
        let verification = try PasswordVerification.file(
            sealedWith: sealing.key, derivation: sealing.derivation, avoiding: sealing.usedIVs)
        remember(sealedIVs: [try PasswordVerification.keyfile(fromFile: verification).iv])
        return Backup(files: files, left: left.map(\.sentence), madeAt: time)
            .bytes(verification: verification, sealing.key)
    }

    /// Reads a backup and checks every byte of it. Costs a derivation; the vault may be locked, and stays as it is.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - password: The password of the vault that it was made of.
    /// - Returns: What is in it.
    /// - Throws: ``Backup/Fault``, or `KeyfileError` when the derivation fails.
    public func open(backup bytes: [UInt8], with password: Secret) async throws -> Backup {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        guard bytes.count <= Backup.byteLimit, lines.popLast()?.isEmpty == true, let last = lines.popLast(),
            let first = lines.popFirst(), let header = try? JSON(parsing: Array(first)),
            header["format"]?.stringValue == Backup.formatName, header["version"]?.integerValue == 1,
            let madeAt = header["made_at"]?.integerValue,
            let verification = header["verification"]?.stringValue,
            let keyfile = try? PasswordVerification.keyfile(fromFile: Array(verification.utf8))
        else { throw Backup.Fault.notABackup }
        guard !password.isEmpty else { throw Backup.Fault.wrongPassword }
        let key = try await derive(keyfile.derivation, from: password)
        guard keyfile.authenticates(under: key) else { throw Backup.Fault.wrongPassword }
        guard let code = (try? JSON(parsing: Array(last)))?["hmac"]?.stringValue,
            Backup.isCode(code, of: Array(bytes.dropLast(last.count + 1)), key, whole: Array(last))
        else { throw Backup.Fault.changed }
        let files = lines.compactMap { Backup.File(line: Array($0)) }
        guard files.count == lines.count else { throw Backup.Fault.changed }
        let left = header["left"]?.arrayValue?.compactMap(\.stringValue) ?? []
        return Backup(files: files, left: left, madeAt: madeAt)
    }
}

extension Backup {
    fileprivate static var formatName: String { format }

    fileprivate static func isCode(_ code: String, of bytes: [UInt8], _ key: DerivedKey, whole: [UInt8]) -> Bool {
        let expected = key.authenticationCode(for: purpose, of: bytes).hexDigits
        guard whole == JSON.object(["hmac": .string(code)]).bytes(), expected.utf8.count == code.utf8.count else {
            return false
        }
        return zip(expected.utf8, code.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension Backup.File {
    /// Reads a line; `nil` for one that is none, or that would lead to where no backup has anything.
    fileprivate init?(line: [UInt8]) {
        guard let json = try? JSON(parsing: line), let names = json["path"]?.arrayValue?.compactMap(\.stringValue),
            names.count >= 3,
            names.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("/") && !$0.contains("\0") }),
            names[0] == VaultFolders.credentials
                || names[0] == VaultFolders.own && OwnFolder.partsOfBackups.contains(names[1])
        else { return nil }
        self.names = names
        if let text = json["text"]?.stringValue {
            bytes = Array(text.utf8)
        } else if let hex = json["hex"]?.stringValue, let decoded = [UInt8](hexDigits: hex) {
            bytes = decoded
        } else {
            return nil
        }
    }
}

extension [UInt8] {
    /// The bytes of lower-case hex.
    fileprivate init?(hexDigits text: String) {
        let digits = text.utf8.compactMap { digit -> UInt8? in
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
