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
    /// The stored fields by name, secrets opened; a value that does not open is `null`.
    public let values: JSONObject
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
                    value: field.value == .absent ? nil : field.json { _ in "<secret>" }, problem: field.problem)
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
            let sealed = reading.keyfiles
            let opened = try await self.vault.open(sealed.map(\.keyfile))
            var texts: [String: String] = [:]
            var problems = [summary.problem].compactMap { $0 }
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
            let values = JSONObject(
                reading.fields.filter { $0.value != .absent }.map { field in
                    (field.path, field.json { texts[$0].map { .string($0) } ?? .null })
                })
            self.note("credential revealed", ["account": account, "connector": connector])
            return RevealedCredential(account: account, connector: connector, values: values, problems: problems)
        }
    }
}

extension CredentialReading.Field {
    /// The stored value; secrets become what `show` makes of their path.
    fileprivate func json(_ show: (String) -> JSON) -> JSON {
        switch value {
        case .absent: .null
        case .sealed: show(path)
        case .plain(.secret(let secret)):
            // A plain secret is one that Hummingbot keeps in the clear, or one that somebody put there by hand.
            if case .string("<secret>") = show(path) { .string("<secret>") } else { .string(secret.exposed()) }
        case .plain(let plain): plain.json { _ in "<secret>" }
        case .nested(let fields):
            .object(JSONObject(fields.filter { $0.value != .absent }.map { ($0.lastName, $0.json(show)) }))
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
