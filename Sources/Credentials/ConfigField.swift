/// One thing that a connector asks for.
public struct ConfigField: Sendable, Equatable {
    /// What kind of value the field takes.
    public indirect enum Kind: Sendable, Equatable {
        /// A text that may be shown.
        case text
        /// A text that must not be shown: pydantic's `SecretStr`.
        case secret
        /// A whole number.
        case integer
        /// A yes or no.
        case boolean
        /// One of these words.
        case choice([String])
        /// Any number of texts.
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

    /// What is known of a value beyond its kind: what Hummingbot's validators refuse, and what can be put right.
    ///
    /// The validators matter, because one refused value keeps Hummingbot from reading any credential of the account.
    public enum Form: Sendable, Equatable {
        /// Nothing more is known.
        case any
        /// One of these words, although the annotation says only `str`.
        case oneOf([String])
        /// A private key in PEM, or only its base64 body.
        case pem
        /// Several words, or a key in one; the words are separated by single spaces and in lower case.
        case phrase
        /// An address that Hyperliquid's page shows with `HL:` before it.
        case hyperliquidAddress
        /// An address in bech32, which may stand in capitals throughout; Hummingbot compares it with its own in lower
        /// case.
        case bech32Address
        /// A seed of the XRP Ledger, or a raw key in hex, of whose two letters `ED` Hummingbot takes capitals only.
        case rippleSecret
        /// Addresses that begin with `wss://`.
        case secureWebSockets
        /// A number from 0 up.
        case index
    }

    /// What an exchange makes of a field, so that its refusal can be shown beside the field that it concerns.
    public enum Role: Sendable, Equatable, CaseIterable {
        /// What the exchange knows the key by.
        case key
        /// The secret that belongs to the key.
        case secret
        /// A wallet's private key, seed or phrase, or what signs in its place; an address belongs to it.
        case privateKey
        /// The words that were chosen with the key and take part in its signatures.
        case passphrase
        /// A wallet's address.
        case address
        /// The number or name of an account.
        case account
    }

    /// Hummingbot's name of the field.
    public let name: String
    /// What kind of value the field takes.
    public let kind: Kind
    /// Whether Hummingbot has no default for the field.
    public let isRequired: Bool
    /// What Hummingbot assumes, and writes, when the field is absent; `nil` for a required field.
    public let defaultValue: FieldValue?
    /// How the value lies in the file.
    public let storage: Storage
    /// Whether Hummingbot itself asks for the field when a person connects.
    public let isAskedFor: Bool
    /// What a person calls the field, such as `API key`.
    public let label: String
    /// One sentence that helps to fill the field in; empty when the label says it all.
    public let hint: String
    /// What is known of a value beyond its kind.
    public let form: Form
    /// Whether a required text may be given as an empty one.
    public let allowsEmpty: Bool
    /// What the exchange makes of it; `nil` for a setting of Hummingbot's and for what no check tells anything about.
    public let role: Role?
    /// More names that people know the field by, beside those that follow from its own.
    public let otherNames: [String]
    /// The sentence to show after saving, where the value is sealed although Hummingbot's description of the field
    /// says plain; else `nil`.
    public let sealingNotice: String?

    /// Describes a field; the factories of `ConfigField+Make.swift` are shorter.
    public init(
        name: String, kind: Kind, isRequired: Bool, defaultValue: FieldValue?, storage: Storage, isAskedFor: Bool,
        label: String, hint: String, form: Form = .any, allowsEmpty: Bool = false, role: Role? = nil,
        otherNames: [String] = [], sealingNotice: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.storage = storage
        self.isAskedFor = isAskedFor
        self.label = label
        self.hint = hint
        self.form = form
        self.allowsEmpty = allowsEmpty
        self.role = role
        self.otherNames = otherNames
        self.sealingNotice = sealingNotice
    }

    /// Whether the value must be hidden on a screen: the annotation is `SecretStr`, wherever the value is stored.
    public var isSecret: Bool { kind == .secret }

    /// The words that the field takes; empty when it takes others too.
    public var choices: [String] {
        if case .choice(let choices) = kind { return choices }
        if case .oneOf(let choices) = form { return choices }
        return []
    }

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
    /// What a person calls the mode, such as `Testnet`.
    public let label: String
    /// What the mode asks for, in the order of the file.
    public let fields: [ConfigField]

    /// Describes a mode.
    public init(title: String, label: String, fields: [ConfigField]) {
        self.title = title
        self.label = label
        self.fields = fields
    }

    /// A field of the mode by its name in Hummingbot, or `nil`.
    public subscript(_ name: String) -> ConfigField? { fields.first { $0.name == name } }
}
