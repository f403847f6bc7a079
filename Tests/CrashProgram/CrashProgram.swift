import Foundation

/// Kills itself in the middle of changes of a vault, and looks at what is left.
///
///     crash-program campaign FOLDER RUNS SEED     as many kills as RUNS in a new vault in FOLDER; 1 when one lost anything
///     crash-program make FOLDER                   a vault for the next one
///     crash-program do FOLDER STEP OPERATION…     one change; kills itself at a step: none, staged, stagedFile:3 (the
///                                                 third time), plain:staged (on a file system without an exchange)
///     crash-program foreign FOLDER ACCOUNT CONNECTOR VALUE     a credential as Hummingbot writes it
///     crash-program show FOLDER                   what is in the vault, everything opened
@main
struct CrashProgram {
    static func main() async {
        do {
            try await run()
        } catch {
            print("failed: \(error)")
            exit(1)
        }
    }

    private static func run() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("campaign", 4):
            guard let runs = Int(arguments[2]), let seed = UInt64(arguments[3]) else { break }
            let campaign = try await CrashCampaign(folder: arguments[1], seed: seed)
            exit(try await campaign.run(kills: runs) ? 0 : 1)
        case ("make", 2):
            try await CrashVault(folder: arguments[1]).make()
            return
        case ("do", 4...):
            guard let death = CrashPoint(arguments[2]), let operation = CrashOperation(Array(arguments[3...])) else {
                break
            }
            return try await CrashVault(folder: arguments[1]).perform(operation, dyingAt: death)
        case ("foreign", 5):
            return try CrashVault(folder: arguments[1]).writeForeign(arguments[2], arguments[3], value: arguments[4])
        case ("show", 2): return print(try await CrashVault(folder: arguments[1]).content())
        default: break
        }
        FileHandle.standardError.write(
            Data(
                "usage: crash-program campaign FOLDER RUNS SEED | make FOLDER | do FOLDER STEP OPERATION… | show FOLDER\n"
                    .utf8))
        exit(64)
    }
}
