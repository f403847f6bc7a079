import ArgumentParser
import CredentialVault
import KeyManagement

/// One run of the command line, with everything that it takes from its surroundings as values.
///
/// The process makes one from its own environment, folders and streams; tests make them from whatever they like.
struct Program: Sendable {
    let environment: [String: String]
    let folders: WorkingFolders
    let console: Console
    /// What secrets are sealed with; tests that cannot wait take less.
    var sealing = SealingStandard.hummingbot
    /// Whether exchanges may be asked; tests that are about something else leave them alone.
    var asksExchanges = true

    /// Runs one command line.
    ///
    /// - Parameter arguments: Without the program's name.
    /// - Returns: The exit code.
    func run(_ arguments: [String]) async -> Int32 {
        do {
            var command = try await KeysManager.asyncParseAsRoot(arguments)
            guard let command = command as? any RunnableCommand else {
                // A group without a verb, or a request for help: both end in a thrown message.
                try command.run()
                return ExitStatus.done.rawValue
            }
            return await AuditActor.$current.withValue(AuditActor(door: "cli", user: SystemUser.name)) {
                await command.run(in: self)
            }
        } catch {
            return finish(withParsing: error)
        }
    }

    /// Help, versions and completion scripts go to standard output; complaints about the arguments to standard error.
    private func finish(withParsing error: any Error) -> Int32 {
        let status = KeysManager.exitCode(for: error)
        let text = KeysManager.fullMessage(for: error)
        if status == .success {
            do {
                try console.standardOutput.write(text + "\n")
            } catch {
                return ExitStatus.storage.rawValue
            }
        } else {
            try? console.standardError.write(UsageComplaint.text(from: text) + "\n")
        }
        return status.rawValue
    }
}
