import Digests
import Testing

@Suite("Keccak-256")
struct Keccak256Tests {
    /// Inputs around the block length of 136 bytes; checked against two other implementations.
    static let vectors: [(input: [UInt8], digest: String)] = [
        ([], "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (Array("abc".utf8), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        (repeated(135), "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446"),
        (repeated(136), "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e"),
        (repeated(137), "d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39"),
    ]

    static func repeated(_ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "a"), count: count) }

    @Test("gives the published digests", arguments: vectors)
    func published(input: [UInt8], digest: String) {
        #expect(hex(Keccak256.hash(input)) == digest)
    }

    @Test("gives the same digest however the input is cut", arguments: 0...137)
    func split(at position: Int) {
        let input = Self.repeated(137)
        var hash = Keccak256()
        hash.update(input[..<position])
        hash.update(input[position...])
        #expect(hash.digest() == Keccak256.hash(input))
    }

    @Test("can be read and then go on")
    func continues() {
        var hash = Keccak256()
        hash.update("a".utf8)
        _ = hash.digest()
        hash.update("bc".utf8)
        #expect(hash.digest() == Keccak256.hash("abc".utf8))
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
