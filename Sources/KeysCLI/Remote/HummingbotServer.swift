import CredentialVault
import Credentials
import ExchangeVerification
import KeyManagement
import NIOHTTP1
import OrderedJSON

/// A vault behind a real Hummingbot API, as far as that can do what is asked.
///
/// That server has no revisions, no undo store and no lock; it answers success for the removal of what is not there, and
/// fills fields that a request lacks with values of other accounts. So every change looks first, every field is sent,
/// and what it cannot do is said.
struct HummingbotServer: KeyOperations {
    /// An addition logs in at the exchange and opens every file of the account several times.
    private static let secondsForSaving: Int64 = 300

    let server: ServerClient
    /// Checks keys before they are sent, which that server does not; `nil` when nobody is to be asked.
    let verification: KeyVerification?

    func status() async throws -> VaultStatus {
        VaultStatus(
            state: .unlocked, location: server.address.description,
            warnings: ["This is a Hummingbot API: it cannot say whether its password opens every file."])
    }

    func unlock(with password: Secret) async throws { throw unsupported("be unlocked") }

    func lock() async throws { throw unsupported("be locked") }

    func accounts() async throws -> [AccountName] {
        try names(in: server.value(await server.send(.GET, "/accounts/"))).compactMap { try? AccountName($0) }.sorted()
    }

    func overview() async throws -> VaultOverview {
        var accounts: [AccountOverview] = []
        for account in try await self.accounts() {
            accounts.append(
                AccountOverview(name: account, credentials: try await credentials(in: account), warnings: []))
        }
        return VaultOverview(status: try await status(), accounts: accounts, generation: 0)
    }

    func credentials(in account: AccountName) async throws -> [CredentialSummary] {
        try await connectorNames(in: account).map {
            CredentialSummary(connector: $0, state: .stored, problem: nil, modifiedAt: 0, revision: nil)
        }
    }

    func details(of connector: ConnectorName, in account: AccountName) async throws -> CredentialDetails {
        throw unsupported("show a credential's fields")
    }

    func createAccount(_ account: AccountName) async throws {
        guard !(try await accounts().contains(account)) else {
            throw Failure(.accountExists, "There is an account \(account) already.")
        }
        _ = try server.value(await server.send(.POST, "/accounts/add-account?account_name=\(account)"))
    }

    func deleteAccount(_ account: AccountName) async throws -> TrashEntry? {
        guard !account.isMaster else {
            throw Failure(.protectedAccount, "master_account cannot be deleted: every vault needs it.")
        }
        try await requireAccount(account)
        _ = try server.value(await server.send(.POST, "/accounts/delete-account?account_name=\(account)"))
        return nil
    }

    func save(_ request: SaveRequest) async throws -> SavedCredential {
        if request.expectedRevision != nil {
            throw unsupported("tell one version of a credential from another")
        }
        let isThere = try await connectorNames(in: request.account).contains(request.connector)
        switch request.mode {
        case .add where isThere:
            throw Failure(
                .credentialExists, "\(request.account) has a credential for \(request.connector) already.",
                hint: "keys-manager credential replace \(request.connector) --account \(request.account) replaces it.")
        case .replace where !isThere: throw noSuchCredential(request.connector, in: request.account)
        default: break
        }
        let form = try await HummingbotForm(
            connector: request.connector, input: request.input, configMap: configMap(of: request.connector))
        let (report, checkNotices) = try await check(request)
        let answer = try await server.send(
            .POST, "/accounts/add-credential/\(request.account)/\(request.connector)", body: .object(form.body),
            within: Self.secondsForSaving)
        guard (200...299).contains(answer.status) else { throw refusal(answer, of: form) }
        return SavedCredential(
            account: request.account, connector: request.connector, wasReplaced: isThere, revision: nil,
            displaced: nil, report: report, notices: checkNotices + form.notices)
    }

    /// Checks a key before it is sent. Values that fit our fields can be checked; a server of another version may ask
    /// for others.
    private func check(_ request: SaveRequest) async throws -> (report: VerificationReport?, notices: [String]) {
        guard let verification, request.choice.asksExchange != false else { return (nil, []) }
        guard let connector = ConnectorCatalog.standard[request.connector],
            let credential = try? Credential(parsing: request.input, for: connector)
        else {
            return (nil, ["The key was not checked: the server asks for other fields than this program knows."])
        }
        let report = try await verification.admit(credential, choice: request.choice)
        return (report, report?.notices(about: request.connector) ?? [])
    }

