import Digests
import Testing
import WalletKeys

@Suite("Ethereum private key")
struct EthereumPrivateKeyTests {
    /// The key of the published signing tests of Hyperliquid's SDK.
    private let text = "0x0123456789012345678901234567890123456789012345678901234567890123"

    @Test("derives the address that wallets show for the key")
    func address() throws {
        #expect(
            try EthereumPrivateKey(hex: text).address.description == "0x14791697260e4c9a71f18484c9f997b308e59325")
    }

    @Test("the smallest key, 1, has the address that is known for it")
    func one() throws {
        let key = try EthereumPrivateKey(hex: String(repeating: "0", count: 63) + "1")
        #expect(key.address == EthereumAddress("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"))
    }

    @Test("reads hex with and without 0x, in any case")
    func spelling() throws {
        let digits = "ABCDEF0000000000000000000000000000000000000000000000000000000001"
        let addresses = try ["0x" + digits, digits, digits.lowercased(), "0X" + digits]
            .map { try EthereumPrivateKey(hex: $0).address }
        #expect(Set(addresses).count == 1)
    }

    @Test(
        "refuses what is no key",
        arguments: [
            ("", WalletKeyError.notHex), ("0x", .notHex), ("0x1", .notHex),
            (String(repeating: "0", count: 62), .notHex),
            (String(repeating: "g", count: 64), .notHex), (String(repeating: "0", count: 66), .notHex),
            (String(repeating: "0", count: 64), .outOfRange), (String(repeating: "f", count: 64), .outOfRange),
            ("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", .outOfRange),
        ])
    func refuses(_ text: String, _ error: WalletKeyError) {
        #expect(throws: error) { try EthereumPrivateKey(hex: text) }
    }

    @Test("the order of the curve less one is the last key")
    func lastKey() throws {
        _ = try EthereumPrivateKey(hex: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140")
    }

    @Test("signs the same digest the same way, another one another way")
    func signs() throws {
        let key = try EthereumPrivateKey(hex: text)
        let digest = Keccak256.hash("one".utf8)
        #expect(try key.signature(ofDigest: digest) == key.signature(ofDigest: digest))
        #expect(try key.signature(ofDigest: digest) != key.signature(ofDigest: Keccak256.hash("two".utf8)))
        #expect(throws: WalletKeyError.wrongDigestLength) { try key.signature(ofDigest: [1, 2, 3]) }
    }

    @Test("does not print itself")
    func redacted() throws {
        let key = try EthereumPrivateKey(hex: text)
        var dumped = ""
        dump(key, to: &dumped)
        #expect(![String(describing: key), String(reflecting: key), dumped].contains { $0.contains("01234567") })
    }

    @Test(
        "an address is 0x and 40 hex digits",
        arguments: ["", "0x", "14791697260e4c9a71f18484c9f997b308e59325", "0x1479"])
    func noAddress(_ text: String) { #expect(EthereumAddress(text) == nil) }
}
