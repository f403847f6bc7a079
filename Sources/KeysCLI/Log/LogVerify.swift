import ArgumentParser
import CredentialVault
import KeyManagement
import OrderedJSON

/// `log verify`
struct LogVerify: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that the audit log is whole: every line's number and hash.",
        discussion: """
            Works on a folder of this machine, and needs no password. It ends with 65 when a line was changed, removed or \
            put in. The chain shows accidents and partial edits; whoever may write the whole file can make a new chain, \
            and lines missing at the end show only against a last hash that was noted elsewhere (--expect).

            EXAMPLES
              keys-manager log verify
              keys-manager log verify --format json
            """)

    @OptionGroup var options: GlobalOptions
    @Option(help: ArgumentHelp("A last hash noted earlier; it must be in the chain.", valueName: "hash"))
    var expect: String?

    func run(in session: Session) async throws {
        let (found, contains) = try await session.withVault { vault in try await look(at: vault) }
        let isWhole = found.breaks.isEmpty && contains
        try session.output.result(
            [
                "whole": .bool(isWhole), "lines": .integer(found.lineCount), "last_hash": .string(found.lastHash),
                "breaks": .array(
                    found.breaks.map { ["line": .integer($0.line), "reason": .string($0.reason)] }),
                "open": .array(found.open.map { .integer($0) }),
            ],
            sentence: isWhole
                ? "The log is whole: \(found.lineCount) lines, the last with the hash \(found.lastHash)."
                : "The log is NOT whole.")
        for broken in found.breaks.prefix(20) { session.output.warning("Line \(broken.line): \(broken.reason).") }
        if found.breaks.count > 20 { session.output.warning("And \(found.breaks.count - 20) more lines.") }
        if !contains { session.output.warning("The expected hash is not in the chain: lines at the end are gone.") }
        if !found.open.isEmpty {
            session.output.note("Changes without an outcome: \(found.open.map(String.init).joined(separator: ", ")).")
        }
        if !isWhole { throw ReportedFailure(status: .damagedData) }
    }

    private func look(at vault: OpenVault) async throws -> (ChainedLog.Verification, Bool) {
        guard case .folder(let manager) = vault, let chain = manager.auditLog?.chain else {
            throw Failure(
                .unsupported, "The log is checked on the machine that holds it.",
                hint: "Run this there with --bots and the vault's folder.")
        }
        do {
            return (try await chain.verify(), try await contains(in: chain))
        } catch let error as StoreError {
            throw Failure(error)
        }
    }

    private func contains(in chain: ChainedLog) async throws -> Bool {
        guard let expect else { return true }
        return try await chain.lines().contains { $0.members?["hash"]?.stringValue == expect.lowercased() }
    }
}
