internal import Credentials
internal import OrderedJSON

/// What an entry of the audit log is about.
struct AuditSubject: Sendable {
    let action: AuditAction
    var account: AccountName?
    var connector: ConnectorName?
    /// What else identifies it, such as an entry of the undo store; never a secret.
    var detail: String?

    init(
        _ action: AuditAction, account: AccountName? = nil, connector: ConnectorName? = nil, detail: String? = nil
    ) {
        self.action = action
        self.account = account
        self.connector = connector
        self.detail = detail
    }

    /// The members of a line, with who asks.
    func members(event: String) -> JSONObject {
        let actor = AuditActor.current
        let texts: [(String, String?)] = [
            ("event", event), ("action", action.rawValue), ("door", actor.door), ("user", actor.user),
            ("login", actor.login), ("address", actor.address), ("account", account?.description),
            ("connector", connector?.description), ("detail", detail),
        ]
        return JSONObject(texts.compactMap { name, text in text.map { (name, .string($0)) } })
    }
}
