extension ConfigField {
    /// Checks a value that was read from a file, its secrets opened.
    ///
    /// It finds texts that came out wrong (a damaged IV, a hand-made file) rather than wrong keys: a required text must
    /// not be empty, and none may hold control characters, lines in PEM apart.
    ///
    /// - Parameter value: The value; a secret as `.secret` or `.text`.
    /// - Returns: Whether Hummingbot takes the value for this field, as far as its form tells.
    public func accepts(_ value: FieldValue) -> Bool {
        if value == .null { return defaultValue == .null }
        switch (kind, value) {
        case (.text, .text(let text)): return acceptsText(text)
        case (.secret, .text(let text)): return acceptsText(text)
        case (.secret, .secret(let secret)): return acceptsText(secret.exposed())
        case (.integer, .integer(let number)): return form != .index || number >= 0
        case (.integer, .text(let text)): return Int(text).map { form != .index || $0 >= 0 } ?? false
        case (.boolean, .boolean): return true
        case (.boolean, .text(let text)): return Boolean.parse(text) != nil
        case (.choice(let choices), .text(let text)): return choices.contains(text)
        case (.list, .list(let items)):
            guard form == .secureWebSockets else { return items.allSatisfy { PastedText.isPlausible($0) } }
            return !items.isEmpty && items.allSatisfy(\.isSecureWebSocket)
        case (.modes(let modes, _), _): return modes.contains { $0.holds(value) }
        case (.records(let fields, _), .map(let records)):
            return records.entries.allSatisfy { PastedText.isPlausible($0.name) && fields.accept($0.value) }
        default: return false
        }
    }

    private func acceptsText(_ text: String) -> Bool {
        if text.isEmpty { return allowsEmpty || !isRequired }
        if case .oneOf(let choices) = form {
            return choices.contains { $0.lowercased() == text.lowercased() }
        }
        return PastedText.isPlausible(text, allowsLines: isSecret && PEM.isPEM(text))
    }
}

extension ConfigMode {
    /// Whether a value is one of this mode.
    func holds(_ value: FieldValue) -> Bool { fields.accept(value) }
}

extension [ConfigField] {
    /// Whether a value is a map of these fields and no others, with all that are required.
    fileprivate func accept(_ value: FieldValue) -> Bool {
        guard case .map(let values) = value else { return false }
        let areKnown = values.entries.allSatisfy { entry in
            first { $0.name == entry.name }?.accepts(entry.value) ?? false
        }
        return areKnown && allSatisfy { !$0.isRequired || values[$0.name] != nil }
    }
}
