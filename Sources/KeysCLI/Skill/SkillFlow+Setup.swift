import Credentials
import KeyManagement
import OrderedJSON

// The set-up in four steps.
extension SkillFlow {
    func setup(_ vault: OpenVault) async throws -> JSON {
        guard let connector = try connector(), let source = arguments["--credentials"] else {
            return try await listExchanges(vault.keys)
        }
        guard let account = try account() else { return try await selectAccount(connector, source, vault.keys) }
        let existing = try await credentials(in: account, of: vault.keys)
        if !arguments.force, existing.contains(connector.name) {
            return confirmation(connector.name, account, existing)
        }
        do {
            let saved = try await save(source, for: connector, to: account, in: vault, existing: existing)
            let configured = try await credentials(in: account, of: vault.keys)
            return done(saved, configured: configured)
        } catch let failure as SkillFailure where failure.isExistingCredential {
            // Somebody else was quicker.
            let existing = try await credentials(in: account, of: vault.keys)
            return confirmation(connector.name, account, existing)
        }
    }

    private func listExchanges(_ keys: any KeyOperations) async throws -> JSON {
        let names = try await keys.connectors()
        return [
            "action": "list_exchanges",
            "message": "These connectors can be set up. Which one does the person trade on?",
            "connectors": names.json,
            "total_connectors": .integer(names.count),
            "current_accounts": try await keys.overview().accounts.connectorsByAccount,
            "next_step": "Call again with --connector to see what it asks for.",
            "example": .string("\(setupCommand) --connector binance"),
        ]
    }

    func showConfig(_ connector: Connector) -> JSON {
        .object(
            JSONObject(
                [
                    ("action", "show_config"),
                    ("message", .string("What \(connector.name) asks for. \(connector.note)")),
                    ("connector", .string(connector.name.description)),
                ] + connector.fieldMembers + [
                    (
                        "next_step",
                        .string(
                            "Ask the person to run `\(Self.safeWay(connector.name))` in a terminal of their own: it "
                                + "asks for the values without showing them. Do not ask for secrets in the "
                                + "conversation. A file is handed over with --credentials @FILE.")
                    ),
                    (
                        "example",
                        .string("\(setupCommand) --connector \(connector.name) --credentials @/path/to/keys.json")
                    ),
                ]))
    }

    private func selectAccount(_ connector: Connector, _ source: String, _ keys: any KeyOperations) async throws -> JSON
    {
        try checkInput(source, for: connector)
        let accounts = try await keys.overview().accounts
        return [
            "action": "select_account",
            "message": .string("Which account gets the credentials for \(connector.name)?"),
            "connector": .string(connector.name.description),
            "credentials_provided": true,
            "accounts": .array(
                accounts.map { account in
                    .object(
                        JSONObject([
                            ("account", .string(account.name.description)),
                            (
                                "has_\(connector.name)",
                                .bool(account.credentials.contains { $0.connector == connector.name })
                            ),
                        ]))
                }),
            "default_account": "master_account",
            "next_step": "Call again with the same options and --account.",
            "example": .string(
                "\(setupCommand) --connector \(connector.name) --credentials @/path/to/keys.json "
                    + "--account master_account"),
            "note": .string(
                "Nothing is saved yet. Where has_\(connector.name) is true, saving replaces what is there."),
        ]
    }

    private func confirmation(_ connector: ConnectorName, _ account: AccountName, _ existing: [ConnectorName]) -> JSON {
        [
            "action": "requires_confirmation",
            "message": .string("Credentials for \(connector) already exist in account \(account)."),
            "account": .string(account.description),
            "connector": .string(connector.description),
            "existing_connectors": existing.json,
            "warning": "Replacing moves the stored credentials to the trash, and bots deployed anew get the new ones.",
            "next_step": "Ask the person. If they agree, call again with --force.",
            "example": .string(
                "\(setupCommand) --connector \(connector) --credentials @/path/to/keys.json --account \(account) --force"
            ),
        ]
    }

    private func done(_ saved: SavedCredential, configured: [ConnectorName]) -> JSON {
        let what = saved.wasReplaced ? "were replaced" : "were added"
        let notices = saved.notices + (saved.wasReplaced ? [CredentialSaving.replacementNote] : [])
        return [
            "action": saved.wasReplaced ? "credentials_overridden" : "credentials_added",
            "message": .string(
                (["Credentials for \(saved.connector) \(what) in account \(saved.account)."] + notices)
                    .joined(separator: " ")),
            "account": .string(saved.account.description),
            "connector": .string(saved.connector.description),
            "was_override": .bool(saved.wasReplaced),
            "configured_connectors": configured.json,
            "next_step": .string("The connector is ready: bots deployed with account \(saved.account) can use it."),
        ]
    }
}
