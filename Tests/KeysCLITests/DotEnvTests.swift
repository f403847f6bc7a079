import Foundation
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysCLI

/// One file of `Tests/Vectors/dotenv`, with the values and faults that belong to it in the `.json` of the same name.
struct DotEnvVector: CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let expected: JSON

    var testDescription: String { name }

    static func all() throws -> [DotEnvVector] {
        let folder = vectorsFolder.path + "/dotenv"
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".env") }.sorted()
            .map { file in
                let name = String(file.dropLast(4))
                return DotEnvVector(
                    name: name, bytes: try contents("\(folder)/\(file)"),
                    expected: try JSON(parsing: contents("\(folder)/\(name).json")))
            }
    }
}

@Suite(".env files")
struct DotEnvTests {
    @Test("give the recorded values and faults", arguments: try DotEnvVector.all())
    func vectors(_ vector: DotEnvVector) throws {
        let parsed = DotEnv(parsing: vector.bytes)
        let expected = try #require(vector.expected["values"]?.objectValue)
        #expect(
            parsed.values
                == Dictionary(uniqueKeysWithValues: expected.members.map { ($0.name, $0.value.stringValue ?? "") }))
        let faults = parsed.faults.map { fault -> JSON in
            [
                "line": .integer(fault.line), "name": fault.name.map { .string($0) } ?? .null,
                "reason": .string(fault.reason.rawValue),
            ]
        }
        #expect(JSON.array(faults).text() == (vector.expected["faults"] ?? []).text())
    }

    @Test("there are vectors")
    func notEmpty() throws { #expect(try DotEnvVector.all().count >= 15) }

    @Test("no bytes make the parser stop early or trap", arguments: 0..<200)
    func anyBytes(_ seed: UInt64) {
        var generator = SplitMix(state: seed)
        let interesting = Array("A=\"'\\\n\r #export\t\0$`é".utf8)
        let bytes = (0..<60).map { _ in interesting[Int.random(in: interesting.indices, using: &generator)] }
        let parsed = DotEnv(parsing: bytes + Array("\nLAST_ONE=here".utf8))
        // Whatever stands above, an open quote included, the last line is still found or lies inside a closed quote.
        #expect(
            parsed.values["LAST_ONE"] == "here"
                || parsed.values.values.contains { $0.contains("LAST_ONE=here") } == false)
    }
}

/// A small generator, so that a failing case comes again.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