    func verify(
        _ connector: ConnectorName, in account: AccountName, choice: VerificationChoice
    ) async throws -> VerificationReport {
        throw unsupported("check a stored key")
    }

    func remove(
        _ connector: ConnectorName, from account: AccountName, expecting revision: Revision?
    ) async throws -> TrashEntry? {
        if revision != nil { throw unsupported("tell one version of a credential from another") }
        guard try await connectorNames(in: account).contains(connector) else {
            throw noSuchCredential(connector, in: account)
        }
        _ = try server.value(await server.send(.POST, "/accounts/delete-credential/\(account)/\(connector)"))
        if try await connectorNames(in: account).contains(connector) {
            throw Failure(.internal, "The server says that it removed \(connector), and still lists it.")
        }
        return nil
    }

    func connectors() async throws -> [ConnectorName] {
        try names(in: server.value(await server.send(.GET, "/connectors/")))
            .compactMap { try? ConnectorName($0) }.sorted()
    }

    func trash() async throws -> [TrashEntry] { throw unsupported("list what was deleted") }

    func restore(_ id: TrashID, force: Bool) async throws -> TrashEntry { throw unsupported("bring anything back") }

    func purge(_ id: TrashID) async throws { throw unsupported("empty an undo store") }

    func purge(olderThan age: Int) async throws -> Int { throw unsupported("empty an undo store") }
}

extension HummingbotServer {
    private func unsupported(_ what: String) -> Failure {
        Failure(
            .unsupported, "The server at \(server.address) is a Hummingbot API, which cannot \(what).",
            hint: "Work on its folder with --bots, or run keys-manager serve in its place.")
    }

    private func names(in json: JSON) throws -> [String] {
        guard let elements = json.arrayValue else { throw server.unexpectedAnswer }
        return elements.compactMap(\.stringValue)
    }

    private func requireAccount(_ account: AccountName) async throws {
        guard try await accounts().contains(account) else {
            throw Failure(
                .noSuchAccount, "There is no account \(account).", hint: "keys-manager account list shows the accounts."
            )
        }
    }

    private func noSuchCredential(_ connector: ConnectorName, in account: AccountName) -> Failure {
        Failure(
            .noSuchCredential, "\(account) has no credential for \(connector).",
            hint: "keys-manager credential list shows what there is.")
    }

    /// Older servers list file names, so a `.yml` at the end goes.
    private func connectorNames(in account: AccountName) async throws -> [ConnectorName] {
        let answer = try await server.send(.GET, "/accounts/\(account)/credentials")
        if answer.status == 404 { try await requireAccount(account) }
        return try names(in: server.value(answer))
            .compactMap { try? ConnectorName($0.hasSuffix(".yml") ? String($0.dropLast(4)) : $0) }.sorted()
    }

    /// The server's own fields, in order, with whether each is required. Versions before 2026 list names only.
    private func configMap(of connector: ConnectorName) async throws -> [(name: String, isRequired: Bool)] {
        let answer = try await server.send(.GET, "/connectors/\(connector)/config-map")
        guard answer.status == 200 else {
            guard try await connectors().contains(connector) else {
                throw Failure(
                    .noSuchConnector, "The server knows no connector \(connector).",
                    hint: "keys-manager connector list shows the names.")
            }
            throw server.failure(for: answer)
        }
        if let names = answer.json?.arrayValue?.compactMap(\.stringValue) { return names.map { ($0, false) } }
        guard let members = answer.json?.objectValue?.members else { throw server.unexpectedAnswer }
        return members.map { ($0.name, $0.value["required"]?.boolValue ?? false) }
    }

    /// A refused addition: the server's own text is an exchange's or an exception's, so only its kind is told apart.
    private func refusal(_ answer: ServerClient.Answer, of form: HummingbotForm) -> Failure {
        guard answer.status == 400, let detail = answer.json?["detail"]?.stringValue else {
            return server.failure(for: answer)
        }
        if detail.hasPrefix("Failed to authenticate") {
            return Failure(
                .wrongPassword, "The server's config password does not open its vault.",
                hint: "Check the CONFIG_PASSWORD that the server was started with.")
        }
        if detail.hasPrefix("Cannot connect to host") {
            return Failure(.unreachable, "The server cannot reach the exchange.", hint: "Try again later.")
        }
        return Failure(.invalidInput, "The server refused the credential: \(form.withoutSecrets(detail))")
    }
}
