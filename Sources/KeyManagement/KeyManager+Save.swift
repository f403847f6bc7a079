internal import CredentialVault
internal import Credentials
internal import EthereumKeyfile

extension KeyManager {
    /// Checks the values against the connector's fields, seals and writes them. Derives nothing, unless an account has
    /// a verification file of its own that was not checked since unlocking.
    public func save(_ request: SaveRequest) async throws -> SavedCredential {
        let saved = try await Failure.translating { try await self.saveTranslated(request) }
        note(
            "credential saved",
            ["account": saved.account, "connector": saved.connector, "replaced": saved.wasReplaced])
        return saved
    }

    private func saveTranslated(_ request: SaveRequest) async throws -> SavedCredential {
        let snapshot = try await store.snapshot()
        guard let account = snapshot[request.account] else { throw StoreError.noSuchAccount(request.account) }
        guard let connector = catalog[request.connector] else { throw Failure.noSuchConnector(request.connector) }
        let credential = try Credential(parsing: request.input, for: connector)
        let existing = account[request.connector]
        let expectation = try expectation(of: request, existing: existing)
        guard await vault.isUnlocked else { throw VaultError.locked }
        var notices = credential.notices
        try await checkVerification(of: request.account, notices: &notices)
        if case .success(let document)? = existing?.content {
            let dropped = CredentialReading(document, named: request.connector, connector: connector).unknownKeys
            if !dropped.isEmpty {
                notices.append(
                    "Hummingbot does not know \(dropped.map(\.shownName).joined(separator: ", ")), so the new file goes "
                        + "without; the old file is in the undo store.")
            }
        }
        let document = try await vault.seal(
            credential.values, for: connector, avoiding: try await usedIVs(snapshot))
        let (revision, displaced) = try await store.write(
            document, for: request.connector, in: request.account, replacing: expectation)
        return SavedCredential(
            account: request.account, connector: request.connector, wasReplaced: displaced != nil, revision: revision,
            displaced: displaced, notices: notices)
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

    /// A bot checks the verification file of its own account: sealing under another password would lock it out.
    private func checkVerification(of account: AccountName, notices: inout [String]) async throws {
        guard !account.isMaster else { return }
        guard let file = try await store.verification(of: account) else {
            notices.append("\(account) has no .password_verification file, so no bot can start with it.")
            return
        }
        guard file != (try await store.verification(of: .master)) else { return }
        guard try await vault.opens(try PasswordVerification.keyfile(fromFile: file)) else {
            throw Failure(
                .wrongPassword,
                "The account \(account) belongs to another config password, so nothing can be added to it.",
                hint: "Copy .password_verification of master_account into it once its secrets are replaced.")
        }
    }

    private func usedIVs(_ snapshot: StoreSnapshot) async throws -> Set<[UInt8]> {
        var ivs = Set(try await allKeyfiles().map(\.iv))
        for account in snapshot.accounts {
            guard let file = try await store.verification(of: account.name) else { continue }
            if let keyfile = try? PasswordVerification.keyfile(fromFile: file) { ivs.insert(keyfile.iv) }
        }
        return ivs
    }
}

extension String {
    /// A name from a file, shortened and without control characters.
    var shownName: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.prefix(64).map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}
