import ArgumentParser
import ExchangeVerification
import KeyManagement
import OrderedJSON

/// `log list`
struct LogList: KeysCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what was done with the vault, oldest first.",
        discussion: """
            Each change has an intent, written before it, and an outcome. The table shows a change as one row. A change \
            whose process ended in between is `interrupted`; one that goes on just now has no outcome yet.

            EXAMPLES
              keys-manager log list
              keys-manager log list --since 7d --connector binance
              keys-manager log list --follow --format json
            """,
        aliases: ["ls"])

    @OptionGroup var options: GlobalOptions
    @Option(
        name: [.customShort("a"), .customLong("account")],
        help: ArgumentHelp("Only what concerns this account.", valueName: "account"), completion: Completion.accounts)
    var account: String?
    @Option(
        name: [.customShort("c"), .customLong("connector")],
        help: ArgumentHelp("Only what concerns this connector.", valueName: "connector"),
        completion: Completion.connectors)
    var connector: String?
    @Option(
        help: ArgumentHelp("Only this, such as credential_add.", valueName: "action"),
        completion: .list(AuditAction.allCases.map(\.rawValue)))
    var action: String?
    @Option(
        help: ArgumentHelp(
            "Only what came this way: \(AuditActor.doors.joined(separator: ", ")).", valueName: "door"),
        completion: .list(AuditActor.doors))
    var door: String?
    @Option(
        help: ArgumentHelp("Only from the last 30m, 12h, 7d or 2w.", valueName: "time"), transform: Self.time(_:))
    var since: Int?
    @Option(help: ArgumentHelp("Only the last so many rows.", valueName: "number")) var last: Int?
    @Flag(help: "Go on with what comes, until interrupted.") var follow = false

    func validate() throws {
        if let action, AuditAction(rawValue: action) == nil {
            let names = AuditAction.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--action takes one of \(names).")
        }
        if let door, !AuditActor.doors.contains(door) {
            throw ValidationError("--door takes one of \(AuditActor.doors.joined(separator: ", ")).")
        }
        if let last, last < 1 { throw ValidationError("--last takes a number from 1 on.") }
    }

    func run(in session: Session) async throws {
        try await session.withVault { vault in
            let records = try await vault.keys.auditRecords(after: 0)
            var known = AuditEntries()
            var entries = known.take(records).filter(isWanted)
            if let last { entries = entries.suffix(last) }
            if follow {
                try await go(on: vault.keys, from: records.last?.number ?? 0, &known, with: entries, session.output)
            } else {
                try session.output.data(.array(entries.map(\.json)), table: Self.table(entries))
            }
        }
    }

    /// Prints what comes, line by line, until the command is interrupted.
    private func go(
        on keys: any KeyOperations, from end: Int, _ known: inout AuditEntries, with first: [AuditEntry],
        _ output: Output
    ) async throws {
        var (entries, end) = (first, end)
        while true {
            for entry in entries { try output.line(entry.json, text: entry.cells.joined(separator: "  ")) }
            try await Task.sleep(for: .milliseconds(500))
            let next = try await keys.auditRecords(after: end)
            end = next.last?.number ?? end
            entries = known.take(next).filter(isWanted)
        }
    }

    private func isWanted(_ entry: AuditEntry) -> Bool {
        (account == nil || entry.record.account == account)
            && (connector == nil || entry.record.connector == connector)
            && (action == nil || entry.record.action == action)
            && (door == nil || entry.record.actor.door == door)
            && (since == nil || isRecent(entry.record.time))
    }

    private func isRecent(_ time: String) -> Bool {
        guard let since, let time = UnixTime(iso8601: time) else { return false }
        return time.seconds >= UnixTime.now().seconds - since
    }

    private static func time(_ text: String) throws -> Int {
        guard let seconds = TimeSpan.seconds(text) else {
            throw ValidationError("--since takes a number with s, m, h, d or w, such as 7d.")
        }
        return seconds
    }

    private static func table(_ entries: [AuditEntry]) -> Table {
        Table(
            header: ["TIME", "ACTION", "ACCOUNT", "CONNECTOR", "OUTCOME", "WHO", "DETAIL"], rows: entries.map(\.cells),
            emptyText: "Nothing is recorded.", optionalColumns: ["ACCOUNT", "CONNECTOR", "DETAIL"])
    }
}
