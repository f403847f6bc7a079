import ArgumentParser
import Credentials
import Testing
import VaultTesting

@testable import KeysCLI

@Suite("Command tree")
struct CommandTreeTests {
    @Test("help reaches every command and explains it", arguments: CommandTree.paths)
    func help(_ path: [String]) async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            let outcome = await program.run(path + ["--help"], input: [])
            #expect(outcome.code == 0)
            #expect(outcome.errors.isEmpty)
            #expect(outcome.output.hasPrefix("OVERVIEW: "))
            #expect(outcome.output.contains("USAGE: keys-manager"))
        }
    }

    @Test("every command that does something has an example of itself", arguments: CommandTree.leaves)
    func examples(_ path: [String]) throws {
        let type = try #require(CommandTree.commands().first { $0.path == path }?.type)
        let discussion = type.configuration.discussion
        #expect(discussion.contains("EXAMPLES"))
        #expect(discussion.contains("keys-manager " + path.joined(separator: " ")))
    }

    @Test("every command but skill takes the common options", arguments: CommandTree.leaves.filter { $0 != ["skill"] })
    func commonOptions(_ path: [String]) async throws {
        try await withTemporaryFolder { root in
            let help = try await TestProgram(root).run(path + ["--help"], input: []).output
            for option in ["--bots", "--api-url", "--api-user", "--api-pass-stdin", "--format", "--quiet", "--yes"] {
                #expect(help.contains(option), "\(option)")
            }
        }
    }

    @Test("these are the commands")
    func tree() {
        #expect(
            CommandTree.leaves.map { $0.joined(separator: " ") } == [
                "setup", "credential list", "credential add", "credential replace", "credential remove",
                "credential show", "credential verify", "credential audit", "account list", "account create",
                "account delete", "connector list",
                "connector show", "vault create", "vault status", "vault unlock", "vault lock", "vault adopt",
                "vault check", "vault import",
                "password check", "password change", "trash list", "trash restore", "trash purge",
                "backup create", "backup restore", "backup check", "log list", "log verify", "serve", "skill",
            ])
    }

    @Test(
        "what cannot be understood ends with 64 and the usage",
        arguments: [
            ["nonsense"], ["credential", "add"], ["account", "list", "--format", "xml"], ["trash", "purge"],
            ["account", "list", "--bots", "x", "--api-url", "http://localhost"], ["serve", "--tls-cert", "x"],
            ["serve", "--port", "70000"],
        ])
    func usage(_ arguments: [String]) async throws {
        try await withTemporaryFolder { root in
            let outcome = try await TestProgram(root).run(arguments, input: [])
            #expect(outcome.code == 64)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.hasPrefix("keys-manager: error: "))
            #expect(outcome.errors.lowercased().contains("usage: keys-manager"))
        }
    }

    @Test("stray arguments, which may be half of a secret, are not repeated")
    func strayArguments() async throws {
        try await withTemporaryFolder { root in
            let outcome = try await TestProgram(root).run(
                "credential", "add", "binance", "--credentials", "{\"api_key\":", "\"CANARY", "1\"}\nCANARY", "-CANARY")
            #expect(outcome.code == 64)
            #expect(!(outcome.output + outcome.errors).contains("CANARY"))
        }
    }

    @Test("a mistyped command is answered with those that there are, and a secret in its place is not repeated")
    func mistypedCommand() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            let inner = await program.run("credential", "lst")
            #expect(inner.code == 64)
            #expect(
                inner.errors.contains(
                    "There is no command keys-manager credential lst; there are list, add, replace, remove, show, "
                        + "verify, audit."))
            #expect(
                await program.run("foo").errors.contains("no command keys-manager foo; there are setup, credential"))
            let secret = await program.run("vault", "CANARY1")
            #expect(secret.errors.contains("There is no command of that name in keys-manager vault; there are create"))
            #expect(!secret.errors.contains("CANARY"))
        }
    }

    @Test("completion scripts are made and offer the connectors", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            let script = await program.run("--generate-completion-script", shell)
            #expect(script.code == 0)
            #expect(script.output.contains("keys-manager"))
            let offered = await program.run("---completion", "credential", "add", "--", "positional@0", "3", "0", "")
            #expect(
                Set(offered.output.split(whereSeparator: \.isWhitespace).map(String.init))
                    == Set(ConnectorCatalog.standard.names.map(\.description)))
        }
    }

    @Test("two options do not read one standard input")
    func oneReader() async throws {
        try await withTemporaryFolder { root in
            let outcome = try await TestProgram(root).run(
                "credential", "add", "binance", "--credentials", "-", "--password-stdin")
            #expect(outcome.code == 64)
            #expect(outcome.errors.contains("--credentials - and --password-stdin"))
        }
    }
}
