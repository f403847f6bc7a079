internal import EthereumKeyfile

/// A text of a connector file that is sealed, or looks like it.
struct SealedText: Equatable {
    /// The names that lead to it, such as `account_type.private_key`.
    let path: String
    /// The hex as it stands in the file.
    let armor: String
    /// `nil` for hex that begins like a sealed value and is none: it was one before it was damaged.
    let keyfile: Keyfile?
}

extension CredentialDocument {
    /// Every sealed text, wherever it stands and whether or not its connector is known.
    var sealedTexts: [SealedText] { items.flatMap { $0.value.sealedTexts($0.name) } }

    /// Whether nothing in it but the connector's name can be read without the password.
    public var holdsSealedTextsOnly: Bool {
        items.allSatisfy { $0.name == "connector" || $0.value.isSealedOnly }
    }

    /// The same document with other texts in the place of some.
    func replacing(texts: [String: String]) -> CredentialDocument {
        CredentialDocument(
            title: title, items: items.map { Item(name: $0.name, value: $0.value.replacing(texts)) })
    }
}

extension DocumentValue {
    fileprivate func sealedTexts(_ path: String) -> [SealedText] {
        switch self {
        case .text(let text):
            // Armor begins with the hex of `{`; what goes on with a `"` was never anything else.
            guard text.hasPrefix("7b") || text.hasPrefix("7B") else { return [] }
            let keyfile = try? Keyfile(hexArmor: text)
            guard keyfile != nil || text.dropFirst(2).hasPrefix("22") else { return [] }
            return [SealedText(path: path, armor: text, keyfile: keyfile)]
        case .list(let elements):
            return elements.enumerated().flatMap { $0.element.sealedTexts("\(path)[\($0.offset)]") }
        case .map(let items): return items.flatMap { $0.value.sealedTexts("\(path).\($0.name)") }
        case .null, .integer, .boolean, .other: return []
        }
    }

    fileprivate var isSealedOnly: Bool {
        switch self {
        case .text(let text): text.isEmpty || (try? Keyfile(hexArmor: text)) != nil
        case .list(let elements): elements.allSatisfy(\.isSealedOnly)
        case .map(let items): items.allSatisfy(\.value.isSealedOnly)
        case .null, .boolean: true
        case .integer, .other: false
        }
    }

    fileprivate func replacing(_ texts: [String: String]) -> DocumentValue {
        switch self {
        case .text(let text): .text(texts[text] ?? text)
        case .list(let elements): .list(elements.map { $0.replacing(texts) })
        case .map(let items): .map(items.map { .init(name: $0.name, value: $0.value.replacing(texts)) })
        case .null, .integer, .boolean, .other: self
        }
    }
}
