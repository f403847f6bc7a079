public import OrderedJSON

/// The value of one config field.
public indirect enum FieldValue: Sendable, Equatable {
    /// No value, where Hummingbot writes `null`.
    case null
    /// A text that may be shown.
    case text(String)
    /// A text that must not be shown; the field says whether it is stored sealed or plain.
    case secret(Secret)
    /// A whole number.
    case integer(Int)
    /// A yes or no.
    case boolean(Bool)
    /// Texts, in order.
    case list([String])
    /// A nested model's values, or named records.
    case map(FieldValues)

    /// The value as JSON, its secrets as the caller wants them.
    ///
    /// - Parameter show: Turns a secret into the text to show; pass `{ $0.exposed() }` to reveal.
    /// - Returns: A map as an object with its members in order.
    public func json(showing show: (Secret) -> String) -> JSON {
        switch self {
        case .null: .null
        case .text(let text): .string(text)
        case .secret(let secret): .string(show(secret))
        case .integer(let number): .integer(number)
        case .boolean(let truth): .bool(truth)
        case .list(let items): .array(items.map { .string($0) })
        case .map(let values): .object(JSONObject(values.entries.map { ($0.name, $0.value.json(showing: show)) }))
        }
    }
}

/// Named values in the order of a config map.
public struct FieldValues: Sendable, Equatable {
    /// One field's name with its value.
    public struct Entry: Sendable, Equatable {
        /// The field's name in Hummingbot.
        public var name: String
        /// The field's value.
        public var value: FieldValue

        /// Pairs a name with a value.
        public init(name: String, value: FieldValue) {
            self.name = name
            self.value = value
        }
    }

    /// The fields, in order.
    public var entries: [Entry]

    /// The given entries, in order.
    public init(_ entries: [Entry] = []) { self.entries = entries }

    /// The value of a field, or `nil` when it is not among the entries.
    public subscript(_ name: String) -> FieldValue? { entries.first { $0.name == name }?.value }
}

extension FieldValues: ExpressibleByDictionaryLiteral {
    /// The given pairs, in order.
    public init(dictionaryLiteral pairs: (String, FieldValue)...) {
        entries = pairs.map { Entry(name: $0.0, value: $0.1) }
    }
}
