import CredentialVault
import Credentials
import ExchangeVerification
import Foundation
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@Suite("Checking a vault")
struct VaultCheckTests {
    private static let connectors = "/credentials/master_account/connectors"

    private static func sentences(_ report: VaultReport) -> [String] {
        report.findings.map { "\($0.severity.rawValue): \($0.sentence)" }
    }

    /// An account beside master_account, a replaced credential and a deleted account in the undo store.
    private static func makeVault(_ folder: String) async throws -> KeyManager {
        let manager = try await TestVault.created(at: folder)
        let desk = try AccountName("desk")
        try await manager.createAccount(desk)
        _ = try await manager.save(TestVault.binance("d", in: desk))
        try await manager.deleteAccount(desk)
        try await manager.createAccount(desk)
        _ = try await manager.save(TestVault.binance("first"))
        _ = try await manager.save(TestVault.binance("second", mode: .replace))
        return manager
    }

    @Test("finds nothing in a vault of ours, at any time of its life")
    func sound() async throws {
        try await withTemporaryFolder { folder in
            let manager = try await Self.makeVault(folder)
            var report = try await manager.checkVault(progress: { _ in })
            #expect(Self.sentences(report) == [])
            #expect(report.secretCount == 6)
            for entry in try await manager.trash() { try await manager.restore(entry.id, force: true) }
            report = try await manager.checkVault(progress: { _ in })
            #expect(Self.sentences(report) == [])
            _ = try await manager.changePassword(
                PasswordChange(current: TestVault.password, new: Secret("next")), progress: { _ in })
            report = try await manager.checkVault(progress: { _ in })
            #expect(Self.sentences(report) == [])
            _ = try await manager.purge(olderThan: 0)
            report = try await manager.checkVault(progress: { _ in })
            #expect(Self.sentences(report) == [])
            // What it said of bytes that are gone is gone, too.
            let digests = try FileManager.default.contentsOfDirectory(atPath: folder + "/.keys-manager/digests")
            #expect(digests.count == 6)
            let fresh = try TestVault.manager(at: folder)
            try await fresh.unlock(with: Secret("next"))
            #expect(Self.sentences(try await fresh.checkVault(progress: { _ in })) == [])
        }
    }

    @Test("every changed byte of every file that we wrote is noticed, of the log and of the outcomes of checks, too")
    func everyByte() async throws {
        try await withTemporaryFolder { folder in
            let store = try FileCredentialStore(path: folder)
            let manager = KeyManager(
                store: store, vault: TestVault.vault(), catalog: .standard, verification: nil, logger: .silent,
                audit: AuditLog(of: store))
            try await manager.createVault(with: TestVault.password)
            let saved = try await manager.save(TestVault.binance("first"))
            let report = VerificationReport(
                outcome: .rejected, causes: [.tooMuchPower], warnings: ["It may withdraw."],
                checkedAt: UnixTime(seconds: 1_795_000_000))
            let revision = try #require(saved.revision)
            try await store.keepOutcome(report.json.bytes(), of: revision, among: [revision])
            let counter = try #require(CounterName(String(repeating: "a", count: 32)))
            _ = try await store.takeNumber(atLeast: 1_795_000_000, within: 60, of: counter)
            try await manager.remove(ConnectorName("binance"), from: .master, expecting: nil)
            try await Self.expectEveryChangeNoticed(in: folder, manager, every: 1)
        }
    }

    @Test("changed bytes of accounts, replaced credentials and deleted accounts are noticed")
    func manyBytes() async throws {
        try await withTemporaryFolder { folder in
            try await Self.expectEveryChangeNoticed(in: folder, Self.makeVault(folder), every: 61)
        }
    }

    /// Changes one byte after the other, `step` apart, to any other value, and checks the vault after each.
    private static func expectEveryChangeNoticed(in folder: String, _ manager: KeyManager, every step: Int) async throws
    {
        let files = try TestFiles.all(folder).filter { !isIndifferent($0.key) }
        let shift = Int.random(in: 0..<step)
        var unnoticed: [String] = []
        for (path, bytes) in files {
            // Without its line break the log's last line is one that a process is just writing.
            let positions = path.hasSuffix("/log/current.jsonl") ? bytes.indices.dropLast() : bytes.indices
            for position in positions where position % step == shift {
                var changed = bytes
                changed[position] ^= UInt8.random(in: 1...255)
                try overwrite(folder + "/" + path, with: changed)
                let report = try? await manager.checkVault(progress: { _ in })
                if report?.findings.isEmpty == true {
                    unnoticed.append("\(path):\(position) \(bytes[position]) → \(changed[position])")
                }
            }
            try overwrite(folder + "/" + path, with: bytes)
        }
        #expect(files.values.map(\.count).reduce(0, +) > 2500)
        #expect(unnoticed == [])
        #expect(try await manager.checkVault(progress: { _ in }).findings.isEmpty)
    }

