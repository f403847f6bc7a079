import OrderedJSON

/// A JSON Schema (2020-12), as OpenAPI 3.1 uses it.
struct Schema: Sendable {
    let json: JSON

    private init(_ members: [(String, JSON)]) { json = .object(JSONObject(members)) }

    static let string = Schema([("type", "string")])
    static let boolean = Schema([("type", "boolean")])
    static let integer = Schema([("type", "integer")])
    static let count = Schema([("type", "integer"), ("minimum", 0)])
    static let any = Schema([])
    static let null = Schema([("type", "null")])
    static let timestamp = Schema([("type", "string"), ("format", "date-time")])
    static let secret = Schema([("type", "string"), ("format", "password"), ("writeOnly", true)])
    /// A secret that a person can type: not empty, no control characters.
    static let newSecret = Schema([
        ("type", "string"), ("format", "password"), ("writeOnly", true),
        ("pattern", "^[^\\u0000-\\u001f\\u007f-\\u009f]+$"),
    ])
    static let anyObject = Schema([("type", "object")])
    static let revision = Schema([("type", "string"), ("pattern", "^[0-9a-f]{32}$")])
    /// A revision as it stands in a header, or `*`.
    static let entityTag = Schema([("type", "string"), ("pattern", "^(\\*|\"[0-9a-f]{32}\")$")])
    /// What the path-safety rule lets through.
    static let name = Schema([("type", "string"), ("pattern", "^[A-Za-z0-9_-]{1,200}$")])

    static func text(_ value: String) -> Schema { Schema([("const", .string(value))]) }

    static func one(of values: [String]) -> Schema {
        Schema([("type", "string"), ("enum", .array(values.map { .string($0) }))])
    }

    static func array(of element: Schema) -> Schema { Schema([("type", "array"), ("items", element.json)]) }

    static func map(of value: Schema) -> Schema {
        Schema([("type", "object"), ("additionalProperties", value.json)])
    }

    static func optional(_ schema: Schema) -> Schema { Schema([("anyOf", [schema.json, null.json])]) }

    /// One of the schemas that the document lists under its components.
    static func named(_ name: String) -> Schema { Schema([("$ref", .string("#/components/schemas/\(name)"))]) }

    /// An object of exactly these members, all of them required unless named in `optional`.
    static func object(_ members: KeyValuePairs<String, Schema>, optional: Set<String> = []) -> Schema {
        let required = members.map(\.key).filter { !optional.contains($0) }
        return Schema(
            [
                ("type", "object"), ("properties", .object(JSONObject(members.map { ($0.key, $0.value.json) }))),
                ("additionalProperties", false),
            ] + (required.isEmpty ? [] : [("required", .array(required.map { .string($0) }))]))
    }

    /// The same with a sentence for readers.
    func described(_ text: String) -> Schema {
        var members = (json.objectValue ?? JSONObject()).members.map { ($0.name, $0.value) }
        members.append(("description", .string(text)))
        return Schema(members)
    }

    /// The same object, open to further members.
    var open: Schema {
        var object = json.objectValue ?? JSONObject()
        object["additionalProperties"] = nil
        return Schema(object.members.map { ($0.name, $0.value) })
    }
}
