import Foundation
import OrderedJSON

/// Published vectors; files of `Tests/Vectors/wallets`.
enum WalletVectors {
    /// The members of one file; empty when it cannot be read, which the tests of the counts notice.
    static func file(_ name: String) -> JSON {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Vectors/wallets/\(name).json")
        return (try? JSON(parsing: Array(Data(contentsOf: file)))) ?? .null
    }

    /// The texts of a member.
    static func texts(_ name: String, _ member: String) -> [String] {
        file(name)[member]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    /// Pairs of texts.
    static func pairs(_ name: String, _ member: String, _ first: String, _ second: String) -> [(String, String)] {
        (file(name)[member]?.arrayValue ?? []).compactMap { entry in
            guard let left = entry[first]?.stringValue, let right = entry[second]?.stringValue else { return nil }
            return (left, right)
        }
    }

    static func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.utf8.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
