import Credentials
import ExchangeVerification
import KeyManagement
import OrderedJSON

/// What the skill's scripts do and answer.
///
/// The member names and error phrases are those of the original scripts, which agents and people know; the texts point
/// to the way in which a secret stays out of a conversation.
struct SkillFlow {
    let session: Session
    let arguments: SkillArguments
    /// How the set-up is called in examples.
    let setupCommand: String
    let verification: VerificationOptions
    let exchanges: ExchangeOptions

    /// Runs a script.
    ///
    /// - Throws: ``SkillFailure`` for every failure.
    func run(_ script: SkillScript) async throws -> JSON {
        do {
            if let answer = try descriptionAnswer(to: script) { return answer }
            guard script.savesKeys else { return try await session.withVault { try await answer(to: script, $0) } }
            return try await ExchangeAccess.with(
                session, exchanges, for: try connector()?.name, policy: verification.policy
            ) { access in
                try await session.withVault(asking: access) { vault in
                    if vault.keys is KeysManagerServer, !exchanges.urls.isEmpty {
                        throw ExchangeOptions.askedOfServer
                    }
                    return try await answer(to: script, vault)
                }
            }
        } catch {
            throw SkillFailure(error, connector: shownConnector, account: arguments["--account"])
        }
    }

    private func answer(to script: SkillScript, _ vault: OpenVault) async throws -> JSON {
        switch script {
        case .setupConnector: try await setup(vault)
        case .listConnectors: try await listConnectors(vault.keys)
        case .getConnectorConfig: throw Self.missing("connector")
        case .addCredentials: try await add(vault)
        case .removeCredentials: try await remove(vault.keys)
        case .listAccountCredentials: try await listCredentials(vault.keys)
        }
    }
}

// The simple scripts.
extension SkillFlow {
    /// The answers that describe a connector come from the catalogue and need no vault.
    ///
    /// - Returns: `nil` when the arguments ask for something else.
    private func descriptionAnswer(to script: SkillScript) throws -> JSON? {
        switch script {
        case .getConnectorConfig:
            guard let connector = try connector() else { throw Self.missing("connector") }
            return connectorConfig(connector)
        case .setupConnector where arguments["--credentials"] == nil: return try connector().map(showConfig)
        default: return nil
        }
    }

    private func listConnectors(_ keys: any KeyOperations) async throws -> JSON {
        let names = try await keys.connectors()
        let accounts = try await keys.overview().accounts
        return [
            "available_connectors": names.json,
            "total_connectors": .integer(names.count),
            "accounts": .array(accounts.map { .string($0.name.description) }),
            "configured_credentials": accounts.connectorsByAccount,
        ]
    }

    private func connectorConfig(_ connector: Connector) -> JSON {
        .object(
            JSONObject(
                [("connector", .string(connector.name.description))] + connector.fieldMembers + [
                    (
                        "documentation_hint",
                        .string("\(connector.note) The person enters the values with: \(Self.safeWay(connector.name))")
                    )
                ]))
    }

    private func remove(_ keys: any KeyOperations) async throws -> JSON {
        guard let text = arguments["--connector"] else { throw Self.missing("connector") }
        let connector = try ConnectorName(normalizing: text)
        let account = try account() ?? .master
        let existing = try await credentials(in: account, of: keys)
        guard existing.contains(connector) else {
            throw SkillFailure(
                error: "Credentials for '\(connector)' do not exist in account '\(account)'", detail: nil,
                more: [("existing_connectors", existing.json)])
        }
        let entry = try await keys.remove(connector, from: account, expecting: nil)
        Undo.explain(entry, on: session.output)
        return [
            "status": "success",
            "action": "credentials_removed",
            "connector": .string(connector.description),
            "account": .string(account.description),
            "remaining_connectors": try await credentials(in: account, of: keys).json,
        ]
    }

    private func listCredentials(_ keys: any KeyOperations) async throws -> JSON {
        if let account = try account() {
            let connectors = try await credentials(in: account, of: keys)
            return [
                "account": .string(account.description), "connectors": connectors.json,
                "count": .integer(connectors.count),
            ]
        }
        let accounts = try await keys.overview().accounts
        return [
            "accounts": .array(accounts.map { .string($0.name.description) }),
            "total_accounts": .integer(accounts.count),
            "credentials_by_account": .object(
                JSONObject(
                    accounts.map { account in
                        let connectors = account.credentials.map(\.connector)
                        return (
                            account.name.description,
                            ["connectors": connectors.json, "count": .integer(connectors.count)]
                        )
                    })),
        ]
    }

