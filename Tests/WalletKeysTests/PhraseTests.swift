import Crypto
import OrderedJSON
import Testing

@testable import WalletKeys

@Suite("Secret phrase")
struct SecretPhraseTests {
    static let vectors = WalletVectors.pairs("bip39", "vectors", "words", "seed")

    @Test("gives the published seed", arguments: vectors)
    func published(words: String, seed: String) throws {
        let actual = try SecretPhrase(words).seed(passphrase: "TREZOR").withUnsafeBytes { WalletVectors.hex($0) }
        #expect(actual == seed)
    }

    @Test("the vectors are there") func count() { #expect(Self.vectors.count == 17) }

    @Test("case and white space do not matter")
    func spelling() throws {
        let phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
        let other = "  Legal WINNER thank\tyear wave sausage worth useful\nlegal  winner thank yellow "
        let seeds = try [phrase, other].map { try SecretPhrase($0).seed().withUnsafeBytes { WalletVectors.hex($0) } }
        #expect(seeds[0] == seeds[1])
    }

    @Test("a number of words that no phrase has is refused", arguments: [0, 1, 11, 13, 16, 23, 25, 1000])
    func wordCount(_ count: Int) {
        #expect(throws: SecretPhraseError.wrongWordCount(count)) {
            try SecretPhrase([String](repeating: "abandon", count: count).joined(separator: " "))
        }
    }

    @Test("a word that is not in the list is named by its position, counted from 1", arguments: 0..<12)
    func unknownWord(_ position: Int) {
        var words = Self.vectors[0].0.split(separator: " ").map { String($0) }
        words[position] = "abandonn"
        #expect(throws: SecretPhraseError.unknownWords(positions: [position + 1])) {
            try SecretPhrase(words.joined(separator: " "))
        }
    }

    @Test("another word of the list breaks the checksum")
    func checksum() {
        #expect(throws: SecretPhraseError.wrongChecksum) {
            try SecretPhrase(
                "legal winner thank year wave sausage worth useful legal winner thank zoo")
        }
        #expect(throws: SecretPhraseError.wrongChecksum) {
            try SecretPhrase(
                "winner legal thank year wave sausage worth useful legal winner thank yellow")
        }
    }

    @Test("the list is the one whose SHA-256 is known")
    func list() {
        let words = WordList.english.split(whereSeparator: \.isWhitespace)
        #expect(words.count == 2048)
        let text = words.joined(separator: "\n") + "\n"
        #expect(
            WalletVectors.hex(SHA256.hash(data: Array(text.utf8)))
                == "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda")
    }

    @Test("does not print itself, nor do its errors")
    func redacted() throws {
        let phrase = try SecretPhrase(Self.vectors[1].0)
        var dumped = ""
        dump(phrase, to: &dumped)
        #expect(![String(describing: phrase), String(reflecting: phrase), dumped].contains { $0.contains("legal") })
        do {
            _ = try SecretPhrase("legal winner thank year wave sausage worth useful legal winner thank sesame")
        } catch {
            #expect(!"\(error)".contains("sesame"))
        }
    }
}

@Suite("Hierarchical key")
struct HierarchicalKeyTests {
    struct Vector: Sendable {
        let seed, path, key: String
    }

    static let vectors: [Vector] = (WalletVectors.file("bip32")["vectors"]?.arrayValue ?? []).compactMap {
        guard let seed = $0["seed"]?.stringValue, let path = $0["path"]?.stringValue, let key = $0["key"]?.stringValue
        else { return nil }
        return Vector(seed: seed, path: path, key: key)
    }

    @Test("gives the published keys", arguments: vectors)
    func published(_ vector: Vector) throws {
        let steps = vector.path.split(separator: "/").dropFirst().compactMap { step -> HierarchicalKey.Step? in
            step.hasSuffix("'") ? UInt32(step.dropLast()).map { .hardened($0) } : UInt32(step).map { .normal($0) }
        }
        let key = try HierarchicalKey(seed: SymmetricKey(data: WalletVectors.bytes(vector.seed))).descendant(steps)
        // Version, depth, parent and number take 13 bytes; then follow the chain code, a zero and the key.
        let bytes = try #require(Base58.bitcoin.checkedBytes(vector.key))
        #expect(key.exposedChainCode() == Array(bytes[13..<45]))
        #expect(key.key.exposedBytes() == Array(bytes[46...]))
        #expect(steps.count == vector.path.count { $0 == "/" })
    }

    @Test("the vectors are there") func count() { #expect(Self.vectors.count == 12) }

    @Test("the zero phrase has the addresses that are known for it")
    func addresses() throws {
        let phrase = try SecretPhrase(SecretPhraseTests.vectors[0].0)
        let key = try EthereumPrivateKey(phrase: phrase)
        #expect(key.address.checksummed == "0x9858EfFD232B4033E47d90003D41EC34EcaEda94")
        #expect(key.address.injective.description == "inj1npvwllfr9dqr8erajqqr6s0vxnk2ak55re90dz")
        #expect(
            try CosmosPrivateKey(phrase: phrase).address(prefix: "dydx").description
                == "dydx19rl4cm2hmr8afy4kldpxz3fka4jguq0a4erelz")
    }

    @Test("does not print itself")
    func redacted() throws {
        let key = try HierarchicalKey(seed: SymmetricKey(data: [UInt8](repeating: 7, count: 32)))
        let cosmos = try CosmosPrivateKey(phrase: SecretPhrase(SecretPhraseTests.vectors[0].0))
        var dumped = ""
        dump(key, to: &dumped)
        dump(key.key, to: &dumped)
        dump(cosmos, to: &dumped)
        let texts = [String(describing: key), String(reflecting: key.key), String(describing: cosmos)]
        #expect(texts.allSatisfy { $0 == "<private key>" })
        #expect(!dumped.contains("point") && !dumped.contains("chainCode"))
    }
}
