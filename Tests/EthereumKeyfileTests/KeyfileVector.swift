import EthereumKeyfile
import Foundation
import OrderedJSON
import Testing

/// One file of `Tests/Vectors/keyfile`: a password, a keyfile and what opening it must give.
struct KeyfileVector: Sendable, CustomTestStringConvertible {
    let name: String
    let password: String
    let text: [UInt8]
    /// The plaintext in lower-case hex, or `nil` when opening must fail.
    let plaintext: String?
    /// The expected error as Swift prints it, or `nil` when opening must succeed.
    let error: String?

    var testDescription: String { name }

    static let all: [KeyfileVector] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/keyfile")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".json") }.sorted().compactMap { file in
            guard let bytes = try? Data(contentsOf: folder.appending(path: file)),
                let json = try? JSON(parsing: Array(bytes)), let password = json["password"]?.stringValue
            else { return nil }
            let text = json["keyfile"].map { $0.bytes() } ?? Array((json["text"]?.stringValue ?? "").utf8)
            return KeyfileVector(
                name: String(file.dropLast(5)), password: password, text: text,
                plaintext: json["plaintext"]?.stringValue, error: json["error"]?.stringValue)
        }
    }()

    static func named(_ name: String) -> KeyfileVector? { all.first { $0.name == name } }
}

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
