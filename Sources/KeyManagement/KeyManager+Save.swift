internal import CredentialVault
internal import Credentials
internal import EthereumKeyfile
internal import ExchangeVerification

extension KeyManager {
    /// Checks the values against the connector's fields and with the exchange, then seals and writes them. Derives
    /// nothing, unless an account has a verification file of its own that was not checked since unlocking.
    public func save(_ request: SaveRequest) async throws -> SavedCredential {
        let saved = try await Failure.translating { try await self.saveTranslated(request) }
        note(
            "credential saved",
            ["account": saved.account, "connector": saved.connector, "replaced": saved.wasReplaced])
        return saved
    }

    private func saveTranslated(_ request: SaveRequest) async throws -> SavedCredential {
        // Everything that this machine can tell comes before the exchange is asked.
        let prepared = try await prepare(request)
        if verification == nil, request.choice.asksExchange == true { throw Failure.cannotAsk }
        let action: AuditAction = prepared.isReplacement ? .credentialReplace : .credentialAdd
        return try await recording(
            AuditSubject(action, account: request.account, connector: request.connector)
        ) { [prepared] in try await self.save(prepared, request) }
    }

    private func save(_ first: Prepared, _ request: SaveRequest) async throws -> SavedCredential {
        var prepared = first
        let report = try await verification?.admit(prepared.credential, choice: request.choice)
        // Asking takes time, in which the vault may have changed.
        if report != nil { prepared = try await prepare(request) }
        let document = try await vault.seal(
            prepared.credential.values, for: prepared.credential.connector, avoiding: usedIVs(prepared.snapshot))
        let (revision, displaced) = try await store.write(
            document, for: request.connector, in: request.account, replacing: prepared.expectation,
            sealedBeside: prepared.snapshot[.master]?.verification,
            digest: try await vault.digest(
                of: document.bytes, file: "\(request.connector).yml", account: request.account.description))
        if let report { await keep(report, of: revision) }
        return SavedCredential(
            account: request.account, connector: request.connector, wasReplaced: displaced != nil, revision: revision,
            displaced: displaced, report: report,
            notices: (report?.notices(about: request.connector) ?? []) + prepared.notices)
    }

    /// What a request comes to, once nothing that this machine can tell stands against it.
    private struct Prepared {
        let snapshot: StoreSnapshot
        let credential: Credential
        let expectation: Expectation
        let isReplacement: Bool
        let notices: [String]
    }

    private func prepare(_ request: SaveRequest) async throws -> Prepared {
        let snapshot = try await store.snapshot()
        guard let account = snapshot[request.account] else { throw StoreError.noSuchAccount(request.account) }
        guard let connector = catalog[request.connector] else { throw Failure.noSuchConnector(request.connector) }
        let credential = try Credential(parsing: request.input, for: connector)
        let existing = account[request.connector]
        let expectation = try expectation(of: request, existing: existing)
        guard await vault.isUnlocked else { throw VaultError.locked }
        var notices = credential.notices
        try await checkPassword(snapshot)
        try await checkVerification(of: account, snapshot, notices: &notices)
        if case .success(let document)? = existing?.content {
            let dropped = CredentialReading(document, named: request.connector, connector: connector).unknownKeys
            if !dropped.isEmpty {
                let names = dropped.map { String($0.unicodeScalars.prefix(64)).printable }
                notices.append(
                    "Hummingbot does not know \(names.joined(separator: ", ")), so the new file goes "
                        + "without; the old file is in the undo store.")
            }
        }
        return Prepared(
            snapshot: snapshot, credential: credential, expectation: expectation, isReplacement: existing != nil,
            notices: notices)
    }

    private func expectation(of request: SaveRequest, existing: StoredCredential?) throws -> Expectation {
        switch (request.mode, request.expectedRevision) {
        case (.add, _):
            guard existing == nil else { throw StoreError.credentialExists(request.connector, request.account) }
            return .absent
        case (.replace, let revision?): return .revision(revision)
        case (.replace, nil):
            guard existing != nil else { throw StoreError.noSuchCredential(request.connector, request.account) }
            return .present
        case (.addOrReplace, let revision?): return .revision(revision)
        case (.addOrReplace, nil): return .anything
        }
    }

    /// Another process may have changed the vault's password since it was unlocked here; what would be sealed now, nobody
    /// could open.
    private func checkPassword(_ snapshot: StoreSnapshot) async throws {
        guard let file = snapshot[.master]?.verification else { return }
        if try await vault.endStaleSession(beside: try PasswordVerification.keyfile(fromFile: file)) {
            throw Failure(
                .locked, "The vault's config password was changed since the vault was unlocked.",
                hint: "Unlock it with the new password, then try again; nothing was changed.")
        }
    }

    /// A bot checks the verification file of its own account: sealing under another password would lock it out.
    private func checkVerification(
        of account: StoredAccount, _ snapshot: StoreSnapshot, notices: inout [String]
    ) async throws {
        guard let file = account.verification else {
            notices.append(
                "\(account.name) has no .password_verification file that can be read, so no bot can start with it.")
            return
        }
        guard file != snapshot[.master]?.verification else { return }
        let verification: Keyfile
        do {
            verification = try PasswordVerification.keyfile(fromFile: file)
        } catch {
            throw Failure(
                .damaged,
                "The file .password_verification of \(account.name) is damaged, so nothing can be added to it.",
                hint: "If the account has the same config password, copy the file of master_account into its folder.")
        }
        guard try await vault.opens(verification) else {
            throw Failure(
                .wrongPassword,
                "The account \(account.name) belongs to another config password, so nothing can be added to it.",
                hint: "Copy .password_verification of master_account into it once its secrets are replaced.")
        }
    }

    private func usedIVs(_ snapshot: StoreSnapshot) -> Set<[UInt8]> {
        let verifications = Set(snapshot.accounts.compactMap(\.verification)).compactMap {
            try? PasswordVerification.keyfile(fromFile: $0)
        }
        return Set((keyfiles(of: snapshot) + verifications).map(\.iv))
    }
}
