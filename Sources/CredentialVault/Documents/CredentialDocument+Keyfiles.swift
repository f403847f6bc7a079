public import EthereumKeyfile

extension CredentialDocument {
    /// Every sealed value of the file, wherever it stands and whether or not its connector is known.
    public var keyfiles: [Keyfile] { items.flatMap(\.value.keyfiles) }
}

extension DocumentValue {
    fileprivate var keyfiles: [Keyfile] {
        switch self {
        case .text(let text):
            // Armor starts with the hex of `{`; other texts are not worth the try.
            text.hasPrefix("7b") || text.hasPrefix("7B") ? [try? Keyfile(hexArmor: text)].compactMap { $0 } : []
        case .list(let elements): elements.flatMap(\.keyfiles)
        case .map(let items): items.flatMap(\.value.keyfiles)
        case .null, .integer, .boolean, .other: []
        }
    }
}
