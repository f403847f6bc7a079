import ArgumentParser
import KeyManagement
import OrderedJSON

/// `vault check`
struct VaultCheckCommand: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check every file of the vault.",
        discussion: """
            Reads every file, opens every secret, the trash included, and looks whether each is a text that its field \
            takes; compares the files that keys-manager wrote with what it wrote; and names open modes, links, files \
            that do not belong there and leftovers. Changes nothing. Ends with 65 when something is damaged, does not \
            open or was tampered with; warnings and notes end with 0. Secrets that Hummingbot sealed take a third of a \
            second each.

            EXAMPLES
              keys-manager vault check
              keys-manager vault check --format json
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var password: PasswordOptions

    var standardInputReaders: [String] { password.standardInputReaders }

    func run(in session: Session) async throws {
        let report = try await session.countingInFolder(
            "checking", with: password,
            orRefuse: "The files of a vault are checked in their folder, and this is a server."
        ) { manager, progress in try await manager.checkVault(progress: progress) }
        try show(report, in: session)
        guard report.isSound else { throw ReportedFailure(status: .damagedData) }
    }

    private func show(_ report: VaultReport, in session: Session) throws {
        let output = session.output
        try output.result(
            [
                "sound": .bool(report.isSound), "files": .integer(report.fileCount),
                "secrets": .integer(report.secretCount),
                "findings": .array(
                    report.findings.map {
                        ["severity": .string($0.severity.rawValue), "sentence": .string($0.sentence)]
                    }),
            ],
            sentence: "\(report.fileCount) files, \(report.secretCount) secrets open"
                + (report.isSound ? "; nothing is damaged." : "; something is wrong."))
        for finding in report.findings {
            switch finding.severity {
            case .note: output.note(finding.sentence)
            case .warning: output.warning(finding.sentence)
            case .problem: output.warning("PROBLEM: \(finding.sentence)")
            }
        }
    }
}
