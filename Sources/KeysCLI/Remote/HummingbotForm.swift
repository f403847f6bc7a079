import Credentials
import KeyManagement
import OrderedJSON

/// The body of an addition at a real Hummingbot API: a value for every field that the server knows.
///
/// That server keeps the values of the last request of any account in memory and fills gaps with them.
struct HummingbotForm {
    let body: JSONObject
    /// Sentences that a person should read.
    let notices: [String]
    private let secrets: [String]

    /// - Parameters:
    ///   - connector: What the credential is for.
    ///   - input: Field names with their values.
    ///   - configMap: The server's own fields, in order.
    /// - Throws: ``Failure`` of kind `invalidInput`, or `unsupported` when the server asks for a field that this
    ///   program does not know.
    init(
        connector: ConnectorName, input: JSONObject, configMap: [(name: String, isRequired: Bool)]
    ) throws {
        let description = try ConnectorCatalog.standard.requiring(connector)
        let credential: Credential
        do throws(InvalidCredential) {
            credential = try Credential(parsing: input, for: description)
        } catch {
            throw Failure(error)
        }
        var body = JSONObject()
        var unknown: [String] = []
        for field in configMap {
            if let value = credential.values[field.name] {
                body[field.name] = value.json { $0.exposed() }
            } else if field.isRequired {
                throw Failure(
                    .unsupported,
                    "The server's \(connector) asks for \(Printable.line(field.name)), which this program does not know.",
                    hint: "Use a version of keys-manager that fits the server's.")
            } else {
                unknown.append(field.name)
            }
        }
        let known = Set(configMap.map(\.name))
        let left = credential.values.entries.filter { !known.contains($0.name) }.map(\.name)
        self.body = body
        secrets = Self.secrets(in: .map(credential.values)).filter { !$0.isEmpty }
        notices =
            credential.notices
            + unknown.map { "The server has a field \($0) that this program cannot fill; it keeps what it had." }
            + left.map { "The server does not know the field \($0); it was left out." }
    }

    /// A text of the server without the secrets that it may repeat.
    func withoutSecrets(_ text: String) -> String {
        secrets.reduce(text) { text, secret in
            text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "<secret>")
        }
    }

    private static func secrets(in value: FieldValue) -> [String] {
        switch value {
        case .secret(let secret): [secret.exposed()]
        case .map(let values): values.entries.flatMap { secrets(in: $0.value) }
        default: []
        }
    }
}
