internal import Yams

extension CredentialDocument {
    /// Reads the bytes of a connector file. Values are typed as Hummingbot's own reader types them.
    ///
    /// - Throws: ``DocumentError``.
    public init(bytes: [UInt8]) throws(DocumentError) {
        guard bytes.count <= Self.byteLimit else { throw .tooLarge }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        // The parser recurses once a level; a bomb of brackets or dashes must not reach it.
        let openers = bytes.count { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "?") }
        guard openers + text.ranges(of: "- ").count <= 2000 else { throw .tooComplex }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw .notYAML(line: error.line)
        } catch {
            throw .notYAML(line: 0)
        }
        guard let root else { throw .empty }
        if case .scalar(let scalar) = root, scalar.string.isEmpty { throw .empty }
        var converter = NodeConverter()
        guard case .map(let items) = try converter.value(of: root) else { throw .notAMap }
        self.init(title: nil, items: items)
    }
}

/// Turns the parser's nodes into values, counting them: an alias repeats its anchor's nodes without repeating bytes.
private struct NodeConverter {
    private static let nodeLimit = 10_000
    private static let deepestLevel = 20
    private var count = 0

    mutating func value(of node: Node, level: Int = 0) throws(DocumentError) -> DocumentValue {
        count += 1
        guard count <= Self.nodeLimit, level <= Self.deepestLevel else { throw .tooComplex }
        switch node {
        case .scalar(let scalar):
            guard Self.knownTags.contains(node.tag.description) else { throw .foreignTag }
            return scalar.style == .plain ? YAMLScalar.value(ofPlain: scalar.string) : .text(scalar.string)
        case .sequence(let sequence):
            var elements: [DocumentValue] = []
            for element in sequence { elements.append(try value(of: element, level: level + 1)) }
            return .list(elements)
        case .mapping(let mapping):
            var items: [CredentialDocument.Item] = []
            for (key, content) in mapping {
                guard case .scalar(let name) = key else { throw .notAMap }
                items.append(
                    CredentialDocument.Item(name: name.string, value: try value(of: content, level: level + 1)))
            }
            return .map(items)
        case .alias: throw .tooComplex
        }
    }

    private static let knownTags: Set<String> = Set(
        ["str", "bool", "int", "float", "null", "timestamp", "merge", "value"].map { "tag:yaml.org,2002:" + $0 })
}

extension YamlError {
    /// The line of the fault counted from 1, or 0 when the parser did not say.
    fileprivate var line: Int {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        default: 0
        }
    }
}
