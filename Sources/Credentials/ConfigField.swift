/// One thing that a connector asks for.
public struct ConfigField: Sendable, Equatable {
    /// What kind of value the field takes.
    public indirect enum Kind: Sendable, Equatable {
        case text
        /// A text that must not be shown: pydantic's `SecretStr`.
        case secret
        case integer
        case boolean
        case choice([String])
        case list
        /// Exactly one of several nested models; `typeName` is Hummingbot's own spelling of the union.
        case modes([ConfigMode], typeName: String)
        /// Any number of named records of one model; `typeName` is Hummingbot's own spelling.
        case records([ConfigField], typeName: String)
    }

    /// How Hummingbot expects to find the value in the file.
    public enum Storage: Sendable, Equatable {
        /// As it is.
        case plain
        /// As a hex-armored keyfile, because Hummingbot opens it on reading (`is_secure`).
        case sealed
    }

    /// Hummingbot's name of the field.
    public let name: String
    public let kind: Kind
    public let isRequired: Bool
    /// What Hummingbot assumes when the field is absent; `nil` for a required field.
    public let defaultValue: FieldValue?
    public let storage: Storage
    /// Whether Hummingbot itself asks for the field when a person connects.
    public let isAskedFor: Bool
    /// What a person calls the field, such as `API key`.
    public let label: String
    /// One sentence that helps to fill the field in; empty when the label says it all.
    public let hint: String

    /// Describes a field; the factories of `ConfigField+Make.swift` are shorter.
    public init(
        name: String, kind: Kind, isRequired: Bool, defaultValue: FieldValue?, storage: Storage, isAskedFor: Bool,
        label: String, hint: String
    ) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.storage = storage
        self.isAskedFor = isAskedFor
        self.label = label
        self.hint = hint
    }

    /// Whether the value must be hidden on a screen: the annotation is `SecretStr`.
    public var isSecret: Bool { kind == .secret }

    /// The type's name as the Hummingbot API reports it in a config map.
    public var typeName: String {
        switch kind {
        case .text: "str"
        case .secret: "SecretStr"
        case .integer: "int"
        case .boolean: "bool"
        case .choice: "Literal"
        case .list: "list[str]"
        case .modes(_, let typeName), .records(_, let typeName): typeName
        }
    }
}

/// One of the nested models that a field may hold.
public struct ConfigMode: Sendable, Equatable {
    /// Hummingbot's title of the model, such as `testnet_network`; how a person chooses it.
    public let title: String
    public let label: String
    public let fields: [ConfigField]

    /// Describes a mode.
    public init(title: String, label: String, fields: [ConfigField]) {
        self.title = title
        self.label = label
        self.fields = fields
    }
}
