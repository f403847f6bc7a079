import Foundation
import OrderedJSON
import Testing
import VaultTesting

/// Runs the program that was built beside the tests, and the skill's scripts over it, as other programs run them.
struct BuiltProgram {
    /// The program's home and folder.
    let root: String
    var environment: [String: String]

    init(_ root: String) throws {
        self.root = root
        environment = ["HOME": root, "PATH": "/usr/local/bin:/usr/bin:/bin", "KEYS_MANAGER_BIN": try Self.path()]
    }

    /// The tests lie in the folder that the program was built into.
    static func path(of program: String = "keys-manager") throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let candidates = [
            URL(filePath: own).deletingLastPathComponent().path, packageFolder + "/.build/debug",
            packageFolder + "/.build/release",
        ].map { $0 + "/\(program)" }
        return try #require(
            candidates.first { FileManager.default.isExecutableFile(atPath: $0) },
            "Build it first: swift build --product \(program)")
    }

    static let packageFolder = vectorsFolder.deletingLastPathComponent().deletingLastPathComponent().path

    static func script(_ name: String) -> String { packageFolder + "/skills/keys-manager/scripts/\(name).sh" }

    /// How a process ended.
    struct Outcome {
        let code: Int32
        let output: String
        let errors: String

        /// Standard output as the one JSON value that it should be.
        var json: JSON { get throws { try JSON(parsing: output) } }
    }

    func run(_ arguments: String..., input: String = "") async throws -> Outcome {
        try await run(Self.path(), arguments, input: input)
    }

    /// Runs any program with this one's environment.
    func run(_ path: String, _ arguments: [String], input: String) async throws -> Outcome {
        let process = try start(path, arguments)
        return try await process.finish(input: input)
    }

    func start(_ path: String, _ arguments: [String]) throws -> RunningProcess {
        try RunningProcess(path, arguments, environment: environment, folder: root)
    }
}

/// A process whose streams end in this one.
final class RunningProcess: Sendable {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let errors = Pipe()

    init(_ path: String, _ arguments: [String], environment: [String: String], folder: String) throws {
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(filePath: folder)
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    /// A test that fails must not leave a server behind.
    deinit { if process.isRunning { process.terminate() } }

    var processIdentifier: Int32 { process.processIdentifier }

    /// The next piece of standard output.
    func nextOutput() async -> String {
        await Self.waiting { [output] in String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) }
    }

    /// Asks the process to end.
    func terminate() { process.terminate() }

    /// Gives it its input and waits for its end.
    func finish(input text: String = "") async throws -> BuiltProgram.Outcome {
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        async let output = Self.all(output)
        async let errors = Self.all(errors)
        let (outputText, errorText) = await (output, errors)
        await Self.waiting { [process] in process.waitUntilExit() }
        return BuiltProgram.Outcome(code: process.terminationStatus, output: outputText, errors: errorText)
    }

    private static func all(_ pipe: Pipe) async -> String {
        await waiting {
            String(decoding: (try? pipe.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
        }
    }

    /// Waits on a thread of its own: the other tests need theirs.
    private static func waiting<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: work()) }
        }
    }
}
