internal import CredentialVault
public import Credentials
internal import EthereumKeyfile
public import OrderedJSON

/// A credential with its secrets in the clear. It prints nothing of itself.
public struct RevealedCredential: Sendable, CustomStringConvertible, CustomReflectable {
    /// Whose credential it is.
    public let account: AccountName
    /// What it is for.
    public let connector: ConnectorName
    /// The stored fields by name, secrets opened; without those that do not open.
    public let values: JSONObject
    /// The paths of the secrets that do not open.
    public let unopened: [String]
    /// Sentences about values that do not open or came out implausible.
    public let problems: [String]

    /// Always `<revealed credential>`.
    public var description: String { "<revealed credential>" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension KeyManager {
    /// The fields of one credential, secrets only as present or absent. Derives nothing.
    public func details(of connector: ConnectorName, in account: AccountName) async throws -> CredentialDetails {
        let (reading, summary) = try await Failure.translating {
            try await self.reading(of: connector, in: account)
        }
        return CredentialDetails(
            account: account, summary: summary,
            fields: reading.fields.map { field in
                CredentialDetails.Field(
                    name: field.path, label: field.field?.label ?? field.path,
                    isSecret: field.field?.isSecret ?? false, isPresent: field.value != .absent,
                    value: field.masked, problem: field.problem)
            })
    }

    /// One credential with its secrets in the clear; for the terminal of this machine only, never for an API. Costs a
    /// derivation for each salt that was not used since unlocking.
    ///
    /// - Throws: ``Failure`` of kind `locked`, `noSuchAccount`, `noSuchCredential`, `damaged`.
    public func reveal(_ connector: ConnectorName, in account: AccountName) async throws -> RevealedCredential {
        try await Failure.translating {
            let (reading, summary) = try await self.reading(of: connector, in: account)
            if reading.fields.isEmpty {
                throw Failure(.damaged, summary.problem ?? "The file cannot be read.")
            }
            // Recorded before anything is shown: what cannot be recorded is not revealed.
            let opened = try await self.recording(
                AuditSubject(.credentialReveal, account: account, connector: connector)
            ) { try await self.open(reading, problem: summary.problem) }
            self.note("credential revealed", ["account": account, "connector": connector])
            return RevealedCredential(
                account: account, connector: connector, values: self.values(of: reading, opened.texts),
                unopened: opened.unopened, problems: opened.problems)
        }
    }

    /// The stored fields by name, with the opened texts of their secrets; without those that did not open.
    func values(of reading: CredentialReading, _ texts: [String: String]) -> JSONObject {
        JSONObject(
            reading.fields.compactMap { field in
                field.json(opened: { texts[$0].map { .string($0) } }).map { (field.path, $0) }
            })
    }

    /// Opens every secret of a credential.
    ///
    /// - Parameters:
    ///   - reading: The credential.
    ///   - problem: What is known to be wrong with it.
    /// - Returns: The texts by their paths, the paths of those that do not open, and sentences about what is wrong.
    /// - Throws: `VaultError/locked`.
    func open(
        _ reading: CredentialReading, problem: String?
    ) async throws -> (texts: [String: String], unopened: [String], problems: [String]) {
        let sealed = reading.keyfiles
        let opened = try await vault.open(sealed.map(\.keyfile))
        var texts: [String: String] = [:]
        var problems = [problem].compactMap { $0 }
        for ((path, _), result) in zip(sealed, opened) {
            switch result {
            case .success(let bytes):
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    problems.append("\(path) opens, yet to bytes that are no text: its IV is damaged.")
                    continue
                }
                texts[path] = text
            case .failure(let error): problems.append("\(path) does not open: \(error.sentence).")
            }
        }
        for field in reading.fields {
            if let field = field.implausible(texts) {
                problems.append("\(field) opens, yet to a text that cannot be right: its IV may be damaged.")
            }
        }
        return (texts, sealed.map(\.path).filter { texts[$0] == nil }, problems)
    }
}

extension CredentialReading.Field {
    /// The stored value with every secret hidden; `nil` when the file does not have it.
    fileprivate var masked: JSON? {
        json(opened: { _ in "<secret>" }, plainSecret: { _ in "<secret>" })
    }

    /// The stored value; sealed ones become what `opened` makes of their path.
    ///
    /// - Parameters:
    ///   - opened: Gives `nil` for what does not open.
    ///   - plainSecret: Shows a secret that lies in the clear: one that Hummingbot keeps so, or that somebody put there.
    /// - Returns: `nil` when the file does not have it, or it does not open.
    fileprivate func json(
        opened: (String) -> JSON?, plainSecret: (Secret) -> JSON = { .string($0.exposed()) }
    ) -> JSON? {
        switch value {
        case .absent: nil
        case .sealed: opened(path)
        case .plain(.secret(let secret)): plainSecret(secret)
        case .plain(let plain): plain.json { _ in "<secret>" }
        case .nested(let fields):
            .object(
                JSONObject(
                    fields.compactMap { field in
                        field.json(opened: opened, plainSecret: plainSecret).map { (field.lastName, $0) }
                    }))
        }
    }

    private var lastName: String { path.split(separator: ".").last.map(String.init) ?? path }

    /// The path of the first opened text that its field would not take.
    fileprivate func implausible(_ texts: [String: String]) -> String? {
        switch value {
        case .sealed:
            guard let text = texts[path], let field, !field.accepts(.secret(Secret(text))) else { return nil }
            return path
        case .nested(let fields): return fields.lazy.compactMap { $0.implausible(texts) }.first
        case .absent, .plain: return nil
        }
    }
}
