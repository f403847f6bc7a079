import Credentials
import OrderedJSON
import Testing

extension Connector {
    /// A connector of the catalogue by its name.
    static func named(_ name: String) throws -> Connector {
        try #require(ConnectorCatalog.standard[try ConnectorName(name)])
    }

    /// A value for every required field, and for no other.
    var sampleInput: JSONObject {
        JSONObject(
            fields.filter(\.isRequired).map { field in
                (field.name, field.kind == .integer ? .integer(3) : .string("FAKE-\(field.name)-0123456789+/="))
            })
    }

    /// Parses the sample with some members set otherwise.
    func parse(_ changes: JSONObject) throws(InvalidCredential) -> FieldValues {
        var input = sampleInput
        for member in changes.members { input[member.name] = member.value }
        return try Credential(parsing: input, for: self).values
    }

    /// The faults of the sample with some members set otherwise.
    func faults(_ changes: JSONObject) -> [FieldFault] {
        do throws(InvalidCredential) {
            _ = try parse(changes)
            return []
        } catch {
            return error.faults
        }
    }
}

extension FieldValue {
    /// The text of a text or a secret, or `nil`.
    var exposedText: String? {
        switch self {
        case .text(let text): text
        case .secret(let secret): secret.exposed()
        default: nil
        }
    }

    /// The values inside a map, or `nil`.
    var mapValue: FieldValues? {
        guard case .map(let values) = self else { return nil }
        return values
    }
}
