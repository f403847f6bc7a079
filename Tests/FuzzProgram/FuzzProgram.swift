import Foundation
import Fuzzing

/// Feeds the parsers with broken input and looks whether their promises hold.
///
///     fuzz-program [--runs N] [--seconds S] [--seed N] [--only TARGET] [--corpus FOLDER] [--failures FOLDER]
///     fuzz-program try TARGET FILE     one input again
///
/// `--runs` and `--seconds` are for all targets together. 1 when a promise was broken or the memory grew.
@main
struct FuzzProgram {
    private var runs = 70_000
    private var seconds: Double?
    private var seed = UInt64.random(in: 0..<1 << 32)
    private var only: String?
    private var corpus = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/fuzz-corpus")
        .path
    private var failures = "fuzz-failures"

    static func main() {
        do {
            exit(try run(Array(CommandLine.arguments.dropFirst())) ? 0 : 1)
        } catch {
            FileHandle.standardError.write(Data("fuzz-program: \(error)\n".utf8))
            exit(64)
        }
    }

    private static func run(_ arguments: [String]) throws -> Bool {
        var program = FuzzProgram()
        if arguments.first == "try", arguments.count == 3 { return try program.tryAgain(arguments[1], arguments[2]) }
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw FuzzTarget.Violation("\(name) wants a value") }
            switch name {
            case "--runs": program.runs = Int(value) ?? 0
            case "--seconds": program.seconds = Double(value)
            case "--seed": program.seed = UInt64(value) ?? 0
            case "--only": program.only = value
            case "--corpus": program.corpus = value
            case "--failures": program.failures = value
            default: throw FuzzTarget.Violation("there is no \(name)")
            }
        }
        return try program.campaign()
    }

    private func tryAgain(_ name: String, _ file: String) throws -> Bool {
        guard let target = try targets(corpus: Corpus(folder: corpus)).first(where: { $0.name == name }) else {
            throw FuzzTarget.Violation("there is no target \(name)")
        }
        var input = Array(try Data(contentsOf: URL(filePath: file)))
        // What a process that ended left behind begins with its length.
        if file.hasSuffix(".last"), input.count > 8 {
            let count = input[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
            input = Array(input[8..<min(input.count, 8 + count)])
        }
        say(try target.attempt(input))
        return true
    }

    private func campaign() throws -> Bool {
        let chosen = try targets(corpus: Corpus(folder: corpus)).filter { only == nil || only == $0.name }
        guard !chosen.isEmpty else { throw FuzzTarget.Violation("there is no target \(only ?? "")") }
        say("seed \(seed)")
        say("target              runs   kinds    pool    runs/s   slowest   memory early, late")
        var (total, isGood) = (0, true)
        for target in chosen {
            let run = FuzzRun(target, seed: seed, failuresIn: failures)
            let report = try run.run(runs / chosen.count, seconds: seconds.map { $0 / Double(chosen.count) })
            total += report.runs
            isGood = isGood && report.isGood
            let rate = Int(Double(report.runs) / max(report.duration, 0.001))
            let columns = [
                target.name.padding(toLength: 14, withPad: " ", startingAt: 0), right(report.runs, 10),
                right(report.behaviours, 8), right(report.pool, 8), right(rate, 10),
                right("\(Int(report.slowest * 1000)) ms", 10),
                right("\(report.memory.early / 1024), \(report.memory.late / 1024) MB", 21),
            ]
            say(columns.joined())
            if let failure = report.failure {
                say("FAILED: \(failure.sentence)\n        the input is in \(failure.file)")
            }
            if report.failure == nil, !report.isGood { say("FAILED: the memory grew") }
        }
        say("\(total) runs, \(isGood ? "all promises held" : "promises broken")")
        return isGood
    }

    /// Prints without a buffer, so that the lines are there when a later target ends the process.
    private func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

    private func right(_ value: some CustomStringConvertible, _ width: Int) -> String {
        let text = "\(value)"
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
