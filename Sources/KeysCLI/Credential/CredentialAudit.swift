import ArgumentParser
import Credentials
import ExchangeVerification
import KeyManagement
import OrderedJSON

/// `credential audit`
struct CredentialAudit: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Check every key and say what each may do, how old it is and when it runs out.",
        discussion: """
            For a look now and then, and for cron and monitoring: nothing is asked, and the exit code is 77 when a key \
            is refused or may withdraw, else 69 when one could not be checked, else 2 when a warning stands (no address \
            list, expiry within 30 days, a missing right), else 0. Keys whose exchange counts their requests are left \
            out, unless --with-counted or --connector asks for them.

            EXAMPLES
              keys-manager credential audit
              keys-manager credential audit --format json --quiet
              keys-manager credential audit --allow-withdrawals --account treasury
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var power: PowerOption
    @OptionGroup var exchanges: ExchangeOptions
    @OptionGroup var password: PasswordOptions

    var standardInputReaders: [String] { password.standardInputReaders }

    func run(in session: Session) async throws {
        let items = try await CheckedVault(
            session: session, exchanges: exchanges, password: password, power: power
        ).run(selection.value())
        let now = UnixTime.now()
        let status = CheckedVault.status(of: items, countingWarnings: true)
        try session.output.data(
            [
                "checked_at": .string(now.description),
                "result": .string(Self.word(for: status)),
                "credentials": .array(items.map { Self.json($0, at: now) }),
            ],
            table: Table(
                header: ["ACCOUNT", "CONNECTOR", "OUTCOME", "RIGHTS", "ADDRESSES", "AGE", "EXPIRES", "WARNINGS"],
                rows: items.map { item in
                    let report = item.report.map(KeyReport.init(report:))
                    return [
                        item.account.description, item.summary.connector.description, item.outcome,
                        report?.rights ?? "", report?.addresses ?? "",
                        Self.age(of: item, at: now).map { "\($0) d" } ?? "",
                        report?.expiry ?? "",
                        item.report.flatMap { $0.warnings.isEmpty ? nil : String($0.warnings.count) } ?? "",
                    ]
                },
                emptyText: "No credentials.",
                optionalColumns: ["RIGHTS", "ADDRESSES", "AGE", "EXPIRES", "WARNINGS"]))
        CheckedVault.explain(items, on: session.output)
        if status != .done { throw ReportedFailure(status: status) }
    }

    /// The days since the key was made, where the exchange tells, else since it was stored.
    private static func age(of item: VerificationRound.Item, at now: UnixTime) -> Int? {
        let start = item.report?.rights?.created?.seconds ?? item.summary.modifiedAt
        return start > 0 ? max(0, (now.seconds - start) / 86_400) : nil
    }

    private static func json(_ item: VerificationRound.Item, at now: UnixTime) -> JSON {
        var object = item.json.objectValue ?? JSONObject()
        object["age_days"] = age(of: item, at: now).map { .integer($0) } ?? .null
        object["age_since"] =
            item.report?.rights?.created == nil ? "stored" : "created"
        object["warnings"] = .array((item.report?.warnings ?? []).map { .string($0) })
        return .object(object)
    }

    private static func word(for status: ExitStatus) -> String {
        switch status {
        case .done: "good"
        case .doneWithWarnings: "warnings"
        case .refused: "rejected"
        default: "inconclusive"
        }
    }
}
