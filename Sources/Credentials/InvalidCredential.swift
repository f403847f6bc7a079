/// Why input is no credential of a connector: every fault, not only the first.
public struct InvalidCredential: Error, Equatable, CustomStringConvertible {
    /// The faults, at least one: those of names in the order of the input, then those of values in the fields' order.
    public let faults: [FieldFault]

    /// Collects faults.
    ///
    /// - Parameter faults: At least one.
    public init(faults: [FieldFault]) { self.faults = faults }

    /// The faults' sentences, one after the other.
    public var description: String { faults.map(\.description).joined(separator: " ") }
}

/// What is wrong with one field of the input. It never carries a value, nor a part of one.
public struct FieldFault: Equatable, Sendable, CustomStringConvertible {
    /// What can be wrong with a field.
    public enum Problem: Equatable, Sendable {
        /// There is no such field; these there are.
        case unknown(allowed: [String])
        /// The field is required and absent, or blank.
        case missing
        /// The value is not of the expected kind, which the words name.
        case wrongType(expected: String)
        /// The value is none of these words.
        case notAllowed(choices: [String])
        /// The short name may mean each of these fields.
        case ambiguous(candidates: [String])
        /// Two names of the input mean this field.
        case givenTwice
        /// The text holds control characters or invisible ones.
        case badCharacters
        /// The value is longer than this many bytes.
        case tooLong(byteLimit: Int)
        /// A key in PEM without its end, or with a body that is not base64.
        case damagedPEM
    }

    /// The field's name in Hummingbot, with a dot before each nested name, such as `account_type.private_key`; for an
    /// unknown field the name that was given, shortened and without control characters.
    public let field: String
    /// What is wrong with it.
    public let problem: Problem

    /// Describes a fault.
    ///
    /// - Parameters:
    ///   - field: The field's name with its path.
    ///   - problem: What is wrong with it.
    public init(field: String, problem: Problem) {
        self.field = field
        self.problem = problem
    }

    /// One sentence for a person, naming the field and what is allowed.
    public var description: String {
        switch problem {
        case .unknown(let allowed):
            "\(field) is not a field here; there are: \(Self.joined(allowed))."
        case .missing:
            "\(field) is required and was not given."
        case .wrongType(let expected):
            "\(field) must be \(expected)."
        case .notAllowed(let choices):
            "\(field) must be one of: \(Self.joined(choices))."
        case .ambiguous(let candidates):
            "\(field) could mean more than one field; give the full name: \(Self.joined(candidates))."
        case .givenTwice:
            "\(field) was given twice, under two names or spellings; give it once."
        case .badCharacters:
            "\(field) holds characters that cannot be part of it, such as line breaks or invisible ones; copy it anew."
        case .tooLong(let byteLimit):
            "\(field) must not be longer than \(byteLimit) bytes."
        case .damagedPEM:
            "\(field) holds a PEM key that is cut off or damaged; paste all of it, from BEGIN to END."
        }
    }

    private static func joined(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
}
