public import OrderedJSON

/// The checked values for one connector.
public struct Credential: Sendable {
    /// The connector whose fields the values fill.
    public let connector: Connector
    /// A value for every field of the connector, in its order: what was given, else Hummingbot's default.
    public let values: FieldValues
    /// Sentences that a person should read: older Hummingbot versions, a field sealed against its description.
    public let notices: [String]

    /// Reads a credential from what a person or a client gave.
    ///
    /// Names may be short (``Connector/field(named:)``); blank values count as absent; values may be texts where the
    /// field wants a number, a yes or no, a list or an object. White space around values goes, and a pasted PEM key, an
    /// `HL:` before an address and the case of a choice are put right.
    ///
    /// - Parameters:
    ///   - input: Field names with their values.
    ///   - connector: What the credential is for.
    /// - Throws: ``InvalidCredential`` with every fault that was found; it names fields, never values.
    public init(parsing input: JSONObject, for connector: Connector) throws(InvalidCredential) {
        var parser = FieldParser()
        let given = parser.assign(input, at: "", allowed: connector.fields) { connector.field(named: $0) }
        let values = parser.values(of: connector.fields, from: given, at: "")
        guard parser.faults.isEmpty else { throw InvalidCredential(faults: parser.faults) }
        self.connector = connector
        self.values = values
        let sealingNotices = connector.fields.compactMap { given[$0.name] == nil ? nil : $0.sealingNotice }
        notices = [connector.compatibilityWarning].compactMap { $0 } + sealingNotices
    }
}
