/// A JSON value that keeps the order of its members.
///
/// Clients show a connector's fields in the order in which they arrive, and a keyfile is written in a fixed order;
/// Foundation's types keep neither. The value may hold what a person typed, secrets included, so it never prints itself.
public enum JSON: Sendable, Equatable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction or exponent that fits 64 bits.
    case integer(Int)
    /// Any other number, as it was written.
    case number(String)
    /// A text.
    case string(String)
    /// Values, in order.
    case array([JSON])
    /// Named values, in order.
    case object(JSONObject)

    /// The value of a member, or `nil` when this is no object or has no such member.
    public subscript(_ name: String) -> JSON? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    /// The text of a string value; `nil` for every other kind.
    public var stringValue: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The number of an integer value; `nil` for every other kind.
    public var integerValue: Int? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    /// The truth of a boolean value; `nil` for every other kind.
    public var boolValue: Bool? {
        guard case .bool(let truth) = self else { return nil }
        return truth
    }

    /// The elements of an array; `nil` for every other kind.
    public var arrayValue: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members of an object; `nil` for every other kind.
    public var objectValue: JSONObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }
}

extension JSON: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The kind of value, never its content.
    public var description: String {
        switch self {
        case .null: "<JSON null>"
        case .bool: "<JSON boolean>"
        case .integer, .number: "<JSON number>"
        case .string: "<JSON string>"
        case .array(let elements): "<JSON array of \(elements.count)>"
        case .object(let object): "<JSON object of \(object.members.count)>"
        }
    }

    /// The same as `description`.
    public var debugDescription: String { description }

    /// A mirror without children, so that dumping a value shows no content.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An integer.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
    /// An array.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object with its members in the order of the literal.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONObject(elements))
    }
}
