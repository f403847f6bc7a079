/// Hummingbot's name of an exchange market, such as `binance_perpetual`.
///
/// A name need not stand in the catalogue: a file of a connector that Hummingbot has dropped still has one.
public struct ConnectorName: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let description: String

    /// Takes a name as it stands in a file or a path.
    ///
    /// - Parameter text: The name.
    /// - Throws: ``InvalidName`` when `text` is empty, too long or holds anything but ASCII letters, digits, `_`, `-`.
    public init(_ text: String) throws(InvalidName) {
        guard text.isSafeName else { throw InvalidName(kind: .connector, text: text) }
        description = text
    }

    /// Takes a name as people type it: lower case, `-` and space become `_`, white space around it is dropped.
    ///
    /// - Parameter text: What was typed.
    /// - Throws: ``InvalidName`` when what is left is no name.
    public init(normalizing text: String) throws(InvalidName) {
        let trimmed = text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
        let normalized = String(trimmed).lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 }
        do {
            try self.init(String(normalized))
        } catch {
            throw InvalidName(kind: .connector, text: text)
        }
    }
}

extension ConnectorName {
    /// A name that stands in the source of the catalogue or of a probe; tests check every one of them.
    package init(constant: StaticString) { description = constant.description }
}

extension ConnectorName: Comparable {
    /// By the names' bytes.
    public static func < (left: ConnectorName, right: ConnectorName) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }
}
