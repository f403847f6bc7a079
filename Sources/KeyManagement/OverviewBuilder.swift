internal import CredentialVault
internal import Credentials
internal import EthereumKeyfile
internal import Synchronization

/// Turns snapshots of the tree into overviews, and keeps the last one for as long as nothing changed.
///
/// A file is interpreted once for each version of its bytes, not once for each question.
final class OverviewBuilder: Sendable {
    private struct Key: Hashable {
        let connector: ConnectorName
        let revision: Revision
    }

    private struct Interpreted {
        let reading: CredentialReading
        /// Whether a secret is known not to open, as of the vault's state with this number.
        var mismatch: (stateNumber: Int, isKnown: Bool)?
    }

    private struct State {
        var interpreted: [Key: Interpreted] = [:]
        var last: (snapshotGeneration: UInt64, stateNumber: Int, overview: VaultOverview)?
        var generation: UInt64 = 0
    }

    private let catalog: ConnectorCatalog
    private let state = Mutex(State())

    init(catalog: ConnectorCatalog) { self.catalog = catalog }

    func overview(
        of snapshot: StoreSnapshot, location: String, vault: Vault, hasVerification: () async throws -> Bool
    ) async throws -> VaultOverview {
        let stateNumber = await vault.stateNumber
        let known = state.withLock { state in
            state.last.flatMap {
                $0.snapshotGeneration == snapshot.generation && $0.stateNumber == stateNumber ? $0.overview : nil
            }
        }
        if let known { return known }
        var accounts: [AccountOverview] = []
        for account in snapshot.accounts {
            var overview = AccountOverview(name: account.name, credentials: [], warnings: account.warnings)
            for credential in account.credentials {
                overview.credentials.append(await reading(of: credential, vault: vault).summary)
            }
            accounts.append(overview)
        }
        let vaultState: VaultStatus.State =
            try await hasVerification() ? (await vault.isUnlocked ? .unlocked : .locked) : .uninitialized
        let status = VaultStatus(state: vaultState, location: location, warnings: snapshot.warnings)
        return state.withLock { state in
            state.generation += 1
            let overview = VaultOverview(status: status, accounts: accounts, generation: state.generation)
            state.last = (snapshot.generation, stateNumber, overview)
            let current = Set(snapshot.accounts.flatMap(\.credentials).compactMap(Self.key))
            if state.interpreted.count > 2 * current.count + 16 {
                state.interpreted = state.interpreted.filter { current.contains($0.key) }
            }
            return overview
        }
    }

    /// What a file says and how a list shows it.
    func reading(
        of credential: StoredCredential, vault: Vault
    ) async -> (reading: CredentialReading, summary: CredentialSummary) {
        let reading = interpret(credential)
        var summary = CredentialSummary(
            connector: credential.connector, state: .stored, problem: reading.problem,
            modifiedAt: credential.modifiedAt, revision: credential.revision)
        switch reading.condition {
        case .damaged: summary.state = .damaged
        case .unknownConnector: summary.state = .unknownConnector
        case .misfit: summary.state = .misfit
        case .good:
            if await hasKnownMismatch(reading, credential, vault: vault) {
                summary.state = .otherPassword
                summary.problem = "At least one secret does not open under the vault's password."
            }
        }
        return (reading, summary)
    }

    /// What every file of a snapshot says.
    func readings(of snapshot: StoreSnapshot) -> [CredentialReading] {
        snapshot.accounts.flatMap { $0.credentials.map(interpret) }
    }

    private func interpret(_ credential: StoredCredential) -> CredentialReading {
        let key = Self.key(credential)
        if let key, let known = state.withLock({ $0.interpreted[key]?.reading }) { return known }
        let reading: CredentialReading =
            switch credential.content {
            case .success(let document):
                CredentialReading(document, named: credential.connector, connector: catalog[credential.connector])
            case .failure(.document(let error)): CredentialReading(error)
            case .failure(.unreadable(let error)): CredentialReading(unreadableBecause: error.reason)
            }
        if let key { state.withLock { $0.interpreted[key] = Interpreted(reading: reading) } }
        return reading
    }

    private func hasKnownMismatch(
        _ reading: CredentialReading, _ credential: StoredCredential, vault: Vault
    ) async -> Bool {
        let keyfiles = reading.keyfiles.map(\.keyfile)
        guard await vault.isUnlocked, let key = Self.key(credential) else { return false }
        let stateNumber = await vault.stateNumber
        if let known = state.withLock({ $0.interpreted[key]?.mismatch }), known.stateNumber == stateNumber {
            return known.isKnown
        }
        let isKnown = await vault.hasKnownMismatch(keyfiles)
        state.withLock { $0.interpreted[key]?.mismatch = (stateNumber, isKnown) }
        return isKnown
    }

    private static func key(_ credential: StoredCredential) -> Key? {
        credential.revision.map { Key(connector: credential.connector, revision: $0) }
    }
}
