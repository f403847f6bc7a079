import EthereumKeyfile
import OrderedJSON
import Testing

@Suite("Sealing a keyfile")
struct KeyfileSealTests {
    private func cheap(_ salt: [UInt8] = Array(0..<16)) throws -> (KeyDerivation, DerivedKey) {
        let derivation = try KeyDerivation(.pbkdf2(rounds: 1000), salt: salt)
        return (derivation, try derivation.derive(from: "testpassword"))
    }

    @Test("gives the bytes of Hummingbot's own writer")
    func sameBytes() throws {
        let (derivation, key) = try cheap()
        let iv = [0] + [UInt8](repeating: 0x11, count: 15)
        let keyfile = try Keyfile(sealing: Array("my-api-secret".utf8), with: key, derivation: derivation, iv: iv)
        #expect(
            keyfile.jsonText == """
                {"crypto": {"cipher": "aes-128-ctr", "cipherparams": {"iv": "00111111111111111111111111111111"}, \
                "ciphertext": "0247b45e2ad1e5e68c58a942bd", "kdf": "pbkdf2", "kdfparams": {"c": 1000, "dklen": 32, \
                "prf": "hmac-sha256", "salt": "000102030405060708090a0b0c0d0e0f"}, "mac": \
                "e04bbf95b6c1eb757375f96a2505b031e2445c2b628163d37b91e08f52720b2a"}, "version": 3, "alias": ""}
                """)
    }

    @Test("opens again through the hex armor, whatever the length", arguments: [0, 1, 15, 16, 17, 31, 32, 33, 4096])
    func roundTrip(byteCount: Int) throws {
        let (derivation, key) = try cheap()
        let plaintext = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let keyfile = try Keyfile(
            sealing: plaintext, with: key, derivation: derivation, iv: [UInt8](repeating: 7, count: 16))
        let read = try Keyfile(hexArmor: " " + keyfile.hexArmor + "\n")
        #expect(read == keyfile)
        #expect(try read.open(password: "testpassword") == plaintext)
        #expect(throws: KeyfileError.macMismatch) { try read.open(password: "Testpassword") }
    }

    @Test("refuses an IV that is not 16 bytes", arguments: [0, 15, 17])
    func ivLength(byteCount: Int) throws {
        let (derivation, key) = try cheap()
        #expect(throws: KeyfileError.wrongLength("iv")) {
            try Keyfile(
                sealing: [1], with: key, derivation: derivation, iv: [UInt8](repeating: 0, count: byteCount))
        }
    }

    @Test("armor that is no hex is named as such", arguments: ["", "0", "zz", "7b 7d", "plain text", "0x7b7d"])
    func notHex(armor: String) {
        #expect(throws: KeyfileError.notHex) { try Keyfile(hexArmor: armor) }
    }

    @Test("text beyond the limit is refused before it is parsed")
    func tooLong() {
        let text = [UInt8](repeating: UInt8(ascii: " "), count: Keyfile.textByteLimit + 1)
        #expect(throws: KeyfileError.tooLong) { try Keyfile(jsonText: text) }
        #expect(throws: KeyfileError.tooLong) {
            try Keyfile(hexArmor: String(repeating: "2", count: 2 * Keyfile.textByteLimit + 2))
        }
    }

    @Test("a derived key and its derivation never print the key")
    func redaction() throws {
        let (_, key) = try cheap()
        #expect("\(key)" == "<derived key>")
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains("SymmetricKey"))
    }

    @Test("the memory of scrypt counts its lanes")
    func memory() throws {
        let derivation = try KeyDerivation(.scrypt(n: 1 << 17, r: 8, p: 1), salt: [1])
        #expect(derivation.memoryByteCount == 128 * 8 * ((1 << 17) + 2))
    }
}
