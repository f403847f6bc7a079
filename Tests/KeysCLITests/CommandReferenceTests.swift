import Testing
import VaultTesting

@testable import KeysCLI

@Suite("docs/command-reference.md")
struct CommandReferenceTests {
    private static func reference() throws -> String {
        String(decoding: try contents(BuiltProgram.packageFolder + "/docs/command-reference.md"), as: UTF8.self)
    }

    @Test("names every command", arguments: CommandTree.leaves)
    func commands(_ path: [String]) throws {
        let name = path.joined(separator: " ")
        let reference = try Self.reference()
        #expect(reference.contains("`\(name)") || reference.contains("`keys-manager \(name)"))
    }

    @Test("names every option", arguments: CommandTree.leaves)
    func options(_ path: [String]) async throws {
        let reference = try Self.reference()
        try await withTemporaryFolder { root in
            let help = try await TestProgram(root).run(path + ["--help"], input: []).output
            let options = help.split { !($0.isLetter || $0 == "-") }.filter { $0.hasPrefix("--") && $0.count > 2 }
            for option in Set(options).subtracting(["--help", "--version"]) {
                #expect(reference.contains(option), "\(option)")
            }
        }
    }

    @Test("names every exit code", arguments: KeysCLI.ExitStatus.allCases)
    func exitCodes(_ status: KeysCLI.ExitStatus) throws {
        #expect(try Self.reference().contains("\n| \(status.rawValue) | "))
    }
}
