public import OrderedJSON

/// The value of one config field.
public indirect enum FieldValue: Sendable, Equatable {
    case null
    case text(String)
    case secret(Secret)
    case integer(Int)
    case boolean(Bool)
    case list([String])
    case map(FieldValues)

    /// The value as JSON, every secret replaced by what `show` makes of it; pass `{ $0.exposed() }` to reveal.
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
        public var name: String
        public var value: FieldValue

        /// Pairs a name with a value.
        public init(name: String, value: FieldValue) {
            self.name = name
            self.value = value
        }
    }

    public var entries: [Entry]

    /// The given entries, in order.
    public init(_ entries: [Entry] = []) { self.entries = entries }

    /// The given pairs, in order.
    public init(_ pairs: KeyValuePairs<String, FieldValue>) {
        entries = pairs.map { Entry(name: $0.key, value: $0.value) }
    }

    /// The value of a field, or `nil` when it is not among the entries.
    public subscript(_ name: String) -> FieldValue? { entries.first { $0.name == name }?.value }
}
