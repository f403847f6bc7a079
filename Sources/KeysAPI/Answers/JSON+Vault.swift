import CredentialVault
import Credentials
import ExchangeVerification
import KeyManagement
import OrderedJSON

// How `/v1` writes what the use cases return. The remote command line and the page read these shapes.

extension VaultStatus {
    var json: JSON {
        [
            "state": .string(state.rawValue), "location": .string(location),
            "warnings": .array(warnings.map { .string($0) }),
        ]
    }
}

extension ResealOutcome {
    var json: JSON {
        [
            "secrets": .integer(secretCount), "files": .integer(fileCount),
            "left": .array(left.map { .string($0) }), "password_file": .optional(passwordFile),
            "notices": .array(notices.map { .string($0) }),
        ]
    }
}

extension VaultOverview {
    /// With what a page needs to show it.
    ///
    /// - Parameters:
    ///   - catalog: Describes the connectors that occur.
    ///   - version: The program's.
    /// - Returns: An object.
    func json(describing catalog: ConnectorCatalog, version: String) -> JSON {
        let names = Set(accounts.flatMap(\.credentials).map(\.connector)).sorted()
        let connectors = names.compactMap { name in
            catalog[name].map { (name.description, JSON.object(JSONObject($0.traits))) }
        }
        return [
            "generation": .integer(Int(clamping: generation)), "version": .string(version), "vault": status.json,
            "accounts": .array(accounts.map(\.json)), "connectors": .object(JSONObject(connectors)),
        ]
    }
}

extension Connector {
    /// What a list says of a connector beside its name.
    var traits: [(String, JSON)] {
        [
            ("exchange", .string(exchange)), ("market", .string(market.rawValue)), ("testnet", .bool(isTestnet)),
            ("decentralized", .bool(isDecentralized)),
        ]
    }
}

extension VerificationReport {
    /// With the outcome as a sentence.
    func json(about connector: ConnectorName) -> JSON {
        var members = json.objectValue ?? JSONObject()
        members["sentence"] = .string(sentence(about: connector))
        return .object(members)
    }
}

extension AccountOverview {
    fileprivate var json: JSON {
        [
            "name": .string(name.description), "credentials": .array(credentials.map(\.json)),
            "warnings": .array(warnings.map { .string($0) }),
        ]
    }
}

extension CredentialSummary {
    fileprivate var members: [(String, JSON)] {
        [
            ("connector", .string(connector.description)), ("state", .string(state.rawValue)),
            ("problem", .optional(problem)), ("modified_at", .string(UnixTime(seconds: modifiedAt).description)),
            ("revision", .optional(revision?.description)), ("verification", report?.json(about: connector) ?? .null),
        ]
    }

    var json: JSON { .object(JSONObject(members)) }
}

extension CredentialDetails {
    var json: JSON {
        .object(
            JSONObject(
                [("account", .string(account.description))] + summary.members
                    + [("fields", .array(fields.map(\.json)))]))
    }
}

extension CredentialDetails.Field {
    fileprivate var json: JSON {
        [
            "name": .string(name), "label": .string(label), "secret": .bool(isSecret), "present": .bool(isPresent),
            "value": value ?? .null, "problem": .optional(problem),
        ]
    }
}

extension SavedCredential {
    var json: JSON {
        [
            "account": .string(account.description), "connector": .string(connector.description),
            "was_replaced": .bool(wasReplaced), "revision": .optional(revision?.description),
            "displaced": displaced?.json ?? .null, "verification": report?.json(about: connector) ?? .null,
            "notices": .array(notices.map { .string($0) }),
        ]
    }
}

extension TrashEntry {
    var json: JSON {
        [
            "id": .string(id.description), "kind": .string(kind.rawValue), "reason": .string(reason.rawValue),
            "account": .string(account.description), "connector": .optional(connector?.description),
            "deleted_at": .string(UnixTime(seconds: deletedAt).description),
            "contents": .array(contents.map { .string($0.description) }),
        ]
    }
}

extension Failure {
    /// A failure in the middle of an answer whose status has been sent.
    var problem: JSON {
        ["detail": .string(message), "code": .string(kind.rawValue), "hint": .optional(hint)]
    }
}

extension JSON {
    fileprivate static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
}
