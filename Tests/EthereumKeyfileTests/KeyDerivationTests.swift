import EthereumKeyfile
import Testing

@Suite("Key derivation")
struct KeyDerivationTests {
    @Test(
        "parameters out of bounds are refused by name, before any work",
        arguments: [
            (.pbkdf2(rounds: 0), 16, 32, "c"), (.pbkdf2(rounds: -1), 16, 32, "c"),
            (.pbkdf2(rounds: 10_000_001), 16, 32, "c"),
            (.pbkdf2(rounds: .max), 16, 32, "c"), (.pbkdf2(rounds: .min), 16, 32, "c"),
            (.pbkdf2(rounds: 1), 0, 32, "salt"),
            (.pbkdf2(rounds: 1), 65, 32, "salt"), (.pbkdf2(rounds: 1), 16, 31, "dklen"),
            (.pbkdf2(rounds: 1), 16, 65, "dklen"),
            (.pbkdf2(rounds: 1), 16, .min, "dklen"), (.scrypt(n: 0, r: 8, p: 1), 16, 32, "n"),
            (.scrypt(n: 1, r: 8, p: 1), 16, 32, "n"), (.scrypt(n: 3, r: 8, p: 1), 16, 32, "n"),
            (.scrypt(n: .min, r: 8, p: 1), 16, 32, "n"), (.scrypt(n: 1 << 21, r: 1, p: 1), 16, 32, "n"),
            (.scrypt(n: 1 << 16, r: 1, p: 1), 16, 32, "n"), (.scrypt(n: 1 << 20, r: 9, p: 1), 16, 32, "r"),
            (.scrypt(n: 2, r: 0, p: 1), 16, 32, "r"), (.scrypt(n: 2, r: .max, p: 1), 16, 32, "r"),
            (.scrypt(n: 2, r: 1 << 22, p: 16), 16, 32, "r"), (.scrypt(n: 2, r: 8, p: 0), 16, 32, "p"),
            (.scrypt(n: 2, r: 8, p: 17), 16, 32, "p"), (.scrypt(n: 2, r: 8, p: .max), 16, 32, "p"),
            (.scrypt(n: 1 << 20, r: 8, p: 3), 16, 32, "p"), (.scrypt(n: 1 << 18, r: 8, p: 9), 16, 32, "p"),
        ] as [(KeyDerivation.Function, Int, Int, String)])
    func outOfBounds(function: KeyDerivation.Function, saltByteCount: Int, keyByteCount: Int, name: String) {
        #expect(throws: KeyfileError.parameterOutOfBounds(name)) {
            try KeyDerivation(function, salt: [UInt8](repeating: 1, count: saltByteCount), keyByteCount: keyByteCount)
        }
    }

    @Test(
        "the bounds themselves are within, and none takes more than the budget",
        arguments: [
            (.pbkdf2(rounds: 10_000_000), 64, 64), (.pbkdf2(rounds: 1), 1, 32),
            (.scrypt(n: 1 << 20, r: 8, p: 2), 64, 64), (.scrypt(n: 1 << 17, r: 8, p: 16), 64, 64),
            (.scrypt(n: 1 << 18, r: 8, p: 8), 64, 64),
            (.scrypt(n: 1 << 15, r: 1, p: 1), 1, 32), (.scrypt(n: 2, r: 1 << 20, p: 1), 1, 32),
        ] as [(KeyDerivation.Function, Int, Int)])
    func bounds(function: KeyDerivation.Function, saltByteCount: Int, keyByteCount: Int) throws {
        let derivation = try KeyDerivation(
            function, salt: [UInt8](repeating: 1, count: saltByteCount), keyByteCount: keyByteCount)
        let limit = KeyDerivation.Limit.memoryByteCount + KeyDerivation.Limit.extraMemoryByteCount
        #expect(derivation.memoryByteCount <= limit)
    }

    @Test("only the first 32 bytes of a longer key count")
    func longKeys() throws {
        let salt = Array(0..<16) as [UInt8]
        let short = try KeyDerivation(.pbkdf2(rounds: 10), salt: salt)
        let long = try KeyDerivation(.pbkdf2(rounds: 10), salt: salt, keyByteCount: 64)
        let keyfile = try Keyfile(
            sealing: [1, 2, 3], with: short.derive(from: "p"), derivation: short, iv: [UInt8](repeating: 5, count: 16))
        #expect(try keyfile.open(with: long.derive(from: "p")) == [1, 2, 3])
    }

    @Test("a password's text counts byte for byte, and an empty one is refused")
    func passwords() throws {
        let derivation = try KeyDerivation(.pbkdf2(rounds: 10), salt: [1])
        let keyfile = try Keyfile(
            sealing: [1], with: derivation.derive(from: "\u{E9}"), derivation: derivation,
            iv: [UInt8](repeating: 5, count: 16))
        #expect(try keyfile.open(password: "\u{E9}") == [1])
        #expect(throws: KeyfileError.macMismatch) { try keyfile.open(password: "e\u{301}") }
        #expect(throws: KeyfileError.emptyPassword) { try keyfile.open(password: "") }
    }
}
