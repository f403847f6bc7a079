internal import Credentials
internal import Glibc
internal import OrderedJSON

extension TrashID {
    /// A fresh id for something that goes at a moment.
    ///
    /// The nanoseconds stand before the random part, so that what goes within one second stays in order.
    init(at moment: ClockReading) {
        var time = time_t(moment.seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        let digits = { (number: Int32, width: Int) in
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        var random = SystemRandomNumberGenerator()
        let suffix = String(UInt64(moment.nanoseconds) << 32 | UInt64(random.next() as UInt32), radix: 16)
        description =
            digits(min(max(parts.tm_year, -1900), 8099) + 1900, 4) + digits(parts.tm_mon + 1, 2)
            + digits(parts.tm_mday, 2) + "T"
            + digits(parts.tm_hour, 2) + digits(parts.tm_min, 2) + digits(parts.tm_sec, 2) + "Z-"
            + String(repeating: "0", count: 16 - suffix.count) + suffix
    }

    /// A name that nothing has yet, for what is staged.
    static var unused: TrashID { TrashID(at: .now()) }
}

/// What `entry.json` of the undo store records.
struct TrashRecord: Sendable {
    static let fileName = "entry.json"
    /// An account of 40,000 credentials has a record of that size.
    static let byteLimit = 1 << 23

    var entry: TrashEntry
    /// The revision of the credential that is, or shall be, displaced; `nil` for an account.
    var revision: Revision?

    /// The file. It ends with a checksum of all before it: nobody needs a password to remove a credential, so no key can
    /// cover it.
    var bytes: [UInt8] {
        var json = members
        json["checksum"] = .string(Revision(of: JSON.object(members).bytes(.indented)).description)
        return JSON.object(json).bytes(.indented) + [UInt8(ascii: "\n")]
    }

    /// Whether the file is the one that was written, byte for byte; one of before there were checksums is believed.
    func isIntact(in bytes: [UInt8]) -> Bool {
        bytes == self.bytes || bytes == JSON.object(members).bytes(.indented) + [UInt8(ascii: "\n")]
    }

    private var members: JSONObject {
        [
            "id": .string(entry.id.description), "kind": .string(entry.kind.rawValue),
            "reason": .string(entry.reason.rawValue), "account": .string(entry.account.description),
            "connector": entry.connector.map { .string($0.description) } ?? .null,
            "deleted_at": .integer(entry.deletedAt), "revision": revision.map { .string($0.description) } ?? .null,
            "contents": .array(entry.contents.map { .string($0.description) }),
        ]
    }

    init(entry: TrashEntry, revision: Revision?) {
        self.entry = entry
        self.revision = revision
    }

    /// Reads a record; `nil` for bytes that are none.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - id: The name of the folder that it stands in, which counts; `nil` to take the record's own word.
    init?(bytes: [UInt8], id: TrashID?) {
        guard let json = try? JSON(parsing: bytes),
            let id = id ?? json["id"]?.stringValue.flatMap({ TrashID($0) }),
            let kind = json["kind"]?.stringValue.flatMap(TrashEntry.Kind.init),
            let reason = json["reason"]?.stringValue.flatMap(TrashEntry.Reason.init),
            let account = json["account"]?.stringValue.flatMap({ try? AccountName($0) }),
            let deletedAt = json["deleted_at"]?.integerValue
        else { return nil }
        let connector = json["connector"]?.stringValue.flatMap { try? ConnectorName($0) }
        guard (kind == .credential) == (connector != nil) else { return nil }
        let contents = json["contents"]?.arrayValue?.compactMap { $0.stringValue.flatMap { try? ConnectorName($0) } }
        entry = TrashEntry(
            id: id, kind: kind, reason: reason, account: account, connector: connector, deletedAt: deletedAt,
            contents: contents ?? [])
        revision = json["revision"]?.stringValue.flatMap(Revision.init)
    }
}
