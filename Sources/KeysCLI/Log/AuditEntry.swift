import KeyManagement
import OrderedJSON

/// A change, or another event, as one row: what was announced, and how it ended.
struct AuditEntry: Sendable {
    var record: AuditRecord
    /// `nil` for a change that is under way.
    var outcome: String?
    var detail: String?

    /// Who, in one cell.
    private var who: String {
        let actor = record.actor
        let name = actor.login ?? actor.user
        let place = actor.address.map { " from \($0)" } ?? ""
        return actor.door + (name.map { " \($0)" } ?? "") + place
    }

    /// A row of the table.
    var cells: [String] {
        let count = record.count.map { $0 > 1 ? "\($0) times" : "" } ?? ""
        return [
            record.time, record.action ?? "", record.account ?? "", record.connector ?? "", outcome ?? "",
            who, [record.detail, detail, count].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", "),
        ]
    }

    /// As programs get it.
    var json: JSON {
        var members = record.json.objectValue ?? JSONObject()
        members["event"] = nil
        members["of"] = nil
        members["outcome"] = outcome.map { .string($0) } ?? .null
        members["detail"] = [record.detail, detail].compactMap { $0 }.first.map { .string($0) } ?? .null
        return .object(members)
    }
}

/// Joins each outcome with what it ends.
struct AuditEntries {
    private var open: [Int: AuditEntry] = [:]

    /// The entries that records come to, in the order of their beginnings; an outcome whose intent was told before, as
    /// under way, tells it again with its end.
    mutating func take(_ records: [AuditRecord]) -> [AuditEntry] {
        var entries: [AuditEntry] = []
        var positions: [Int: Int] = [:]
        for record in records {
            switch record.event {
            case "intent":
                let entry = AuditEntry(record: record)
                open[record.number] = entry
                positions[record.number] = entries.count
                entries.append(entry)
            case "outcome":
                guard let intent = record.intent, var entry = open.removeValue(forKey: intent) else { continue }
                entry.outcome = record.outcome
                entry.detail = record.detail
                if let position = positions[intent] { entries[position] = entry } else { entries.append(entry) }
            default:
                entries.append(AuditEntry(record: record, outcome: record.outcome))
            }
        }
        return entries
    }
}
