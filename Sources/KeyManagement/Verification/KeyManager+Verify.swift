internal import CredentialVault
public import Credentials
public import ExchangeVerification
internal import OrderedJSON

extension KeyManager {
    /// Makes sure that there is a way to ask exchanges, and that the vault is unlocked.
    public func requireChecking() async throws {
        guard verification != nil else { throw Failure.cannotAsk }
        switch try await status().state {
        case .unlocked: break
        case .locked: throw Failure(VaultError.locked)
        case .uninitialized: throw Failure.noVault
        }
    }

    /// Checks a stored credential against its exchange and remembers the outcome. Costs a few network calls, and a
    /// derivation for each salt that was not used since unlocking.
    public func verify(
        _ connector: ConnectorName, in account: AccountName, choice: VerificationChoice
    ) async throws -> VerificationReport {
        try await Failure.translating { try await self.verifyTranslated(connector, in: account, choice: choice) }
    }

    private func verifyTranslated(
        _ connector: ConnectorName, in account: AccountName, choice: VerificationChoice
    ) async throws -> VerificationReport {
        guard let verification else { throw Failure.cannotAsk }
        let (reading, summary) = try await reading(of: connector, in: account)
        guard let known = catalog[connector] else { throw Failure.noSuchConnector(connector) }
        guard !reading.fields.isEmpty, let revision = summary.revision else {
            throw Failure(.damaged, summary.problem ?? "The file cannot be read.")
        }
        if let problem = reading.fields.lazy.compactMap(\.problemOfUnsealed).first {
            throw Failure(
                .damaged, "\(connector) of \(account) cannot be checked: \(problem)",
                hint: "Replace the credential, or restore its file from a backup.")
        }
        let opened = try await open(reading, problem: nil)
        if let problem = opened.problems.first {
            throw Failure(
                summary.state == .otherPassword ? .wrongPassword : .damaged,
                "\(connector) of \(account) cannot be checked: \(problem)",
                hint: "Replace the credential, or restore its file from a backup.")
        }
        let credential: Credential
        do {
            credential = try Credential(parsing: values(of: reading, opened.texts), for: known)
        } catch {
            throw Failure(
                .damaged, "\(connector) of \(account) cannot be checked: \(error.description)",
                hint: "Replace the credential, which keeps the old one in the undo store.")
        }
        let report = await verification.check(credential, choice: choice)
        try Task.checkCancellation()
        await keep(report, of: revision)
        note(
            "credential checked",
            ["account": account, "connector": connector, "outcome": report.outcome.rawValue])
        return report
    }

    /// Remembers an outcome. That it could not be remembered is no reason to take back what was done.
    func keep(_ report: VerificationReport, of revision: Revision) async {
        do {
            let live = try await store.snapshot().accounts.flatMap(\.credentials).compactMap(\.revision)
            try await store.keepOutcome(report.json.bytes(), of: revision, among: Set(live))
        } catch {
            note("the outcome of a check could not be kept")
        }
    }
}

extension CredentialReading.Field {
    /// What is wrong with the first secret that lies where a sealed one must; `nil` when there is none.
    ///
    /// It may be what a damage has left of a keyfile, which no exchange must see, and Hummingbot does not read it either.
    fileprivate var problemOfUnsealed: String? {
        switch value {
        case .plain(.secret): field?.storage == .sealed ? problem : nil
        case .nested(let fields): fields.lazy.compactMap(\.problemOfUnsealed).first
        case .absent, .sealed, .plain: nil
        }
    }
}

extension Failure {
    static var cannotAsk: Failure {
        Failure(.unsupported, "This program was started without a way to ask exchanges.")
    }
}