    /// Whether other bytes do no harm: of the spaces that keep room on the disk, and of a counter, which is believed for a
    /// minute ahead at most.
    private static func isIndifferent(_ path: String) -> Bool {
        path == ".keys-manager/log/reserve" || path.hasPrefix(".keys-manager/numbers/")
    }

    /// In place, without a truncation: the file keeps its identity and its mode.
    private static func overwrite(_ path: String, with bytes: [UInt8]) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.write(contentsOf: Data(bytes))
        try file.close()
    }

    @Test("names what is damaged, shut, changed, open to others, a link or a stray")
    func findings() async throws {
        try await withTemporaryFolder { folder in
            let manager = try await Self.makeVault(folder)
            let connectors = folder + Self.connectors
            try VaultContent.writeForeign(connectors + "/okx.yml", key: "x", secret: "y", password: Secret("theirs"))
            try VaultContent.writeForeign(connectors + "/bybit.yml", key: "x", secret: "y")
            try Data("connector: [".utf8).write(to: URL(filePath: connectors + "/kraken.yml"))
            try Data("x".utf8).write(to: URL(filePath: connectors + "/notes.txt"))
            try FileManager.default.createSymbolicLink(
                atPath: connectors + "/mexc.yml", withDestinationPath: "binance.yml")
            try Data("x".utf8).write(to: URL(filePath: folder + "/.keys-manager/stray"))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: connectors + "/binance.yml")
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: connectors)
            let entry = try #require(try await manager.trash().first)
            try Data("x".utf8).write(to: URL(filePath: folder + "/.keys-manager/trash/\(entry.id)/credential.yml"))
            let report = try await manager.checkVault(progress: { _ in })
            #expect(!report.isSound)
            let all = Self.sentences(report)
            for (severity, words) in [
                ("problem", ["okx.yml", "do not open"]), ("problem", ["bybit.yml"]),
                ("problem", ["kraken.yml", "not valid YAML"]), ("warning", ["notes.txt", "no connector file"]),
                ("problem", ["mexc.yml", "symbolic link"]), ("warning", [".keys-manager/stray", "not known"]),
                ("warning", ["binance.yml", "0644"]), ("warning", ["connectors", "0777"]),
                ("problem", ["\(entry.id)/credential.yml was changed"]),
            ] {
                #expect(
                    all.contains { found in found.hasPrefix(severity) && words.allSatisfy { found.contains($0) } },
                    "\(words) in \(all)")
            }
            #expect(report.findings.map(\.severity) == report.findings.map(\.severity).sorted(by: >))
        }
    }

    @Test("a file that Hummingbot wrote over one of ours is a warning, one that was edited by hand a problem")
    func rewritten() async throws {
        try await withTemporaryFolder { folder in
            let manager = try await Self.makeVault(folder)
            let file = folder + Self.connectors + "/binance.yml"
            let ours = try contents(file)
            try VaultContent.writeForeign(file, key: "x", secret: "y")
            var report = try await manager.checkVault(progress: { _ in })
            #expect(report.isSound)
            #expect(report.findings.map(\.severity) == [.warning])
            try Self.overwrite(file, with: Array("# edited\n".utf8) + ours)
            report = try await manager.checkVault(progress: { _ in })
            #expect(report.findings.map(\.severity) == [.problem])
            // Once adopted, or saved again, it is ours.
            try VaultContent.writeForeign(file, key: "x", secret: "y")
            _ = try await manager.adopt(progress: { _ in })
            #expect(Self.sentences(try await manager.checkVault(progress: { _ in })) == [])
            try Data("instance_id: hummingbot\n".utf8)
                .write(to: URL(filePath: folder + "/credentials/master_account/conf_client.yml"))
            report = try await manager.checkVault(progress: { _ in })
            #expect(report.findings.filter { $0.severity == .note }.count == 1)
        }
    }

    @Test("a digest that somebody forged for other bytes is noticed")
    func forged() async throws {
        try await withTemporaryFolder { folder in
            let manager = try await Self.makeVault(folder)
            let digests = folder + "/.keys-manager/digests/"
            let file = folder + Self.connectors + "/binance.yml"
            let ours = try contents(file)
            let changed = ours + Array("\n".utf8)
            let digest = try String(decoding: contents(digests + Revision(of: ours).description), as: UTF8.self)
            let forged = digest.replacing(Revision(of: ours).description, with: Revision(of: changed).description)
            try Data(forged.utf8).write(to: URL(filePath: digests + Revision(of: changed).description))
            try Self.overwrite(file, with: changed)
            let report = try await manager.checkVault(progress: { _ in })
            #expect(report.findings.filter { $0.severity == .problem }.count == 2, "\(Self.sentences(report))")
        }
    }
}
