import CredentialVault
import Credentials
import ExchangeVerification
import KeyManagement
import OrderedJSON

/// What adding and replacing have in common: get the values, save them, say what came of it.
struct CredentialSaving {
    let session: Session
    let connector: ConnectorName
    let account: AccountName
    let credentials: CredentialsOption
    let password: PasswordOptions
    let verification: VerificationOptions
    let exchanges: ExchangeOptions

    func run(mode: SaveRequest.Mode, revision: Revision?) async throws {
        let (saved, isOurs) = try await ExchangeAccess.with(
            session, exchanges, for: connector, policy: verification.policy
        ) { access in
            try await session.withVault(asking: access) { vault in
                try await save(in: vault, mode: mode, revision: revision)
            }
        }
        try Self.report(saved, on: session.output)
        if saved.wasReplaced, isOurs { session.output.note(Self.replacementNote) }
    }

    private func save(
        in vault: OpenVault, mode: SaveRequest.Mode, revision: Revision?
    ) async throws -> (saved: SavedCredential, isOurs: Bool) {
        let keys = vault.keys
        if keys is KeysManagerServer, !exchanges.urls.isEmpty { throw ExchangeOptions.askedOfServer }
        // A person should not type a whole key to learn that there is one already.
        try await Self.check(mode, connector: connector, account: account, in: keys)
        let given = try credentials.given(in: session)
        if given == nil { try checkThatSomebodyIsThere() }
        // Before the questions: a mistyped password should not cost the answers.
        try await session.unlock(vault, with: password)
        let input = try given ?? ask()
        let request = SaveRequest(
            account: account, connector: connector, input: input, mode: mode, expectedRevision: revision,
            choice: verification.choice)
        let saved = try await Progress.showing(verification.activity(for: connector), in: session) {
            try await keys.save(request)
        }
        return (saved, !(keys is HummingbotServer))
    }

    /// What a person should know who replaced a key under a running Hummingbot.
    static let replacementNote =
        "A running Hummingbot API goes on with the old key until it restarts; it notices new credentials within five "
        + "minutes by itself. Deployed bots keep their own copies."

    /// Prints a saved credential, its notices and the way back.
    static func report(_ saved: SavedCredential, on output: Output) throws {
        try output.result(
            json(saved),
            sentence: saved.wasReplaced
                ? "Replaced \(saved.connector) in \(saved.account)." : "Added \(saved.connector) to \(saved.account).")
        if let report = saved.report { KeyReport(report: report).tell(of: saved.connector, on: output) }
        let told = saved.report?.notices(about: saved.connector) ?? []
        for notice in saved.notices where !told.contains(notice) { output.note(notice) }
        Undo.explain(saved.displaced, on: output)
    }

    private static func json(_ saved: SavedCredential) -> JSON {
        [
            "account": .string(saved.account.description),
            "connector": .string(saved.connector.description),
            "replaced": .bool(saved.wasReplaced),
            "revision": saved.revision.map { .string($0.description) } ?? .null,
            "undo": Undo.json(saved.displaced),
            "verification": saved.report?.json ?? .null,
            "notices": .array(saved.notices.map { .string($0) }),
        ]
    }

    private static func check(
        _ mode: SaveRequest.Mode, connector: ConnectorName, account: AccountName, in keys: any KeyOperations
    ) async throws {
        let isThere = try await keys.credentials(in: account).contains { $0.connector == connector }
        switch (mode, isThere) {
        case (.add, true):
            throw Failure(
                .credentialExists, "\(account) has a credential for \(connector) already.",
                hint: "keys-manager credential replace \(connector) --account \(account) replaces it.")
        case (.replace, false):
            throw Failure(
                .noSuchCredential, "\(account) has no credential for \(connector).",
                hint: "keys-manager credential add \(connector) --account \(account) adds one.")
        default: break
        }
    }

    private var nobodyToAsk: CommandError {
        .nobodyToAsk(
            "The fields of \(connector) have to be given.",
            hint: "Run this in a terminal, or give --credentials - and the JSON on standard input.")
    }

    private func checkThatSomebodyIsThere() throws {
        _ = try ConnectorCatalog.standard.requiring(connector)
        guard session.prompter != nil else { throw nobodyToAsk }
    }

    private func ask() throws -> JSONObject {
        let description = try ConnectorCatalog.standard.requiring(connector)
        guard let prompter = session.prompter else { throw nobodyToAsk }
        prompter.say(description.note)
        return try FieldForm(prompter: prompter).fill(description)
    }
}
