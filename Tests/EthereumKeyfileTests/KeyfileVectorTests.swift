import EthereumKeyfile
import Foundation
import OrderedJSON
import Testing

@Suite("Keyfile vectors")
struct KeyfileVectorTests {
    @Test("are all read")
    func count() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/keyfile")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(KeyfileVector.all.count == files.filter { $0.hasSuffix(".json") }.count)
        #expect(KeyfileVector.all.count > 60)
    }

    @Test("open to the recorded plaintext or fail with the recorded error", arguments: KeyfileVector.all)
    func opens(_ vector: KeyfileVector) throws {
        do {
            let plaintext = try Keyfile(jsonText: vector.text).open(password: vector.password)
            #expect(vector.error == nil)
            #expect(hex(plaintext) == vector.plaintext)
        } catch {
            #expect("\(error)" == vector.error)
        }
    }

    @Test("every cut of a keyfile's text is an error, never a crash")
    func cuts() throws {
        let vector = try #require(KeyfileVector.named("short-iv"))
        for length in 0..<vector.text.count {
            #expect(throws: KeyfileError.self) { try Keyfile(jsonText: Array(vector.text[..<length])) }
        }
    }

    @Test("every flipped bit of ciphertext and MAC is a MAC mismatch")
    func flippedBits() throws {
        let vector = try #require(KeyfileVector.named("scrypt-31-bytes"))
        let keyfile = try Keyfile(jsonText: vector.text)
        let key = try keyfile.derivation.derive(from: vector.password)
        for member in ["ciphertext", "mac"] {
            let digits = try #require(JSON(parsing: vector.text)["crypto"]?[member]?.stringValue)
            for position in 0..<digits.utf8.count {
                var flipped = Array(digits.utf8)
                flipped[position] = flipped[position] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
                let text = String(decoding: vector.text, as: UTF8.self)
                    .replacing(digits, with: String(decoding: flipped, as: UTF8.self))
                let damaged = try Keyfile(jsonText: Array(text.utf8))
                #expect(throws: KeyfileError.macMismatch) { try damaged.open(with: key) }
            }
        }
    }
}
