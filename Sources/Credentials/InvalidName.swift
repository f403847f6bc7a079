/// A text that cannot be the name of an account or a connector.
public struct InvalidName: Error, Equatable, CustomStringConvertible {
    /// What the text was meant to name.
    public enum Kind: String, Sendable {
        /// A folder of credentials.
        case account
        /// An exchange market.
        case connector
    }

    /// What the text was meant to name.
    public let kind: Kind
    /// The refused text. It is not a secret, yet a person may have pasted one by mistake: shorten it before showing.
    public let text: String

    /// Describes a refused name.
    ///
    /// - Parameters:
    ///   - kind: What the text was meant to name.
    ///   - text: The refused text.
    public init(kind: Kind, text: String) {
        self.kind = kind
        self.text = text
    }

    /// The sentence that the Hummingbot API answers for the same fault; one of our own for a name that is too long, to
    /// which that server has none.
    public var description: String {
        if text.utf8.count > String.nameByteLimit {
            return "Invalid \(kind.rawValue) name: it is longer than \(String.nameByteLimit) characters."
        }
        return "Invalid \(kind.rawValue) name: '\(text.shownAsName)'. "
            + "Only letters, numbers, underscores and hyphens are allowed."
    }
}

extension String {
    /// The file system allows 255 bytes in a name; 200 leaves room for `.yml` and for names of staging files.
    fileprivate static let nameByteLimit = 200

    /// Whether the text is one safe path segment: ASCII letters, digits, `_` and `-`, at most 200 of them.
    var isSafeName: Bool {
        (1...Self.nameByteLimit).contains(utf8.count)
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
