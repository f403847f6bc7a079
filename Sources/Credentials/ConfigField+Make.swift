// Factories that keep the catalogue readable: `.apiKey("binance_api_key")`, `.integer("api_key_index", …)`.
extension ConfigField {
    /// A required value that is never shown and that Hummingbot expects sealed, unless told otherwise.
    public static func secret(
        _ name: String, _ label: String, hint: String = "", role: Role? = nil, storage: Storage = .sealed,
        isAskedFor: Bool = true, form: Form = .any, otherNames: [String] = [], sealingNotice: String? = nil
    ) -> ConfigField {
        ConfigField(
            name: name, kind: .secret, isRequired: true, defaultValue: nil, storage: storage, isAskedFor: isAskedFor,
            label: label, hint: hint, form: form, role: role, otherNames: otherNames, sealingNotice: sealingNotice)
    }

    /// A secret that may be left out; Hummingbot then assumes, and seals, an empty text.
    public static func optionalSecret(_ name: String, _ label: String, hint: String = "") -> ConfigField {
        ConfigField(
            name: name, kind: .secret, isRequired: false, defaultValue: .secret(Secret("")), storage: .sealed,
            isAskedFor: false, label: label, hint: hint)
    }

    /// The public half of an exchange's key.
    public static func apiKey(_ name: String, hint: String = "", isAskedFor: Bool = true) -> ConfigField {
        .secret(name, "API key", hint: hint, role: .key, isAskedFor: isAskedFor)
    }

    /// The secret half of an exchange's key.
    public static func apiSecret(_ name: String, hint: String = "Shown once, when the key is made.") -> ConfigField {
        .secret(name, "API secret", hint: hint, role: .secret)
    }

    /// The words that a person chose for a key when making it.
    public static func passphrase(_ name: String) -> ConfigField {
        .secret(
            name, "Passphrase", hint: "The one you chose for this key, not your login's password.", role: .passphrase)
    }

    /// A plain text, required when it has no default.
    public static func text(
        _ name: String, _ label: String, hint: String = "", default defaultValue: String? = nil, form: Form = .any,
        role: Role? = nil
    ) -> ConfigField {
        plain(name, .text, label, hint, defaultValue.map { .text($0) }, form: form, role: role)
    }

    /// A text that must be given and may be given empty.
    public static func textOrEmpty(_ name: String, _ label: String, hint: String = "") -> ConfigField {
        ConfigField(
            name: name, kind: .text, isRequired: true, defaultValue: nil, storage: .plain, isAskedFor: true,
            label: label, hint: hint, allowsEmpty: true)
    }

    /// A plain text that Hummingbot leaves `null` when it is absent.
    public static func nullableText(_ name: String, _ label: String, hint: String = "") -> ConfigField {
        plain(name, .text, label, hint, .null)
    }

    /// A whole number, required when it has no default; a default of `.null` makes it optional.
    public static func integer(
        _ name: String, _ label: String, hint: String = "", default defaultValue: FieldValue? = nil, form: Form = .any,
        role: Role? = nil
    ) -> ConfigField {
        plain(name, .integer, label, hint, defaultValue, form: form, role: role)
    }

    /// A yes or no; its default is usually `.boolean`, yet Hummingbot's `use_vault` has the text `no`.
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
        _ name: String, _ label: String, hint: String = "", default defaultValue: [String], form: Form = .any
    ) -> ConfigField {
        plain(name, .list, label, hint, .list(defaultValue), form: form)
    }

    /// One of several nested models.
    public static func modes(
        _ name: String, _ label: String, _ modes: [ConfigMode], hint: String = "", default defaultValue: FieldValues,
        typeName: String
    ) -> ConfigField {
        plain(name, .modes(modes, typeName: typeName), label, hint, .map(defaultValue))
    }

    /// Any number of named records.
    public static func records(
        _ name: String, _ label: String, of fields: [ConfigField], hint: String = "",
        default defaultValue: FieldValues, isAskedFor: Bool = true, typeName: String
    ) -> ConfigField {
        plain(
            name, .records(fields, typeName: typeName), label, hint, .map(defaultValue), isAskedFor: isAskedFor)
    }

    /// Any field that lies plain in the file.
    private static func plain(
        _ name: String, _ kind: Kind, _ label: String, _ hint: String, _ defaultValue: FieldValue?,
        isAskedFor: Bool = true, form: Form = .any, role: Role? = nil
    ) -> ConfigField {
        ConfigField(
            name: name, kind: kind, isRequired: defaultValue == nil, defaultValue: defaultValue, storage: .plain,
            isAskedFor: isAskedFor, label: label, hint: hint, form: form, role: role)
    }
}
