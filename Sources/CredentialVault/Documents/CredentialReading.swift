public import Credentials
public import EthereumKeyfile

/// What a connector file says, field by field, without opening anything; and whether Hummingbot would take it.
public struct CredentialReading: Sendable, Equatable {
    /// A field of the catalogue as the file has it.
    public struct Field: Sendable, Equatable {
        /// The value that was found.
        public indirect enum Value: Sendable, Equatable {
            case absent
            case plain(FieldValue)
            case sealed(Keyfile)
            /// A nested model or a group of records.
            case nested([Field])
        }

        /// The field's path, such as `account_type.private_key`.
        public var path: String
        /// The catalogue's entry; `nil` for a key that the connector does not have.
        public var field: ConfigField?
        /// What the file has.
        public var value: Value
        /// One sentence on what is wrong with it, never with the value; or `nil`.
        public var problem: String?
    }

    /// How bad it is; see `CredentialSummary.State` for the words that people see.
    public enum Condition: Sendable, Equatable {
        case good
        /// It reads, but Hummingbot would refuse it or read something else.
        case misfit
        /// No connector of this name is known.
        case unknownConnector
        /// It is no credential at all.
        case damaged
    }

    /// How bad it is.
    public var condition: Condition
    /// The first problem, or `nil` when the condition is good.
    public var problem: String?
    /// Empty unless the connector is known.
    public var fields: [Field]
    /// Top-level keys that the connector does not have; Hummingbot refuses a whole account for one.
    public var unknownKeys: [String]

    /// Every sealed value with its path, nested ones included.
    public var keyfiles: [(path: String, keyfile: Keyfile)] { fields.flatMap(\.keyfiles) }
}

extension CredentialReading.Field {
    fileprivate var keyfiles: [(path: String, keyfile: Keyfile)] {
        switch value {
        case .sealed(let keyfile): [(path, keyfile)]
        case .nested(let fields): fields.flatMap(\.keyfiles)
        case .absent, .plain: []
        }
    }

    fileprivate var problems: [String] {
        let inner: [String] =
            if case .nested(let fields) = value { fields.flatMap(\.problems) } else { [] }
        return (problem.map { [$0] } ?? []) + inner
    }
}

extension CredentialReading {
    /// Reads a document as the file of a connector.
    ///
    /// - Parameters:
    ///   - document: What the file holds.
    ///   - name: The connector that the file's name says.
    ///   - connector: The catalogue's entry for `name`, or `nil` when there is none.
    public init(_ document: CredentialDocument, named name: ConnectorName, connector: Connector?) {
        self.init(condition: .good, problem: nil, fields: [], unknownKeys: [])
        guard case .text(let said)? = document["connector"] else {
            condition = .damaged
            problem = "The file does not say which connector it is for."
            return
        }
        guard let connector else {
            condition = .unknownConnector
            problem = "Hummingbot has no connector \(name)."
            return
        }
        fields = connector.fields.map { Self.field($0, document[$0.name], path: $0.name) }
        unknownKeys = document.items.map(\.name).filter { $0 != "connector" && connector[$0] == nil }
        if said != name.description {
            problem = "The file says that it is for another connector than its name does."
        } else if !unknownKeys.isEmpty {
            problem = "The file has a key that \(name) does not know; Hummingbot refuses the whole account for it."
        } else {
            problem = fields.lazy.flatMap(\.problems).first
        }
        if problem != nil { condition = .misfit }
    }

    /// Describes a file whose bytes are no document.
    public init(_ error: DocumentError) {
        let problem =
            switch error {
            case .empty: "The file is empty."
            case .tooLarge: "The file is larger than any credential."
            case .notUTF8: "The file is not UTF-8 text."
            case .notYAML(let line) where line > 0: "The file is not valid YAML (line \(line))."
            case .notYAML: "The file is not valid YAML."
            case .duplicateKey(let line): "The file has the same key twice (line \(line))."
            case .keyNotText: "The file has a key that is no text."
            case .notAMap: "The file holds no named values."
            case .tooComplex: "The file is nested more deeply than any credential."
            case .foreignTag: "The file uses a YAML tag that Hummingbot does not accept."
            }
        self.init(condition: .damaged, problem: problem, fields: [], unknownKeys: [])
    }

    /// Describes a file whose bytes the operating system does not give.
    public init(unreadableBecause reason: String) {
        self.init(
            condition: .damaged, problem: "The file cannot be read: \(reason).", fields: [], unknownKeys: [])
    }

