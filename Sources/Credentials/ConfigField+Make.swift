// Factories that keep the catalogue readable: `.secret("api_key", …)`, `.integer("api_key_index", …)`.
extension ConfigField {
    /// A required value that is never shown and that Hummingbot expects sealed, unless told otherwise.
    public static func secret(
        _ name: String, _ label: String, hint: String = "", storage: Storage = .sealed, isAskedFor: Bool = true
    ) -> ConfigField {
        ConfigField(
            name: name, kind: .secret, isRequired: true, defaultValue: nil, storage: storage, isAskedFor: isAskedFor,
            label: label, hint: hint)
    }

    /// A secret that may be left out; Hummingbot then assumes an empty text.
    public static func optionalSecret(_ name: String, _ label: String, hint: String = "") -> ConfigField {
        ConfigField(
            name: name, kind: .secret, isRequired: false, defaultValue: .text(""), storage: .sealed, isAskedFor: false,
            label: label, hint: hint)
    }

    /// A plain text, required when it has no default.
    public static func text(
        _ name: String, _ label: String, hint: String = "", default defaultValue: String? = nil
    ) -> ConfigField {
        plain(name, .text, label, hint, defaultValue.map { .text($0) })
    }

    /// A whole number, required when it has no default.
    public static func integer(
        _ name: String, _ label: String, hint: String = "", default defaultValue: FieldValue? = nil
    ) -> ConfigField {
        plain(name, .integer, label, hint, defaultValue)
    }

    /// A yes or no.
    ///
    /// - Parameter defaultValue: Usually `.boolean`; Hummingbot's `use_vault` has the text `no`.
    public static func boolean(
        _ name: String, _ label: String, hint: String = "", default defaultValue: FieldValue, isAskedFor: Bool = true
    ) -> ConfigField {
        plain(name, .boolean, label, hint, defaultValue, isAskedFor: isAskedFor)
    }

    /// One of a few words.
    public static func choice(
        _ name: String, _ label: String, _ choices: [String], hint: String = "", default defaultValue: String,
        isAskedFor: Bool = true
    ) -> ConfigField {
        plain(name, .choice(choices), label, hint, .text(defaultValue), isAskedFor: isAskedFor)
    }

    /// Any number of texts.
    public static func list(
        _ name: String, _ label: String, hint: String = "", default defaultValue: [String]
    ) -> ConfigField {
        plain(name, .list, label, hint, .list(defaultValue))
    }

    /// Any field that lies plain in the file.
    static func plain(
        _ name: String, _ kind: Kind, _ label: String, _ hint: String, _ defaultValue: FieldValue?,
        isAskedFor: Bool = true
    ) -> ConfigField {
        ConfigField(
            name: name, kind: kind, isRequired: defaultValue == nil, defaultValue: defaultValue, storage: .plain,
            isAskedFor: isAskedFor, label: label, hint: hint)
    }
}
