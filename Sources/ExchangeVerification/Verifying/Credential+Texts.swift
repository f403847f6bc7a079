internal import Credentials

extension Credential {
    /// The plain text of a field; empty when there is none. Keep it local.
    func text(_ field: String) -> String {
        switch values[field] {
        case .secret(let secret)?: secret.exposed()
        case .text(let text)?: text
        default: ""
        }
    }

    /// The secret of a field; an empty one when there is none.
    func secret(_ field: String) -> Secret { Secret(text(field)) }

    /// Whether a field says yes; Hummingbot writes some of these as words.
    func isTrue(_ field: String) -> Bool {
        switch values[field] {
        case .boolean(let truth)?: truth
        case .text(let text)?: ["yes", "y", "true", "t", "on", "1"].contains(text.lowercased())
        case .integer(let number)?: number != 0
        default: false
        }
    }

    /// Every secret text in it, nested ones too.
    var secretTexts: [String] { Self.secretTexts(in: values) }

    private static func secretTexts(in values: FieldValues) -> [String] {
        values.entries.flatMap { entry -> [String] in
            switch entry.value {
            case .secret(let secret): [secret.exposed()]
            case .map(let nested): secretTexts(in: nested)
            default: []
            }
        }
    }
}

extension Credential {
    /// The plain text of a field of a nested model; empty when there is none. Keep it local.
    ///
    /// - Parameters:
    ///   - field: The field's name.
    ///   - model: The name of the field that holds the model.
    /// - Returns: The text.
    func text(_ field: String, in model: String) -> String {
        guard case .map(let values)? = values[model] else { return "" }
        return switch values[field] {
        case .secret(let secret)?: secret.exposed()
        case .text(let text)?: text
        default: ""
        }
    }

    /// The number of a field, or `nil` when there is none.
    func integer(_ field: String) -> Int? {
        switch values[field] {
        case .integer(let number)?: number
        case .text(let text)?: Int(text)
        default: nil
        }
    }
}
