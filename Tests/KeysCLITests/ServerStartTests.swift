import ArgumentParser
import CredentialVault
import Credentials
import Foundation
import Glibc
import KeyManagement
import Logging
import NIOCore
import Testing
import VaultTesting

@testable import KeysCLI

@Suite("A server's first start")
struct ServerStartTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func start(_ program: TestProgram, _ arguments: String...) throws -> ServerStart {
        let command = try #require(try KeysManager.parseAsRoot(["serve"] + arguments) as? ServeCommand)
        let surroundings = program.program()
        let session = Session(
            program: surroundings, options: command.options,
            output: Output(console: surroundings.console, options: command.options, prefersJSON: false))
        return try ServerStart(session: session, passwords: command.password)
    }

    private func file(_ program: TestProgram) throws -> DotEnv {
        DotEnv(parsing: try contents(program.home + "/.hummingbot/.env"))
    }

    private func state(_ start: ServerStart) async throws -> VaultStatus.State {
        try await start.openVault(asking: nil, logger: Self.logger).status().state
    }

    @Test("with nothing configured makes a login, a config password and a vault that they fit")
    func nothingConfigured() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            let first = try start(program)
            let written = try file(program).values
            #expect(Set(written.keys) == ["API_USER", "API_PASS", "CONFIG_PASSWORD"])
            #expect(written["API_USER"] == "admin")
            #expect(written["API_PASS"]?.count == 24)
            #expect(written["CONFIG_PASSWORD"]?.count == 24)
            #expect(written["API_PASS"] != written["CONFIG_PASSWORD"])
            #expect(try mode(program.home + "/.hummingbot/.env") == 0o600)
            #expect(first.login.password == Secret(try #require(written["API_PASS"])))
            #expect(try await state(first) == .unlocked)
            #expect(await program.run("password", "check").code == 0)
            // The second start takes what is there.
            let second = try start(program)
            #expect(try file(program).values == written)
            #expect(try await state(second) == .unlocked)
            #expect(second.login.password == first.login.password)
        }
    }

    @Test("keeps the rest of the file, and never overwrites a key")
    func partlyConfigured() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            let text = "# mine\nUSERNAME=trader\nOTHER='x y'\nAPI_PASS=\nCONFIG_PASSWORD=chosen"
            try program.write(text, to: program.home + "/.hummingbot/.env", mode: 0o644)
            let started = try start(program)
            let after = String(decoding: try contents(program.home + "/.hummingbot/.env"), as: UTF8.self)
            #expect(after.hasPrefix(text + "\nAPI_PASS="))
            #expect(after.split(separator: "\n").count == 6)
            #expect(try mode(program.home + "/.hummingbot/.env") == 0o644)
            #expect(started.login.user == "trader")
            #expect(try await state(started) == .unlocked)
            #expect(await program.run("password", "check", "--password-stdin", input: "chosen").code == 0)
        }
    }

    @Test("warns when a password came into a file that others may read")
    func openFile() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            try program.write("OTHER=1\n", to: program.home + "/.hummingbot/.env", mode: 0o640)
            let (errors, code) = await serveAtUnknownHost(program)
            #expect(code == 64)
            #expect(errors.contains("chmod 600 ~/.hummingbot/.env"))
        }
    }

    @Test("hands what root makes to the owner of the folder around it", .enabled(if: geteuid() == 0))
    func owners() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            let folder = program.home + "/.hummingbot"
            try FileManager.default.removeItem(atPath: folder)
            try #require(chown(program.home, 1234, 1235) == 0)
            _ = try start(program)
            for path in [folder, folder + "/.env"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.ownerAccountID] as? Int == 1234)
                #expect(attributes[.groupOwnerAccountID] as? Int == 1235)
            }
            #expect(try mode(folder) == 0o700)
            #expect(try mode(folder + "/.env") == 0o600)
        }
    }

    @Test("keeps the owner of a file that is there", .enabled(if: geteuid() == 0))
    func keptOwner() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            let path = program.home + "/.hummingbot/.env"
            try program.write("OTHER=1\n", to: path, mode: 0o640)
            try #require(chown(path, 1234, 1235) == 0)
            _ = try start(program)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.ownerAccountID] as? Int == 1234)
            #expect(attributes[.groupOwnerAccountID] as? Int == 1235)
            #expect(try mode(path) == 0o640)
        }
    }

    @Test("speaks of the config password only where it made one")
    func loginOnly() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            program.environment["CONFIG_PASSWORD"] = "a config password"
            let (errors, _) = await serveAtUnknownHost(program)
            #expect(errors.contains("Generated the login; see ~/.hummingbot/.env. Keep that file private."))
            let text = String(decoding: try contents(program.home + "/.hummingbot/.env"), as: UTF8.self)
            #expect(!(text + errors).lowercased().contains("config"))
        }
    }

    @Test("says how a vault is made where there is none and nothing to make it with")
    func noVault() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            program.environment = [:]
            let output = await program.run(
                "serve", "--bots", root + "/other", "--host", "nosuch.invalid", "--insecure-http")
            #expect(output.errors.contains("keys-manager vault create --bots \(root)/other makes one"))
            #expect(!output.errors.contains("vault unlock"))
        }
    }

    @Test("a host that is none of this machine's is explained, and so is a port that is taken")
    func listening() async throws {
        try await withTemporaryFolder { root in
            let (errors, code) = await serveAtUnknownHost(try TestProgram(root))
            #expect(code == 64)
            #expect(errors.contains("--host takes an address"))
            #expect(!errors.contains("unexpected"))
        }
        let taken = ServerTransport.listenFailure(IOError(errnoCode: EADDRINUSE, reason: ""), host: "h", port: 1)
        #expect((taken as? Failure)?.hint?.contains("Another program may hold the port") == true)
        let elsewhere = ServerTransport.listenFailure(
            IOError(errnoCode: EADDRNOTAVAIL, reason: ""), host: "h", port: 1)
        #expect((elsewhere as? Failure)?.hint?.contains("--host") == true)
    }

    /// A server that starts and ends at once, because it cannot listen.
    private func serveAtUnknownHost(_ program: TestProgram) async -> (errors: String, code: Int32) {
        let outcome = await program.run("serve", "--host", "nosuch.invalid", "--insecure-http")
        return (outcome.errors, outcome.code)
    }

    @Test("writes through a link into the file that it names")
    func link() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            try program.write("OTHER=1\n", to: root + "/real")
            try FileManager.default.createSymbolicLink(
                atPath: program.home + "/.hummingbot/.env", withDestinationPath: root + "/real")
            _ = try start(program)
            #expect(try DotEnv(parsing: contents(root + "/real")).values.count == 4)
            let kind = try FileManager.default.attributesOfItem(atPath: program.home + "/.hummingbot/.env")[.type]
            #expect(kind as? FileAttributeType == .typeSymbolicLink)
        }
    }

    @Test("makes no config password where a vault has one already, and runs locked")
    func existingVault() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            program.environment = [:]
            let started = try start(program)
            #expect(try Set(file(program).values.keys) == ["API_USER", "API_PASS"])
            #expect(try await state(started) == .locked)
        }
    }

    @Test("makes no config password where any credential lies without a password check, and runs locked")
    func orphanedCredentials() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            _ = await program.run(
                "credential", "add", "binance", "--credentials", "-", input: #"{"api_key": "k", "api_secret": "s"}"#)
            try FileManager.default.removeItem(
                atPath: program.vault + "/credentials/master_account/.password_verification")
            let locked = try start(program)
            #expect(try Set(file(program).values.keys) == ["API_USER", "API_PASS"])
            #expect(try await state(locked) == .uninitialized)
            program.environment = [:]
            #expect(try await state(start(program)) == .uninitialized)
            #expect(try file(program).values["CONFIG_PASSWORD"] == nil)
        }
    }

    @Test("makes no vault with the password of the current folder's .env, and no other password either")
    func plantedPassword() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            try program.write("CONFIG_PASSWORD=planted\n", to: program.current + "/.env")
            let started = try start(program)
            #expect(try await state(started) == .uninitialized)
            #expect(try file(program).values["CONFIG_PASSWORD"] == nil)
        }
    }

    @Test("gives a vault elsewhere no password that would shadow the usual vault's")
    func secondVault() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try await program.createVault()
            program.environment = [:]
            _ = try start(program, "--bots", root + "/other")
            #expect(try file(program).values["CONFIG_PASSWORD"] == nil)
        }
    }

    @Test("with everything configured writes nothing")
    func configured() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            program.environment = ["API_USER": "me", "API_PASS": "mine", "CONFIG_PASSWORD": "config"]
            let started = try start(program)
            #expect(!FileManager.default.fileExists(atPath: program.home + "/.hummingbot/.env"))
            #expect(started.login.user == "me")
            #expect(try await state(started) == .unlocked)
            program.environment["CONFIG_PASSWORD"] = "another"
            #expect(try await state(start(program)) == .locked)
        }
    }

    @Test("generated passwords differ, and no reader of a .env can misread them")
    func randomPasswords() {
        let passwords = (0..<50).map { _ in FirstStart.randomPassword().exposed() }
        #expect(Set(passwords).count == 50)
        #expect(passwords.allSatisfy { $0.count == 24 && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } })
    }

    @Test(
        "an address that others can reach needs TLS or a word, and a login that is not everybody's",
        arguments: [
            ["serve", "--host", "0.0.0.0"], ["serve", "--host", "::"], ["serve", "--host", "192.0.2.1"],
            ["serve", "--host", "0.0.0.0", "--insecure-http", "--port", "0"],
            ["serve", "--tls-cert", "missing.pem", "--tls-key", "missing.pem"],
        ])
    func exposure(_ arguments: [String]) async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            program.environment = ["API_USER": "admin", "API_PASS": "admin", "CONFIG_PASSWORD": "config"]
            let outcome = await program.run(arguments, input: [])
            #expect(outcome.code == 64)
            #expect(outcome.output.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: program.vault))
        }
    }
}
