internal import CredentialVault
internal import Credentials
internal import EthereumKeyfile
internal import ExchangeVerification
internal import OrderedJSON
internal import Synchronization

/// Turns snapshots of the tree into overviews, and keeps the last one for as long as nothing changed.
///
/// A file is interpreted once for each version of its bytes, not once for each question.
final class OverviewBuilder: Sendable {
    private struct Key: Hashable {
        let connector: ConnectorName
        let revision: Revision
    }

    /// What a file says, in every way that is asked for.
    private struct Interpreted: Sendable {
        let reading: CredentialReading
        let keyfiles: [Keyfile]
        /// Whether a secret is known not to open, as of the vault's state with this number.
        var mismatch: (stateNumber: Int, isKnown: Bool)?
    }

    private struct State {
        var interpreted: [Key: Interpreted] = [:]
        var reports: [Revision: (bytes: [UInt8], report: VerificationReport?)] = [:]
        var last: (snapshotGeneration: UInt64, stateNumber: Int, overview: VaultOverview)?
    }

    private let catalog: ConnectorCatalog
    private let state = Mutex(State())

    init(catalog: ConnectorCatalog) { self.catalog = catalog }

    func overview(of snapshot: StoreSnapshot, location: String, vault: Vault) async -> VaultOverview {
        let stateNumber = await vault.stateNumber
        let known = state.withLock { state in
            state.last.flatMap {
                $0.snapshotGeneration == snapshot.generation && $0.stateNumber == stateNumber ? $0.overview : nil
            }
        }
        if let known { return known }
        let isUnlocked = await vault.isUnlocked
        let stored = snapshot.accounts.flatMap(\.credentials)
        var summaries = await readings(of: stored, in: snapshot, vault: vault).map(\.summary)[...]
        let accounts = snapshot.accounts.map { account in
            let own = summaries.prefix(account.credentials.count)
            summaries = summaries.dropFirst(account.credentials.count)
            return AccountOverview(name: account.name, credentials: Array(own), warnings: account.warnings)
        }
        let vaultState: VaultStatus.State =
            snapshot[.master]?.verification == nil ? .uninitialized : isUnlocked ? .unlocked : .locked
        let status = VaultStatus(
            state: vaultState, location: location,
            warnings: snapshot.warnings + VaultStatus.warnings(about: location))
        return state.withLock { state in
            let current = Set(stored.compactMap(Self.key))
            if state.interpreted.count > 2 * current.count + 16 {
                state.interpreted = state.interpreted.filter { current.contains($0.key) }
            }
            // The tree was read again, yet the number rises only when what it says is new.
            let last = state.last?.overview
            var overview = VaultOverview(status: status, accounts: accounts, generation: last?.generation ?? 1)
            if let last, last != overview { overview.generation += 1 }
            state.last = (snapshot.generation, stateNumber, overview)
            return overview
        }
    }

    /// The findings about files; each is read once. What cannot be read counts as absent.
    private func reports(in snapshot: StoreSnapshot) -> [Revision: VerificationReport] {
        state.withLock { state in
            let known = state.reports
            state.reports = [:]
            for (revision, bytes) in snapshot.outcomes {
                if let old = known[revision], old.bytes == bytes {
                    state.reports[revision] = old
                } else {
                    let report = (try? JSON(parsing: bytes)).flatMap(VerificationReport.init(json:))
                    state.reports[revision] = (bytes, report)
                }
            }
            return state.reports.compactMapValues(\.report)
        }
    }

    /// What some of a snapshot's files say and how a list shows them, in the order of the files.
    func readings(
        of stored: [StoredCredential], in snapshot: StoreSnapshot, vault: Vault
    ) async -> [(reading: CredentialReading, summary: CredentialSummary)] {
        let interpreted = interpret(stored)
        let reports = reports(in: snapshot)
        let mismatches = await knownMismatches(among: stored, interpreted, vault: vault)
        return zip(zip(stored, interpreted), mismatches).map { pair, isMismatch in
            let (credential, reading) = (pair.0, pair.1.reading)
            var summary = CredentialSummary(
                connector: credential.connector, state: .stored, problem: reading.problem,
                modifiedAt: credential.modifiedAt, revision: credential.revision,
                report: credential.revision.flatMap { reports[$0] })
            switch reading.condition {
            case .damaged: summary.state = .damaged
            case .unknownConnector: summary.state = .unknownConnector
            case .misfit: summary.state = .misfit
            case .good where isMismatch:
                summary.state = .otherPassword
                summary.problem = "At least one secret does not open under the vault's password."
            case .good: break
            }
            return (reading, summary)
        }
    }

    /// Every sealed value of a snapshot that can be read, those of unknown connectors included.
    func keyfiles(of snapshot: StoreSnapshot) -> [Keyfile] {
        interpret(snapshot.accounts.flatMap(\.credentials)).flatMap(\.keyfiles)
    }

    private func interpret(_ stored: [StoredCredential]) -> [Interpreted] {
        let known = state.withLock { state in
            stored.map { credential in Self.key(credential).flatMap { state.interpreted[$0] } }
        }
        var fresh: [Key: Interpreted] = [:]
        let interpreted = zip(stored, known).map { credential, known in
            if let known { return known }
            let interpreted = interpret(credential)
            if let key = Self.key(credential) { fresh[key] = interpreted }
            return interpreted
        }
        if !fresh.isEmpty {
            state.withLock { [fresh] state in state.interpreted.merge(fresh) { known, _ in known } }
        }
        return interpreted
    }

    private func interpret(_ credential: StoredCredential) -> Interpreted {
        switch credential.content {
        case .success(let document):
            let reading = CredentialReading(
                document, named: credential.connector, connector: catalog[credential.connector])
            return Interpreted(reading: reading, keyfiles: document.keyfiles)
        case .failure(.document(let error)): return Interpreted(reading: CredentialReading(error), keyfiles: [])
        case .failure(.unreadable(let error)):
            return Interpreted(reading: CredentialReading(unreadableBecause: error.reason), keyfiles: [])
        }
    }

    /// Asks the vault once, and only about what is not known for its present state.
    private func knownMismatches(
        among stored: [StoredCredential], _ interpreted: [Interpreted], vault: Vault
    ) async -> [Bool] {
        guard await vault.isUnlocked else { return stored.map { _ in false } }
        let stateNumber = await vault.stateNumber
        var answers = interpreted.map { $0.mismatch?.stateNumber == stateNumber ? $0.mismatch?.isKnown : nil }
        let open = answers.indices.filter { answers[$0] == nil }
        let found = await vault.knownMismatches(in: open.map { interpreted[$0].keyfiles })
        for (position, isKnown) in zip(open, found.isKnown) { answers[position] = isKnown }
        state.withLock { [answers] state in
            for position in open {
                guard let key = Self.key(stored[position]), let isKnown = answers[position] else { continue }
                state.interpreted[key]?.mismatch = (found.stateNumber, isKnown)
            }
        }
        return answers.map { $0 ?? false }
    }

    private static func key(_ credential: StoredCredential) -> Key? {
        credential.revision.map { Key(connector: credential.connector, revision: $0) }
    }
}
