import CredentialVault
import Credentials
import ExchangeVerification
import KeyManagement
import NIOHTTP1
import OrderedJSON

/// A vault behind a server of this program, through its `/v1` routes.
struct KeysManagerServer: KeyOperations {
    let server: ServerClient

    func status() async throws -> VaultStatus {
        try read(await server.send(.GET, "/v1/vault"), as: VaultStatus.init(v1:))
    }

    func unlock(with password: Secret) async throws {
        let answer = try await server.send(
            .POST, "/v1/vault/unlock", body: ["password": .string(password.exposed())], within: 120)
        _ = try server.value(answer)
    }

    func lock() async throws { _ = try server.value(await server.send(.POST, "/v1/vault/lock")) }

    func changePassword(
        _ change: PasswordChange, progress: @escaping @Sendable (ResealProgress) -> Void
    ) async throws -> ResealOutcome {
        let answer = try await server.send(
            .POST, "/v1/vault/password",
            body: [
                "current": .string(change.current.exposed()), "new": .string(change.new.exposed()),
                "leave_unreadable": .bool(change.leavesUnreadable),
            ], within: 3600)
        return try read(answer, as: ResealOutcome.init(v1:))
    }

    func accounts() async throws -> [AccountName] { try await overview().accounts.map(\.name) }

    func overview() async throws -> VaultOverview {
        try read(await server.send(.GET, "/v1/overview"), as: VaultOverview.init(v1:))
    }

    func credentials(in account: AccountName) async throws -> [CredentialSummary] {
        try list(await server.send(.GET, "/v1/accounts/\(account)/credentials"), as: CredentialSummary.init(v1:))
    }

    func details(of connector: ConnectorName, in account: AccountName) async throws -> CredentialDetails {
        try read(await server.send(.GET, path(connector, account)), as: CredentialDetails.init(v1:))
    }

    func createAccount(_ account: AccountName) async throws {
        _ = try server.value(
            await server.send(.POST, "/v1/accounts", body: ["name": .string(account.description)]))
    }

    func deleteAccount(_ account: AccountName) async throws -> TrashEntry? {
        try entry(in: await server.send(.DELETE, "/v1/accounts/\(account)"))
    }

    func save(_ request: SaveRequest) async throws -> SavedCredential {
        var mode = request.mode
        if mode == .addOrReplace {
            let known = try await credentials(in: request.account)
            mode = known.contains { $0.connector == request.connector } ? .replace : .add
        }
        let answer = try await server.send(
            mode == .add ? .POST : .PUT, path(request.connector, request.account),
            body: .object(JSONObject([("values", .object(request.input))] + request.choice.members)),
            ifMatch: request.expectedRevision?.description, within: 120)
        return try read(answer, as: SavedCredential.init(v1:))
    }

    func verify(
        _ connector: ConnectorName, in account: AccountName, choice: VerificationChoice
    ) async throws -> VerificationReport {
        let answer = try await server.send(
            .POST, path(connector, account) + "/verify", body: .object(JSONObject(choice.members)), within: 120)
        return try read(answer, as: VerificationReport.init(json:))
    }

    func remove(
        _ connector: ConnectorName, from account: AccountName, expecting revision: Revision?
    ) async throws -> TrashEntry? {
        try entry(in: await server.send(.DELETE, path(connector, account), ifMatch: revision?.description))
    }

    func auditRecords(after number: Int) async throws -> [AuditRecord] {
        var records: [AuditRecord] = []
        // A long log comes in parts.
        while true {
            let last = records.last?.number ?? number
            let part: [AuditRecord] = try read(await server.send(.GET, "/v1/log?from=\(last)")) { json in
                json["records"]?.arrayValue.map { $0.compactMap { $0.objectValue.flatMap(AuditRecord.init(json:)) } }
            }
            guard let end = part.last?.number, end > last else { return records }
            records += part
        }
    }

    func connectors() async throws -> [ConnectorName] {
        try list(await server.send(.GET, "/v1/connectors")) { json in
            json["name"]?.stringValue.flatMap { try? ConnectorName($0) }
        }.sorted()
    }

    func trash() async throws -> [TrashEntry] {
        try list(await server.send(.GET, "/v1/trash"), as: TrashEntry.init(v1:))
    }

    func restore(_ id: TrashID, force: Bool) async throws -> TrashEntry {
        try read(
            await server.send(.POST, "/v1/trash/\(id)/restore", body: ["force": .bool(force)]),
            as: TrashEntry.init(v1:))
    }

    func purge(_ id: TrashID) async throws { _ = try server.value(await server.send(.DELETE, "/v1/trash/\(id)")) }

    func purge(olderThan age: Int) async throws -> Int {
        try read(await server.send(.DELETE, "/v1/trash?older_than=\(age)")) { $0["purged"]?.integerValue }
    }
}

extension VerificationChoice {
    /// What a `/v1` body says of it.
    fileprivate var members: [(String, JSON)] {
        [("verify", asksExchange), ("save_unverified", savesUnverified), ("allow_withdrawals", allowsWithdrawals)]
            .compactMap { name, truth in truth.map { (name, .bool($0)) } }
    }
}

extension KeysManagerServer {
    private func path(_ connector: ConnectorName, _ account: AccountName) -> String {
        "/v1/accounts/\(account)/credentials/\(connector)"
    }

    private func read<Value>(_ answer: ServerClient.Answer, as make: (JSON) -> Value?) throws -> Value {
        guard let value = make(try server.value(answer)) else { throw server.unexpectedAnswer }
        return value
    }

    /// All elements, or none: a list with a hole in it would be a lie.
    private func list<Value>(_ answer: ServerClient.Answer, as make: (JSON) -> Value?) throws -> [Value] {
        guard let elements = try server.value(answer).arrayValue else { throw server.unexpectedAnswer }
        let values = elements.compactMap(make)
        guard values.count == elements.count else { throw server.unexpectedAnswer }
        return values
    }

    /// The trash entry that a deletion answers with.
    private func entry(in answer: ServerClient.Answer) throws -> TrashEntry? {
        let json = try server.value(answer)
        guard let entry = json["trash_entry"] else { throw server.unexpectedAnswer }
        return TrashEntry(v1: entry)
    }
}
