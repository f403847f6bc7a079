internal import CredentialVault
public import Credentials
internal import EthereumKeyfile
internal import OrderedJSON

extension KeyManager {
    /// Opens a vault that is only read from: nothing is written there, not even a missing verification file.
    ///
    /// - Parameter password: Its password.
    /// - Throws: ``Failure`` of kind `wrongPassword`, `notConfigured`, `damaged`.
    public func unlockForReading(with password: Secret) async throws {
        try await Failure.translating {
            if let file = try await self.store.verification(of: .master) {
                return try await self.vault.unlock(
                    with: password, verification: try PasswordVerification.keyfile(fromFile: file),
                    existing: { self.keyfiles(of: try await self.store.snapshot()) })
            }
            let keyfiles = self.keyfiles(of: try await self.store.snapshot())
            guard !keyfiles.isEmpty else { throw Failure.nothingToImport }
            try await self.vault.open(try await self.vault.begin(with: password, proving: keyfiles))
        }
    }

    /// Takes credentials over from another vault, sealing them anew.
    ///
    /// - Parameters:
    ///   - source: The other vault, unlocked.
    ///   - account: For a source of one account: where its credentials go. For another: the only account to take. `nil`
    ///     takes all, each to the account of its name.
    ///   - origin: What the source is.
    ///   - mayReplace: Asked for a credential whose place is taken by other values.
    /// - Returns: What became of each.
    /// - Throws: ``Failure`` of kind `noSuchAccount`, `locked`, `storage`; a single credential's fault is part of the
    ///   result.
    public func importCredentials(
        from source: KeyManager, account: AccountName?, origin: ImportOrigin = .vault,
        mayReplace: @escaping @Sendable (ConnectorName, AccountName) async throws -> Bool
    ) async throws -> [ImportedCredential] {
        let outcomes = try await recording(
            AuditSubject(origin == .backup ? .backupRestore : .vaultImport, account: account),
            summary: ImportedCredential.summary(of:)
        ) {
            try await self.importing(from: source, account: account, mayReplace)
        }
        note("credentials imported", ["count": outcomes.count { $0.outcome == .imported || $0.outcome == .replaced }])
        return outcomes
    }

    private func importing(
        from source: KeyManager, account: AccountName?,
        _ mayReplace: @Sendable (ConnectorName, AccountName) async throws -> Bool
    ) async throws -> [ImportedCredential] {
        let overviews = try await source.overview().accounts
        var outcomes: [ImportedCredential] = []
        let isConf = try await Failure.translating { try await source.store.holdsOneAccount() }
        for (from, to) in try Self.ways(from: overviews.map(\.name), isConf: isConf, account) {
            guard let overview = overviews.first(where: { $0.name == from }), !overview.credentials.isEmpty else {
                continue
            }
            if try await !accounts().contains(to) { try await createAccount(to) }
            for credential in overview.credentials {
                var outcome = ImportedCredential(account: to, connector: credential.connector, outcome: .failed)
                do {
                    outcome.outcome = try await take(credential.connector, from: from, of: source, to: to, mayReplace)
                } catch let failure as Failure {
                    // A disk that refuses, or a vault that is locked, refuses everything.
                    guard ![.storage, .locked, .busy, .internal].contains(failure.kind) else { throw failure }
                    outcome.reason = ([failure.message] + failure.untoldFaults.map(\.message)).joined(separator: " ")
                }
                outcomes.append(outcome)
            }
        }
        return outcomes
    }

    /// Which account of the source goes where.
    private static func ways(
        from accounts: [AccountName], isConf: Bool, _ account: AccountName?
    ) throws -> [(from: AccountName, to: AccountName)] {
        guard let account else { return accounts.map { ($0, $0) } }
        if isConf { return accounts.map { ($0, account) } }
        guard accounts.contains(account) else {
            throw Failure(
                .noSuchAccount, "The other vault has no account \(account).",
                hint: "It has: \(accounts.map(\.description).joined(separator: ", ")).")
        }
        return [(account, account)]
    }

    private func take(
        _ connector: ConnectorName, from: AccountName, of source: KeyManager, to account: AccountName,
        _ mayReplace: @Sendable (ConnectorName, AccountName) async throws -> Bool
    ) async throws -> ImportedCredential.Outcome {
        let values = try await source.soundValues(of: connector, in: from)
        let isThere = try await credentials(in: account).contains { $0.connector == connector }
        if isThere {
            if let present = try? await soundValues(of: connector, in: account), present == values { return .same }
            guard try await mayReplace(connector, account) else { return .conflict }
        }
        _ = try await save(
            SaveRequest(account: account, connector: connector, input: values, mode: isThere ? .replace : .add))
        return isThere ? .replaced : .imported
    }

    /// A credential's values, every secret opened.
    ///
    /// - Throws: ``Failure`` when one does not open, or the file is not what it should be.
    private func soundValues(of connector: ConnectorName, in account: AccountName) async throws -> JSONObject {
        try await Failure.translating {
            let (reading, summary) = try await self.reading(of: connector, in: account)
            guard !reading.fields.isEmpty else {
                throw Failure(.damaged, summary.problem ?? "The file cannot be read.")
            }
            let opened = try await self.open(reading, problem: nil)
            guard opened.problems.isEmpty else {
                throw Failure(.damaged, opened.problems.joined(separator: " "))
            }
            return self.values(of: reading, opened.texts)
        }
    }
}

extension Failure {
    fileprivate static let nothingToImport = Failure(
        .notConfigured, "There is nothing in that folder that a password could open.",
        hint: "Name a bots folder, or the conf folder of a client or of a bot instance.")
}
