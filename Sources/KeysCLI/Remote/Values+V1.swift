import CredentialVault
import Credentials
import ExchangeVerification
import KeyManagement
import OrderedJSON

// What `/v1` answers, read back; each is `nil` for JSON that is not what it should be.

extension VaultStatus {
    init?(v1 json: JSON) {
        guard let state = json["state"]?.stringValue.flatMap({ State(rawValue: $0) }),
            let location = json["location"]?.stringValue
        else { return nil }
        self.init(state: state, location: location, warnings: json["warnings"]?.texts ?? [])
    }
}

extension ResealOutcome {
    init?(v1 json: JSON) {
        guard let secretCount = json["secrets"]?.integerValue, let fileCount = json["files"]?.integerValue else {
            return nil
        }
        self.init(
            secretCount: secretCount, fileCount: fileCount, left: json["left"]?.texts ?? [],
            passwordFile: json["password_file"]?.stringValue, notices: json["notices"]?.texts ?? [])
    }
}

extension VaultOverview {
    init?(v1 json: JSON) {
        guard let status = json["vault"].flatMap(VaultStatus.init(v1:)),
            let accounts = json["accounts"]?.all(AccountOverview.init(v1:))
        else { return nil }
        self.init(status: status, accounts: accounts, generation: 0)
    }
}

extension AccountOverview {
    init?(v1 json: JSON) {
        guard let name = json["name"]?.accountName,
            let credentials = json["credentials"]?.all(CredentialSummary.init(v1:))
        else { return nil }
        self.init(name: name, credentials: credentials, warnings: json["warnings"]?.texts ?? [])
    }
}

extension CredentialSummary {
    init?(v1 json: JSON) {
        guard let connector = json["connector"]?.connectorName,
            let state = json["state"]?.stringValue.flatMap({ State(rawValue: $0) })
        else { return nil }
        self.init(
            connector: connector, state: state, problem: json["problem"]?.stringValue,
            modifiedAt: json["modified_at"]?.stringValue.flatMap(Timestamp.seconds) ?? 0,
            revision: json["revision"]?.stringValue.flatMap { Revision($0) },
            report: json["verification"].flatMap(VerificationReport.init(json:)))
    }
}

extension CredentialDetails {
    init?(v1 json: JSON) {
        guard let account = json["account"]?.accountName, let summary = CredentialSummary(v1: json),
            let fields = json["fields"]?.all(Field.init(v1:))
        else { return nil }
        self.init(account: account, summary: summary, fields: fields)
    }
}

extension CredentialDetails.Field {
    init?(v1 json: JSON) {
        guard let name = json["name"]?.stringValue, let isSecret = json["secret"]?.boolValue,
            let isPresent = json["present"]?.boolValue
        else { return nil }
        self.init(
            name: name, label: json["label"]?.stringValue ?? name, isSecret: isSecret, isPresent: isPresent,
            value: isPresent ? json["value"] : nil, problem: json["problem"]?.stringValue)
    }
}

extension SavedCredential {
    init?(v1 json: JSON) {
        guard let account = json["account"]?.accountName, let connector = json["connector"]?.connectorName,
            let wasReplaced = json["was_replaced"]?.boolValue
        else { return nil }
        self.init(
            account: account, connector: connector, wasReplaced: wasReplaced,
            revision: json["revision"]?.stringValue.flatMap { Revision($0) },
            displaced: json["displaced"].flatMap(TrashEntry.init(v1:)),
            report: json["verification"].flatMap(VerificationReport.init(json:)), notices: json["notices"]?.texts ?? [])
    }
}

extension TrashEntry {
    init?(v1 json: JSON) {
        guard let id = json["id"]?.stringValue.flatMap({ TrashID($0) }),
            let kind = json["kind"]?.stringValue.flatMap({ Kind(rawValue: $0) }),
            let reason = json["reason"]?.stringValue.flatMap({ Reason(rawValue: $0) }),
            let account = json["account"]?.accountName,
            let deletedAt = json["deleted_at"]?.stringValue.flatMap(Timestamp.seconds)
        else { return nil }
        self.init(
            id: id, kind: kind, reason: reason, account: account, connector: json["connector"]?.connectorName,
            deletedAt: deletedAt, contents: json["contents"]?.arrayValue?.compactMap(\.connectorName) ?? [])
    }
}

extension JSON {
    fileprivate var accountName: AccountName? { stringValue.flatMap { try? AccountName($0) } }
    fileprivate var connectorName: ConnectorName? { stringValue.flatMap { try? ConnectorName($0) } }
    fileprivate var texts: [String] { arrayValue?.compactMap(\.stringValue) ?? [] }

    /// The elements, unless one of them is not what it should be.
    fileprivate func all<Value>(_ make: (JSON) -> Value?) -> [Value]? {
        guard let elements = arrayValue else { return nil }
        let values = elements.compactMap(make)
        return values.count == elements.count ? values : nil
    }
}
