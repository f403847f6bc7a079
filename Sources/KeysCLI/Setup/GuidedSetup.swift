import Credentials
import KeyManagement
import OrderedJSON

/// Leads a person at a terminal through the set-up of one exchange.
struct GuidedSetup {
    let session: Session
    let connector: String?
    let credentials: CredentialsOption
    let account: String?
    let force: Bool
    let verification: VerificationOptions
    let exchanges: ExchangeOptions

    /// - Throws: ``CommandError`` when nobody is there to ask, or when the person stops.
    func run() async throws {
        guard let prompter = session.prompter else {
            throw CommandError.nobodyToAsk(
                "The set-up asks questions, and nobody is there to answer.",
                hint: "Use --format json and give the options, or keys-manager credential add.")
        }
        try await ExchangeAccess.with(
            session, exchanges, for: connector.flatMap { try? ConnectorName(normalizing: $0) },
            policy: verification.policy
        ) { access in
            try await session.withVault(asking: access) { vault in try await run(in: vault, prompter) }
        }
    }

    private func run(in vault: OpenVault, _ prompter: Prompter) async throws {
        let keys = vault.keys
        let accounts = try await keys.overview().accounts
        let connector = try chooseConnector(prompter)
        prompter.say("")
        prompter.say(connector.note)
        if let warning = connector.compatibilityWarning { prompter.say(warning) }
        let account = try chooseAccount(prompter, accounts, connector)
        if keys is KeysManagerServer, !exchanges.urls.isEmpty { throw ExchangeOptions.askedOfServer }
        let isThere = account.credentials.contains { $0.connector == connector.name }
        if isThere, !force {
            try session.confirm("\(account.name) has a credential for \(connector.name) already. Replace it?")
        }
        let given = try credentials.given(in: session)
        // Before the questions: a mistyped password should not cost the answers.
        try await session.unlock(vault)
        prompter.say("")
        let input = try given ?? FieldForm(prompter: prompter).fill(connector)
        let request = SaveRequest(
            account: account.name, connector: connector.name, input: input, mode: isThere ? .replace : .add,
            expectedRevision: account.credentials.first { $0.connector == connector.name }?.revision,
            choice: verification.choice)
        let saved = try await Progress.showing(verification.activity(for: connector.name), in: session) {
            try await keys.save(request)
        }
        try CredentialSaving.report(saved, on: session.output)
        if saved.wasReplaced, !(keys is HummingbotServer) {
            session.output.note(CredentialSaving.replacementNote)
        }
    }

    private func chooseConnector(_ prompter: Prompter) throws -> Connector {
        let catalog = ConnectorCatalog.standard
        if let connector { return try catalog.requiring(ConnectorName(normalizing: connector)) }
        let usual = catalog.connectors.filter { !$0.isTestnet }
        prompter.say("\(usual.count) connectors are known, and testnets beside them.")
        var next: String?
        while true {
            let text = try next ?? prompter.ask("Exchange, or a part of its name; Enter lists all")
            next = nil
            let matches =
                text.isEmpty
                ? usual : catalog.connectors.filter { ConnectorSearch.matches(text, name: $0.name, connector: $0) }
            guard let first = matches.first else {
                prompter.say("No connector has that in its name.")
                continue
            }
            if matches.count == 1 {
                prompter.say("\(first.name), \(first.exchange) \(first.market.rawValue)")
                return first
            }
            let names = matches.map(\.name.description)
            for (number, name) in names.enumerated() { prompter.say("  \(number + 1)  \(name)") }
            let answer = try prompter.ask("Which one; another text searches again, Enter goes back")
            if let name = Prompter.match(answer, among: names) { return try catalog.requiring(ConnectorName(name)) }
            next = answer.isEmpty ? nil : answer
        }
    }

    private func chooseAccount(
        _ prompter: Prompter, _ accounts: [AccountOverview], _ connector: Connector
    ) throws -> AccountOverview {
        if let account {
            let name = try AccountName(account)
            guard let known = accounts.first(where: { $0.name == name }) else {
                throw Failure(
                    .noSuchAccount, "There is no account \(name).",
                    hint: "keys-manager account create \(name) creates it.")
            }
            return known
        }
        if accounts.count == 1, let only = accounts.first { return only }
        let lines = accounts.map { account in
            account.credentials.contains { $0.connector == connector.name }
                ? "\(account.name) (has \(connector.name))" : account.name.description
        }
        prompter.say("")
        for (number, line) in lines.enumerated() { prompter.say("  \(number + 1)  \(line)") }
        let names = accounts.map(\.name.description)
        let name = try prompter.ask(
            "Account", usual: names.first, complaint: "Please answer with a number or a name of the list."
        ) { Prompter.match($0, among: names) }
        return accounts.first { $0.name.description == name } ?? accounts[0]
    }
}
