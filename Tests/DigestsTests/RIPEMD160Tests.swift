import Digests
import Foundation
import OrderedJSON
import Testing

@Suite("RIPEMD-160")
struct RIPEMD160Tests {
    /// Texts, how often each is taken, and their digests.
    static let vectors: [(text: String, count: Int, digest: String)] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Vectors/digests/ripemd160.json")
        let vectors = (try? JSON(parsing: Array(Data(contentsOf: file))))?["vectors"]?.arrayValue ?? []
        return vectors.compactMap { vector in
            guard let parts = vector.arrayValue, parts.count == 3, let text = parts[0].stringValue,
                let count = parts[1].integerValue, let digest = parts[2].stringValue
            else { return nil }
            return (text, count, digest)
        }
    }()

    @Test("gives the published digests", arguments: vectors)
    func published(text: String, count: Int, digest: String) {
        #expect(hex(RIPEMD160.hash([[UInt8]](repeating: Array(text.utf8), count: count).joined())) == digest)
    }

    @Test("all of them are read") func count() { #expect(Self.vectors.count == 9) }

    @Test("inputs around the length of a block differ", arguments: 50...70)
    func blocks(_ length: Int) {
        let digests = [length, length + 1].map { RIPEMD160.hash([UInt8](repeating: 0, count: $0)) }
        #expect(digests[0] != digests[1] && digests.allSatisfy { $0.count == RIPEMD160.byteCount })
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
