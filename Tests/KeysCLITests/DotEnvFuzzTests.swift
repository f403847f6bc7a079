import Foundation
import Fuzzing
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysCLI

/// `FUZZ_RUNS` makes the run longer, `FUZZ_SEED` another one.
@Suite(".env files out of a fuzzer")
struct DotEnvFuzzTests {
    private static let words = [
        "CONFIG_PASSWORD=", "export ", "=", "\"", "'", "\\", "\\n", "#", " #", "\n", "\r\n", "\r", "\t", "$HOME",
        "`id`",
        "A=", "A=\"", "''", "\\\"", "\\'",
    ]

    private static func target() throws -> FuzzTarget {
        FuzzTarget("dotenv", corpus: try DotEnvVector.all().map(\.bytes), words: words) { input in
            let parsed = DotEnv(parsing: input)
            try require(Set(parsed.assignments.map(\.name)) == Set(parsed.values.keys), "every value was assigned")
            let lines = input.count { $0 == UInt8(ascii: "\n") } + 1
            for fault in parsed.faults { try require((1...lines).contains(fault.line), "a fault lies in the file") }
            var end = 0
            for assignment in parsed.assignments {
                try require(assignment.range.lowerBound >= end, "values follow each other")
                end = assignment.range.upperBound
                try require(end <= input.count, "a value lies in the file")
            }
            // What is written into a file is what it gives afterwards, and nothing else has changed.
            if let (name, old) = parsed.values.min(by: { $0.key < $1.key }) {
                let new = String(decoding: input.suffix(12).filter { $0 >= 0x20 && $0 < 0x7F }, as: UTF8.self)
                let changed = try? DotEnv.bytes(input, changing: name, from: old, to: new)
                if let changed {
                    var expected = parsed.values
                    expected[name] = new
                    try require(DotEnv(parsing: changed).values == expected, "one value is another, the rest as before")
                }
            }
            if let value = String(validating: input, as: UTF8.self), input.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) {
                let line = Array("A=\(DotEnv.quoted(value))".utf8)
                try require(DotEnv(parsing: line).values == ["A": value], "a quoted value is read as itself")
            }
            let reasons = Set(parsed.faults.map(\.reason.rawValue)).sorted().joined()
            return "\(min(parsed.values.count, 9)) \(min(parsed.faults.count, 9)) \(reasons)"
        }
    }

    @Test(
        "an accent on a quotation mark does not hide it",
        arguments: ["\"\u{301}\\", "'\u{301}a", "\\\u{301}'", "$\u{301}'"])
    func accents(value: String) {
        #expect(DotEnv(parsing: Array("A=\(DotEnv.quoted(value))".utf8)).values == ["A": value])
    }

    @Test("keep every promise that the parser makes")
    func promises() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
        let count = environment["FUZZ_RUNS"].flatMap { Int($0) } ?? 3000
        try await withTemporaryFolder { folder in
            let report = try FuzzRun(Self.target(), seed: seed, failuresIn: folder).run(count)
            let input = report.failure.flatMap { try? Data(contentsOf: URL(filePath: $0.file)) }
            #expect(report.isGood, "\(report.failure?.sentence ?? "memory") with \(input?.base64EncodedString() ?? "")")
            #expect(report.behaviours > 10)
            if count > 3000 { print("dotenv, seed \(seed): \(report)") }
        }
    }
}