    private func add(_ vault: OpenVault) async throws -> JSON {
        guard let connector = try connector() else { throw Self.missing("connector") }
        guard let source = arguments["--credentials"] else { throw Self.missing("credentials") }
        let account = try account() ?? .master
        let existing = try await credentials(in: account, of: vault.keys)
        guard arguments.force || !existing.contains(connector.name) else {
            throw alreadyThere(connector.name, account, existing)
        }
        let saved = try await save(source, for: connector, to: account, in: vault, existing: existing)
        return [
            "status": "success",
            "action": "credentials_added",
            "connector": .string(connector.name.description),
            "account": .string(account.description),
            "was_override": .bool(saved.wasReplaced),
            "configured_connectors": try await credentials(in: account, of: vault.keys).json,
        ]
    }
}

// What the scripts share.
extension SkillFlow {
    /// The command that a person runs to enter secrets unseen.
    static func safeWay(_ connector: ConnectorName) -> String { "keys-manager credential add \(connector)" }

    static func missing(_ option: String) -> SkillFailure {
        SkillFailure(error: "\(option) is required. Give it with --\(option).", detail: nil)
    }

    var shownConnector: String? {
        arguments["--connector"].map { Printable.line(String($0.prefix(64))) }
    }

    /// The connector that the arguments name; `nil` when they name none.
    func connector() throws -> Connector? {
        try arguments["--connector"].map { text in
            try ConnectorCatalog.standard.requiring(ConnectorName(normalizing: text))
        }
    }

    func account() throws -> AccountName? {
        do throws(InvalidName) {
            guard let text = arguments["--account"] else { return nil }
            return try AccountName(text)
        } catch {
            throw SkillFailure(error: error.sentence, detail: nil)
        }
    }

    func credentials(in account: AccountName, of keys: any KeyOperations) async throws -> [ConnectorName] {
        do {
            return try await keys.credentials(in: account).map(\.connector)
        } catch let failure as Failure where failure.kind == .noSuchAccount {
            throw SkillFailure(
                error: "Account '\(account)' not found",
                detail: "Use master_account, or create it: keys-manager account create \(account)")
        }
    }

    func alreadyThere(
        _ connector: ConnectorName, _ account: AccountName, _ existing: [ConnectorName]
    ) -> SkillFailure {
        SkillFailure(
            error: "Credentials for '\(connector)' already exist in account '\(account)'", detail: nil,
            more: [
                ("action_required", "Ask the person. If they agree, call again with --force, which replaces them."),
                ("existing_connectors", existing.json),
            ])
    }

    /// Refuses what could not be saved, before anyone chooses an account for it.
    func checkInput(_ source: String, for connector: Connector) throws {
        try refusing {
            _ = try Credential(parsing: CredentialSource.object(source, in: session.program), for: connector)
        }
    }

    func save(
        _ source: String, for connector: Connector, to account: AccountName, in vault: OpenVault,
        existing: [ConnectorName]
    ) async throws -> SavedCredential {
        do {
            let input = try CredentialSource.object(source, in: session.program)
            try await session.unlock(vault)
            let saved = try await vault.keys.save(
                SaveRequest(
                    account: account, connector: connector.name, input: input,
                    mode: arguments.force ? .addOrReplace : .add, choice: verification.choice))
            for notice in saved.notices { session.output.note(notice) }
            Undo.explain(saved.displaced, on: session.output)
            return saved
        } catch let failure as Failure where failure.kind == .credentialExists {
            throw alreadyThere(connector.name, account, existing + [connector.name])
        } catch {
            throw Self.refusal(error)
        }
    }

    func refusing(_ body: () throws -> Void) throws {
        do { try body() } catch { throw Self.refusal(error) }
    }

    static func refusal(_ error: any Error) -> SkillFailure {
        let complaint = Complaint(error)
        let sentences = [complaint.message] + complaint.fieldFaults.map(\.message) + [complaint.hint].compactMap { $0 }
        let isRefused = (error as? Failure)?.kind == .keyRejected
        return SkillFailure(
            error: isRefused ? "Invalid credentials" : "Failed to add credentials",
            detail: sentences.joined(separator: " "),
            more: (error as? Failure)?.report.map { [("verification", $0.json)] } ?? [])
    }
}

extension SkillFailure {
    var isExistingCredential: Bool { more.contains { $0.0 == "action_required" } }
}

extension [ConnectorName] {
    var json: JSON { .array(map { .string($0.description) }) }
}

extension [AccountOverview] {
    /// `{account: [connectors]}`
    var connectorsByAccount: JSON {
        .object(JSONObject(map { ($0.name.description, $0.credentials.map(\.connector).json) }))
    }
}

extension Connector {
    /// What the scripts say of a connector's fields.
    var fieldMembers: [(String, JSON)] {
        let required = fields.filter(\.isRequired).map(\.name)
        return [
            ("required_fields", .array(required.map { .string($0) })),
            ("optional_fields", .array(fields.filter { !$0.isRequired }.map { .string($0.name) })),
            ("field_details", .object(configMap)),
            ("example_credentials", .object(JSONObject(required.map { ($0, .string("your_\($0)")) }))),
        ]
    }
}
