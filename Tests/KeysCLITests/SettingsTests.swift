import ArgumentParser
import Foundation
import Testing
import VaultTesting

@testable import KeysCLI

@Suite("Settings")
struct SettingsTests {
    private func settings(_ program: TestProgram, _ arguments: String...) throws -> Settings {
        Settings(
            flags: try GlobalOptions.parse(arguments), environment: program.environment, folders: program.folders)
    }

    @Test("a flag beats the environment, and that every file")
    func order() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            try program.write("API_USER=home\n", to: program.home + "/.env")
            #expect(try settings(program).apiUser?.value == "home")
            try program.write("API_USER=hummingbot\n", to: program.home + "/.hummingbot/.env")
            #expect(try settings(program).apiUser?.value == "hummingbot")
            try program.write("API_USER=current\n", to: program.current + "/.env")
            #expect(try settings(program).apiUser?.value == "current")
            program.environment["API_USER"] = "environment"
            #expect(try settings(program).apiUser?.value == "environment")
            #expect(try settings(program, "--api-user", "flag").apiUser?.value == "flag")
        }
    }

    @Test("each key is looked for by itself")
    func keyByKey() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            try program.write("API_USER=current\nAPI_PASS=\n", to: program.current + "/.env")
            try program.write("API_PASS=hummingbot\n", to: program.home + "/.hummingbot/.env")
            try program.write("API_PASS=home\nCONFIG_PASSWORD=config\n", to: program.home + "/.env")
            let settings = try settings(program)
            #expect(settings.apiUser?.value == "current")
            #expect(settings.apiPassword?.value == "hummingbot")
            #expect(settings.configPassword?.value == "config")
            #expect(settings.apiURL == nil)
        }
    }

    @Test("USERNAME and PASSWORD count in a file, and not in the environment")
    func hummingbotNames() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            program.environment = ["USERNAME": "shell", "PASSWORD": "shell"]
            #expect(try settings(program).apiUser == nil)
            #expect(try settings(program).apiPassword == nil)
            try program.write("USERNAME=file\nPASSWORD=secret\nAPI_PASS=ours\n", to: program.current + "/.env")
            #expect(try settings(program).apiUser?.value == "file")
            #expect(try settings(program).apiPassword?.value == "ours")
        }
    }

    @Test("what the current folder's file says is known to be from there")
    func currentFolder() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            try program.write("CONFIG_PASSWORD=x\n", to: program.current + "/.env")
            #expect(try settings(program).configPassword?.isFromCurrentFolder == true)
            let atHome = Settings(
                flags: try GlobalOptions.parse([]), environment: [:],
                folders: WorkingFolders(current: program.current, home: program.current))
            #expect(atHome.configPassword?.isFromCurrentFolder == false)
        }
    }

    @Test("the vault is where --bots says, else KEYS_MANAGER_BOTS, else below the home")
    func vaultFolder() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            #expect(try settings(program).vaultFolder == program.home + "/.hummingbot/bots")
            program.environment["KEYS_MANAGER_BOTS"] = "/elsewhere"
            #expect(try settings(program).vaultFolder == "/elsewhere")
            #expect(try settings(program, "--bots", "here").vaultFolder == program.current + "/here")
            #expect(try settings(program, "--bots", "~/there").vaultFolder == program.home + "/there")
        }
    }

    @Test("a server of the surroundings gives way to --bots")
    func botsWins() async throws {
        try await withTemporaryFolder { root in
            var program = try TestProgram(root)
            #expect(try !program.session().usesServer)
            program.environment["API_URL"] = "http://localhost:8000"
            #expect(try program.session().usesServer)
            #expect(try !program.session("--bots", "x").usesServer)
        }
    }

    @Test("a password that others can read, or that cannot be read, is told", arguments: [0o644, 0o640, 0o604])
    func warnings(mode: Int) async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            try program.write("API_PASS=x\nCONFIG_PASSWORD=\"x\n", to: program.home + "/.env", mode: mode)
            let warnings = try settings(program).warnings
            #expect(warnings.count == 2)
            #expect(warnings.contains { $0.contains("~/.env") && $0.contains("chmod 600") })
            #expect(warnings.contains { $0.contains("Line 2") && $0.contains("CONFIG_PASSWORD") })
        }
    }

    @Test("a closed file, or one without passwords, is no matter")
    func noWarnings() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            try program.write("API_PASS=x\n", to: program.home + "/.env", mode: 0o600)
            try program.write("API_URL=http://localhost\n", to: program.current + "/.env", mode: 0o644)
            #expect(try settings(program).warnings.isEmpty)
        }
    }

    @Test("a folder called .env is passed over")
    func folder() async throws {
        try await withTemporaryFolder { root in
            let program = try TestProgram(root)
            try FileManager.default.createDirectory(
                atPath: program.current + "/.env", withIntermediateDirectories: false)
            try program.write("API_USER=x\n", to: program.home + "/.env")
            #expect(try settings(program).apiUser?.value == "x")
            #expect(try settings(program).warnings.isEmpty)
        }
    }

    @Test("a setting prints where it is from, never what it is")
    func redaction() {
        let setting = Setting(value: "CANARY", source: .environment("API_PASS"))
        var dumped = ""
        dump(setting, to: &dumped)
        #expect(!"\(setting) \(String(reflecting: setting)) \(dumped)".contains("CANARY"))
    }
}
