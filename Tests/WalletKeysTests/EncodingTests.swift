import OrderedJSON
import Testing

@testable import WalletKeys

@Suite("Bech32")
struct Bech32Tests {
    @Test("the published texts are read, and written the same way", arguments: WalletVectors.texts("bech32", "valid"))
    func valid(_ text: String) throws {
        let decoded = try #require(Bech32.decode(text))
        #expect(Bech32.encode(prefix: decoded.prefix, digits: decoded.digits) == text.lowercased())
    }

    @Test("the published faulty texts are refused", arguments: WalletVectors.texts("bech32", "invalid"))
    func invalid(_ text: String) { #expect(Bech32.decode(text) == nil) }

    @Test(
        "digits that do not fill up bytes with zeros are refused",
        arguments: WalletVectors.texts("bech32", "bad_padding"))
    func padding(_ text: String) throws {
        #expect(Bech32.bytes(ofDigits: Array(try #require(Bech32.decode(text)).digits.dropFirst())) == nil)
    }

    @Test("the published programs come out", arguments: WalletVectors.pairs("bech32", "programs", "text", "hex"))
    func program(text: String, hex: String) throws {
        // The first digit is a version.
        let digits = Array(try #require(Bech32.decode(text)).digits.dropFirst())
        #expect(Bech32.bytes(ofDigits: digits) == WalletVectors.bytes(hex))
        #expect(Bech32.digits(ofBytes: WalletVectors.bytes(hex)) == digits)
    }

    @Test("one mistyped character is noticed wherever it is")
    func mistyped() {
        let address = "dydx19rl4cm2hmr8afy4kldpxz3fka4jguq0a4erelz"
        #expect(CosmosAddress(address)?.description == address)
        for position in address.utf8.indices {
            var bytes = Array(address.utf8)
            let offset = address.utf8.distance(from: address.utf8.startIndex, to: position)
            bytes[offset] = bytes[offset] == UInt8(ascii: "q") ? UInt8(ascii: "p") : UInt8(ascii: "q")
            #expect(CosmosAddress(String(decoding: bytes, as: UTF8.self)) == nil, "\(offset)")
        }
    }

    @Test("the vectors are there")
    func count() {
        #expect(WalletVectors.texts("bech32", "valid").count == 7)
        #expect(WalletVectors.texts("bech32", "invalid").count == 14)
        #expect(WalletVectors.texts("bech32", "bad_padding").count == 2)
        #expect(WalletVectors.pairs("bech32", "programs", "text", "hex").count == 4)
    }
}

@Suite("Base58")
struct Base58Tests {
    static let vectors: [(String, String)] = (WalletVectors.file("base58")["vectors"]?.arrayValue ?? []).compactMap {
        guard let pair = $0.arrayValue?.compactMap(\.stringValue), pair.count == 2 else { return nil }
        return (pair[0], pair[1])
    }

    @Test("the published texts come out, both ways", arguments: vectors)
    func published(hex: String, text: String) {
        #expect(Base58.bitcoin.text(WalletVectors.bytes(hex)) == text)
        #expect(Base58.bitcoin.bytes(text) == WalletVectors.bytes(hex))
    }

    @Test("the vectors are there") func count() { #expect(Self.vectors.count == 15) }

    @Test("characters that are no digits are refused", arguments: ["0", "O", "I", "l", "2g ", "ä", "+"])
    func noDigit(_ text: String) { #expect(Base58.bitcoin.bytes(text) == nil) }

    @Test("very long texts are refused before they cost time")
    func long() { #expect(Base58.bitcoin.bytes(String(repeating: "z", count: 100_000)) == nil) }

    @Test("a checksum notices one mistyped character wherever it is")
    func checksum() {
        let address = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
        #expect(Base58.ripple.checkedBytes(address)?.count == 21)
        for offset in 0..<address.utf8.count {
            var bytes = Array(address.utf8)
            bytes[offset] = bytes[offset] == UInt8(ascii: "r") ? UInt8(ascii: "p") : UInt8(ascii: "r")
            #expect(Base58.ripple.checkedBytes(String(decoding: bytes, as: UTF8.self)) == nil, "\(offset)")
        }
        #expect(Base58.ripple.checkedBytes("rrr") == nil)
    }
}

@Suite("Ethereum address: checksum")
struct ChecksumTests {
    static let addresses = WalletVectors.texts("eip55", "addresses")

    @Test("the published addresses have their letters' case", arguments: addresses)
    func published(_ text: String) {
        #expect(EthereumAddress(text)?.checksummed == text)
        #expect(EthereumAddress(text.lowercased())?.checksummed == text)
        #expect(!EthereumAddress.isMistyped(text))
    }

    @Test("the vectors are there") func count() { #expect(Self.addresses.count == 8) }

    @Test("another digit is noticed when the letters are of both cases, and only then")
    func mistyped() {
        #expect(EthereumAddress.isMistyped("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAee"))
        #expect(EthereumAddress.isMistyped("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"))
        #expect(!EthereumAddress.isMistyped("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaee"))
        #expect(!EthereumAddress.isMistyped("0X5AAEB6053F3E94C9B9A09F33669435E7EF1BEAEE"))
        #expect(!EthereumAddress.isMistyped("no address"))
    }
}
