import CredentialVault
import Crypto
import Foundation
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@Suite("The files of our own folder")
struct RecordFormatTests {
    @Test("a record's checksum is what docs/storage-format.md says")
    func checksum() async throws {
        try await withTemporaryFolder { folder in
            let manager = try await TestVault.created(at: folder)
            _ = try await manager.save(TestVault.binance("first"))
            _ = try await manager.save(TestVault.binance("second", mode: .replace))
            let entry = try #require(try await manager.trash().first)
            let text = String(
                decoding: try contents(folder + "/.keys-manager/trash/\(entry.id)/entry.json"), as: UTF8.self)
            let match = try #require(try /,\n  "checksum": "([0-9a-f]{32})"\n}\n/.firstMatch(in: text))
            let rest = text[..<match.range.lowerBound] + "\n}"
            let digest = SHA256.hash(data: Data(rest.utf8)).prefix(16).map { String(format: "%02x", $0) }.joined()
            #expect(match.output.1 == digest)
        }
    }
}
