public import OrderedJSON

/// One line of the audit log.
public struct AuditRecord: Sendable, Equatable {
    /// Its number; each is one more than the one before.
    public var number: Int
    /// When it was written, in UTC, such as `2026-11-21T09:03:01.120Z`.
    public var time: String
    /// `intent` before a change, `outcome` after it, `event` for what is no change.
    public var event: String
    /// What it is about; `nil` for an outcome that only ends an interrupted change.
    public var action: String?
    /// Who asked for it.
    public var actor: AuditActor
    /// The account that is concerned.
    public var account: String?
    /// The connector that is concerned.
    public var connector: String?
    /// The number of the intent that an outcome ends.
    public var intent: Int?
    /// How it ended: `done`, `failed` or `interrupted`.
    public var outcome: String?
    /// Why it failed, as the `code` of a `/v1` answer, or what it came to.
    public var detail: String?
    /// How often it happened, for what is counted together.
    public var count: Int?

    /// Reads a line; `nil` for one that is no line of the log.
    public init?(json: JSONObject) {
        guard let number = json["n"]?.integerValue, let time = json["time"]?.stringValue,
            let event = json["event"]?.stringValue
        else { return nil }
        self.number = number
        self.time = time
        self.event = event
        action = json["action"]?.stringValue
        actor = AuditActor(
            door: json["door"]?.stringValue ?? "", user: json["user"]?.stringValue, login: json["login"]?.stringValue,
            address: json["address"]?.stringValue)
        account = json["account"]?.stringValue
        connector = json["connector"]?.stringValue
        intent = json["of"]?.integerValue
        outcome = json["outcome"]?.stringValue
        detail = json["detail"]?.stringValue
        count = json["count"]?.integerValue
    }

    /// The line without its hash.
    public var json: JSON {
        let texts: [(String, String?)] = [
            ("event", event), ("action", action), ("door", actor.door.isEmpty ? nil : actor.door),
            ("user", actor.user), ("login", actor.login), ("address", actor.address), ("account", account),
            ("connector", connector),
        ]
        var members = JSONObject([("n", .integer(number)), ("time", .string(time))])
        for (name, text) in texts { members[name] = text.map { .string($0) } }
        members["of"] = intent.map { .integer($0) }
        members["outcome"] = outcome.map { .string($0) }
        members["detail"] = detail.map { .string($0) }
        members["count"] = count.map { .integer($0) }
        return .object(members)
    }
}
