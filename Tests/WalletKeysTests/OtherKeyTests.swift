import OrderedJSON
import Testing

@testable import WalletKeys

@Suite("XRP Ledger key")
struct RippleKeyTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let seed, privateKey, publicKey, address, algorithm: String
        var testDescription: String { address }
    }

    static let vectors: [Vector] = (WalletVectors.file("xrpl")["vectors"]?.arrayValue ?? []).compactMap {
        guard let seed = $0["seed"]?.stringValue, let privateKey = $0["private_key"]?.stringValue,
            let publicKey = $0["public_key"]?.stringValue, let address = $0["address"]?.stringValue,
            let algorithm = $0["algorithm"]?.stringValue
        else { return nil }
        return Vector(
            seed: seed, privateKey: privateKey, publicKey: publicKey, address: address, algorithm: algorithm)
    }

    @Test("a seed gives the recorded key and address", arguments: vectors)
    func seed(_ vector: Vector) throws {
        let key = try RippleKey(vector.seed)
        #expect(key.address == vector.address)
        #expect(WalletVectors.hex(key.publicKey).uppercased() == vector.publicKey)
        #expect(key.form == (vector.algorithm == "secp256k1" ? .seed : .ed25519Seed))
        #expect(RippleKey.isAddress(key.address))
    }

    @Test("a raw key gives the same", arguments: vectors)
    func raw(_ vector: Vector) throws {
        let key = try RippleKey(vector.privateKey)
        #expect(key.address == vector.address)
        #expect(key.form == (vector.algorithm == "secp256k1" ? .raw : .ed25519Raw))
    }

    @Test("the vectors are there") func count() { #expect(Self.vectors.count == 10) }

    @Test("the first wallet of the ledger has the address that is known for it")
    func genesis() throws {
        #expect(try RippleKey("snoPBrXtMeMyMHUVTgbuqAfg1SUTb").address == "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh")
    }

    @Test("a mistyped seed is refused", arguments: ["snoPBrXtMeMyMHUVTgbuqAfg1SUTc", "snoPBrXtMeMyMHUVTgbuqAfg1SUT"])
    func mistyped(_ seed: String) { #expect(throws: WalletKeyError.wrongChecksum) { try RippleKey(seed) } }

    @Test(
        "what is no key is refused",
        arguments: [
            "", "s", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "abandon abandon", String(repeating: "0", count: 64),
            String(repeating: "1", count: 66),
        ])
    func noKey(_ text: String) { #expect(throws: WalletKeyError.self) { try RippleKey(text) } }
}

@Suite("Ed25519 private key")
struct Ed25519PrivateKeyTests {
    static let seed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    static let publicKey = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"

    @Test("Aptos's spellings give one key and address", arguments: ["ed25519-priv-0x", "0x", "", "ed25519-priv-"])
    func aptos(_ prefix: String) throws {
        let key = try Ed25519PrivateKey(aptos: prefix + Self.seed)
        #expect(WalletVectors.hex(key.publicKey) == Self.publicKey)
        #expect(key.aptosAddress == "0xdeb6bc1848ba9de44f8ebd4009dd666fe46ac921246500c18476dd1b96f1cb3a")
    }

    @Test("Solana's spelling is the seed and the public key")
    func solana() throws {
        let bytes = WalletVectors.bytes(Self.seed + Self.publicKey)
        let key = try Ed25519PrivateKey(solana: Base58.bitcoin.text(bytes))
        #expect(WalletVectors.hex(key.publicKey) == Self.publicKey)
        #expect(Base58.bitcoin.bytes(key.solanaAddress) == key.publicKey)
        var foreign = bytes
        foreign[40] ^= 1
        #expect(throws: WalletKeyError.wrongPublicKey) { try Ed25519PrivateKey(solana: Base58.bitcoin.text(foreign)) }
    }

    @Test("what is no key is refused")
    func noKey() {
        #expect(throws: WalletKeyError.notHex) { try Ed25519PrivateKey(aptos: "ed25519-priv-0x00") }
        #expect(throws: WalletKeyError.notHex) { try Ed25519PrivateKey(aptos: "secp256k1-priv-0x" + Self.seed) }
        #expect(throws: WalletKeyError.notBase58) { try Ed25519PrivateKey(solana: "0OIl") }
        #expect(throws: WalletKeyError.notBase58) {
            try Ed25519PrivateKey(solana: Base58.bitcoin.text(WalletVectors.bytes(Self.seed)))
        }
    }

    @Test("does not print itself")
    func redacted() throws {
        let key = try Ed25519PrivateKey(aptos: Self.seed)
        var dumped = ""
        dump(key, to: &dumped)
        #expect(String(describing: key) == "<private key>" && String(reflecting: key) == "<private key>")
        #expect(!dumped.contains("publicKey"))
    }
}

@Suite("Ethereum private key: messages")
struct MessageSignatureTests {
    static let vectors = WalletVectors.pairs("eip191", "messages", "message", "signature")

    @Test("a message gets the recorded signature", arguments: vectors)
    func signature(message: String, signature: String) throws {
        let key = try EthereumPrivateKey(hex: try #require(WalletVectors.file("eip191")["key"]?.stringValue))
        #expect(key.address.checksummed == WalletVectors.file("eip191")["address"]?.stringValue)
        #expect(try key.signature(ofMessage: message).ethereumText == "0x" + signature)
    }

    @Test("the vectors are there") func count() { #expect(Self.vectors.count == 6) }
}
