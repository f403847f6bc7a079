import Credentials
import EthereumKeyfile
import OrderedJSON
import Testing
import VaultTesting

@testable import CredentialVault

extension FormatCase {
    fileprivate func bytes(_ member: String) -> [UInt8] { Array(text(member).utf8) }

    fileprivate func numbers(_ member: String) -> [Int] { json[member]?.arrayValue?.compactMap(\.integerValue) ?? [] }

    /// A vault with derivations as cheap as the kit's.
    fileprivate static var vault: Vault { Vault(standard: SealingStandard(rounds: 1000), threadCount: 1) }
}

@Suite("The test kit of our own files")
struct OwnFormatKitTests {
    @Test("a digest says of a file what the kit says", arguments: try FormatCase.all("digests"))
    func digest(_ example: FormatCase) async throws {
        let vault = FormatCase.vault
        let verification = try PasswordVerification.keyfile(fromFile: example.bytes("verification"))
        try await vault.unlock(with: Secret(example.text("password")), verification: verification) { [] }
        let (file, record) = (example.bytes("file"), example.bytes("digest"))
        let found = try await Self.word(FileDigest(bytes: record), of: file, in: vault)
        #expect(found == example.expected)
        guard found == "ours" else { return }
        let made = try await vault.digest(of: file, file: example.text("file_name"), account: example.text("account"))
        #expect(made.bytes == record)
    }

    @Test("a record of the undo store is what the kit says", arguments: try FormatCase.all("entries"))
    func entry(_ example: FormatCase) {
        let bytes = example.bytes("file")
        let found = TrashRecord(bytes: bytes, id: nil).map { $0.isIntact(in: bytes) ? "whole" : "changed" }
        #expect((found ?? "unreadable") == example.expected)
    }

    @Test("a plan is read and would be written so byte for byte, or is refused", arguments: try FormatCase.all("plans"))
    func plan(_ example: FormatCase) {
        let bytes = example.bytes("file")
        let plan = RewritePlan(bytes: bytes)
        #expect((plan == nil ? "refused" : "plan") == example.expected)
        #expect(plan == nil || plan?.bytes == bytes)
    }

    @Test(
        "a backup is read whole and would be written so byte for byte, or nothing of it is used",
        arguments: try FormatCase.all("backups"))
    func backup(_ example: FormatCase) async throws {
        let (bytes, password) = (example.bytes("backup"), example.text("password"))
        do {
            let backup = try await FormatCase.vault.open(backup: bytes, with: Secret(password))
            #expect(example.expected == "whole")
            let paths = example.json["files"]?.arrayValue?.map { $0.arrayValue?.compactMap(\.stringValue) ?? [] }
            #expect(backup.files.map(\.names) == paths)
            #expect(backup.madeAt == example.json["made_at"]?.integerValue)
            #expect(backup.left == example.json["left"]?.arrayValue?.compactMap(\.stringValue))
            #expect(try Self.bytes(of: backup, readFrom: bytes, password: password) == bytes)
        } catch let fault as Backup.Fault {
            #expect(Self.word(fault) == example.expected)
        }
    }

    @Test("the log holds, or breaks at the lines that the kit names", arguments: try FormatCase.all("logs"))
    func log(_ example: FormatCase) async throws {
        try await withTemporaryFolder { folder in
            let own = folder + "/.keys-manager/log"
            try TestTree.makeFolder(own)
            for file in example.json["files"]?.objectValue?.members ?? [] {
                try TestTree.write(file.value.stringValue ?? "", to: "\(own)/\(file.name)")
            }
            let chain = ChainedLog(of: try FileCredentialStore(path: folder)) { "" }
            let found = try await chain.verify()
            #expect((found.breaks.isEmpty ? "whole" : "broken") == example.expected)
            #expect(found.lineCount == example.json["lines"]?.integerValue)
            #expect(found.lastHash == example.text("last_hash"))
            #expect(Set(found.breaks.map(\.line)).sorted() == example.numbers("breaks"))
            #expect(found.open == example.numbers("open"))
        }
    }

    private static func word(_ digest: FileDigest?, of file: [UInt8], in vault: Vault) async throws -> String {
        guard let digest else { return "damaged" }
        switch try await vault.confirms(digest) {
        case nil: return "other-key"
        case false?: return "changed"
        case true?: return digest.revision == Revision(of: file) ? "ours" : "other-bytes"
        }
    }

    private static func word(_ fault: Backup.Fault) -> String {
        switch fault {
        case .notABackup: "no-backup"
        case .wrongPassword: "wrong-password"
        case .changed: "changed"
        }
    }

    /// What we would write of a backup that was read.
    private static func bytes(of backup: Backup, readFrom bytes: [UInt8], password: String) throws -> [UInt8] {
        let header = try JSON(parsing: bytes.prefix { $0 != UInt8(ascii: "\n") })
        let verification = Array((header["verification"]?.stringValue ?? "").utf8)
        let key = try PasswordVerification.keyfile(fromFile: verification).derivation.derive(from: password)
        return backup.bytes(verification: verification, key)
    }
}
