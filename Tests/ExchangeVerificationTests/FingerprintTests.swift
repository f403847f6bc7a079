import Credentials
import Foundation
import OrderedJSON
import Testing

@testable import ExchangeVerification

@Suite("Fingerprints of keys")
struct FingerprintTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Vectors/format-kit/fingerprints")

    @Test("are those of the test kit of the storage format", arguments: ["kraken", "ndax", "unicode"])
    func fingerprint(_ name: String) throws {
        let json = try JSON(parsing: Array(Data(contentsOf: Self.folder.appending(path: "\(name).json"))))
        let key = Secret(json["key"]?.stringValue ?? "")
        let found = KeyFingerprint(of: key, at: json["exchange"]?.stringValue ?? "")
        #expect(found.description == json["fingerprint"]?.stringValue)
    }
}
