/// One connector file as it stands on disk: plain values and hex-armored keyfiles, nothing opened.
public struct CredentialDocument: Sendable, Equatable {
    /// The longest file that is read, in bytes. The largest that Hummingbot writes is a few kilobytes.
    public static let byteLimit = 1 << 18

    /// The title in the header; `nil` is written as `None`, as Hummingbot does. Not kept when a file is read.
    public var title: String?
    /// Everything below the header, the `connector` line included, in order.
    public var items: [Item]

    /// One top-level key with its value.
    public struct Item: Sendable, Equatable {
        /// The key.
        public var name: String
        /// What stands under the key.
        public var value: DocumentValue

        /// Pairs a key with a value.
        public init(name: String, value: DocumentValue) {
            self.name = name
            self.value = value
        }
    }

    /// A document with the given header and items.
    public init(title: String?, items: [Item]) {
        self.title = title
        self.items = items
    }

    /// The value of a key, or `nil`.
    public subscript(_ name: String) -> DocumentValue? { items.first { $0.name == name }?.value }
}

/// A value of a connector file, typed as PyYAML's `safe_load` types it.
public indirect enum DocumentValue: Sendable, Equatable {
    case null
    case text(String)
    case integer(Int)
    case boolean(Bool)
    case list([DocumentValue])
    case map([CredentialDocument.Item])
    /// Something that no connector expects: a fraction, a date, a huge number. The text says what kind it is.
    case other(String)
}

/// Why the bytes of a file are no connector file. No case carries what the file holds.
public enum DocumentError: Error, Equatable, Sendable {
    case empty
    case tooLarge
    case notUTF8
    /// The YAML is broken; the line counts from 1, 0 when unknown.
    case notYAML(line: Int)
    /// A key stands twice in one map; Hummingbot would silently take the last.
    case duplicateKey(line: Int)
    /// A key is a number, a yes or no, a merge sign or no scalar at all.
    case keyNotText
    /// The top level is no map of names.
    case notAMap
    /// The nesting or the number of nodes is beyond anything that Hummingbot writes.
    case tooComplex
    /// The YAML uses a tag that `safe_load` refuses.
    case foreignTag
}