    private static func field(_ field: ConfigField, _ value: DocumentValue?, path: String) -> Field {
        var reading = Field(path: path, field: field, value: .absent, problem: nil)
        guard let value else {
            if field.isRequired { reading.problem = "The field \(path) is missing." }
            return reading
        }
        switch (field.kind, value) {
        case (.secret, .text(let text)): readSecret(text, into: &reading, field)
        case (.secret, .integer(let number)) where field.storage == .plain:
            // Hummingbot itself cannot read a number back as a secret, yet nothing is lost by showing it as present.
            reading.value = .plain(.secret(Secret(String(number))))
            reading.problem = "The field \(path) must be a text in quotes."
        case (.text, .text(let text)), (.choice, .text(let text)):
            reading.value = .plain(.text(text))
            if case .choice(let choices) = field.kind, !choices.contains(text) {
                reading.problem = "The field \(path) must be one of \(choices.joined(separator: ", "))."
            }
        case (.integer, .integer(let number)): reading.value = .plain(.integer(number))
        case (.boolean, .boolean(let truth)): reading.value = .plain(.boolean(truth))
        case (.boolean, .text(let text)) where field.defaultValue == .text(text): reading.value = .plain(.text(text))
        case (.list, .list(let elements)):
            let texts = elements.compactMap { if case .text(let text) = $0 { text } else { nil } }
            reading.value = .plain(.list(texts))
            if texts.count != elements.count { reading.problem = "The field \(path) must hold texts only." }
        case (.modes(let modes, _), .map(let items)): readMode(items, of: modes, into: &reading)
        case (.records(let fields, _), .map(let items)):
            reading.value = .nested(
                items.map { item in
                    let inner = "\(path).\(item.name)"
                    guard case .map(let members) = item.value else {
                        return Field(
                            path: inner, field: nil, value: .absent, problem: "The entry \(inner) must be a record.")
                    }
                    return Field(
                        path: inner, field: nil, value: .nested(readFields(fields, members, path: inner)), problem: nil)
                })
        case (_, .null) where !field.isRequired: reading.value = .plain(.null)
        default: reading.problem = "The field \(path) has a value of another type than it must."
        }
        return reading
    }

    private static func readSecret(_ text: String, into reading: inout Field, _ field: ConfigField) {
        if text.isEmpty {
            reading.value = .plain(.secret(Secret("")))
            if field.isRequired { reading.problem = "The field \(reading.path) is empty." }
            return
        }
        do {
            reading.value = .sealed(try Keyfile(hexArmor: text))
        } catch {
            reading.value = .plain(.secret(Secret(text)))
            guard field.storage == .sealed else { return }
            // Armor always starts with the hex of `{"`: what does not is a value that somebody wrote in the clear.
            reading.problem =
                text.hasPrefix("7b")
                ? "The sealed value of \(reading.path) is damaged: \(error.sentence)."
                : "The field \(reading.path) is not sealed, so Hummingbot cannot open it."
        }
    }

    private static func readMode(_ items: [CredentialDocument.Item], of modes: [ConfigMode], into reading: inout Field)
    {
        let names = Set(items.map(\.name))
        // The mode that knows every key that is there and misses none that it needs; the first one wins, as in pydantic.
        let fitting = modes.first { mode in
            names.isSubset(of: mode.fields.map(\.name))
                && mode.fields.allSatisfy { !$0.isRequired || names.contains($0.name) }
                && mode.fields.allSatisfy { field in
                    guard case .choice(let choices) = field.kind, case .text(let text)? = items.value(of: field.name)
                    else { return true }
                    return choices.contains(text)
                }
        }
        guard let fitting else {
            reading.problem =
                "The field \(reading.path) fits none of \(modes.map(\.title).joined(separator: ", "))."
            return
        }
        reading.value = .nested(readFields(fitting.fields, items, path: reading.path))
    }

    private static func readFields(
        _ fields: [ConfigField], _ items: [CredentialDocument.Item], path: String
    ) -> [Field] {
        let known = Set(fields.map(\.name))
        return fields.map { field($0, items.value(of: $0.name), path: "\(path).\($0.name)") }
            + items.filter { !known.contains($0.name) }.map {
                Field(
                    path: "\(path).\($0.name)", field: nil, value: .absent,
                    problem: "The key \(path).\($0.name) is not known.")
            }
    }
}

extension [CredentialDocument.Item] {
    fileprivate func value(of name: String) -> DocumentValue? { first { $0.name == name }?.value }
}

extension KeyfileError {
    /// What was seen, as the end of a sentence.
    public var sentence: String {
        switch self {
        case .notHex: "it is not hex"
        case .tooLong: "it is too long"
        case .notJSON: "what the hex holds is not JSON"
        case .missing(let member): "\(member) is missing"
        case .wrongType(let member): "\(member) has the wrong type"
        case .notHexMember(let member): "\(member) is not hex"
        case .wrongLength(let member): "\(member) has the wrong length"
        case .unsupportedVersion: "it is no version 3 keyfile"
        case .unsupportedCipher: "it uses another cipher than aes-128-ctr"
        case .unsupportedKDF: "it uses a key derivation that is neither pbkdf2 nor scrypt"
        case .unsupportedPRF: "it uses another hash than hmac-sha256"
        case .parameterOutOfBounds(let parameter): "its parameter \(parameter) is out of bounds"
        case .emptyPassword: "the password is empty"
        case .macMismatch: "it does not open under this password"
        case .derivationFailed: "the key could not be derived"
        }
    }
}
