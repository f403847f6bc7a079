internal import Yams

extension CredentialDocument {
    /// Reads the bytes of a connector file. Values are typed as Hummingbot's own reader types them.
    ///
    /// - Parameter bytes: At most ``byteLimit``; the work stays proportional to their number, whatever they are.
    /// - Throws: ``DocumentError``.
    public init(bytes: [UInt8]) throws(DocumentError) {
        guard bytes.count <= Self.byteLimit else { throw .tooLarge }
        guard var text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        guard YAMLShape(bytes).isSimple else { throw .tooComplex }
        // The parser would count a byte order mark as a column.
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        // The parser keeps a pointer to the text, which must not be one of the short texts that live inside a variable.
        text += String(repeating: "\n", count: 16)
        let root: Node?
        do {
            root = try Yams.compose(yaml: text, .basic, .default, .utf8)
        } catch YamlError.duplicatedKeysInMapping(_, let context) {
            throw .duplicateKey(line: context.mark.line)
        } catch let error as YamlError {
            // What the parser missed at the end of the file, it missed after the lines that we appended.
            throw .notYAML(line: min(error.line, bytes.count { $0 == UInt8(ascii: "\n") } + 1))
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

/// An estimate, from above, of how deep a text nests and how often it repeats itself, before a parser sees it.
///
/// The parser recurses once a level and compares keys by all that is in them, so a bomb of brackets, dashes or aliases
/// must not reach it.
private struct YAMLShape {
    private var bracketCount = 0
    private var aliasCount = 0
    private var deepestIndentation = 0
    private var mostIndicatorsInLine = 0

    /// Far beyond what Hummingbot writes: three levels, no bracket but `[]` and `{}`, no alias.
    var isSimple: Bool {
        bracketCount <= 200 && aliasCount <= 10 && deepestIndentation <= 100 && mostIndicatorsInLine <= 100
    }

    init(_ bytes: [UInt8]) {
        var (indentation, indicatorCount, isLineStart) = (0, 0, true)
        for (position, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                (indentation, indicatorCount, isLineStart) = (0, 0, true)
                continue
            case UInt8(ascii: " ") where isLineStart:
                indentation += 1
                deepestIndentation = max(deepestIndentation, indentation)
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"): bracketCount += 1
            case UInt8(ascii: "*") where position == 0 || !bytes[position - 1].canEndWord: aliasCount += 1
            case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
                // Each of them opens a level when a blank follows; `- - -` opens three in one line.
                if position + 1 == bytes.count || bytes[position + 1] <= UInt8(ascii: " ") { indicatorCount += 1 }
                mostIndicatorsInLine = max(mostIndicatorsInLine, indicatorCount)
            default: break
            }
            isLineStart = false
        }
    }
}

extension UInt8 {
    /// Whether an alias cannot begin right after this byte; a row of stars counts once.
    fileprivate var canEndWord: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "*"):
            true
        default: false
        }
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
            // PyYAML takes `! "5"` for a number, quoted or not.
            if scalar.tag.rawValue == "!" { return YAMLScalar.value(ofPlain: scalar.string) }
            switch try Self.kind(of: scalar.tag, ownTag: "str") {
            case .untagged where scalar.style == .plain: return YAMLScalar.value(ofPlain: scalar.string)
            case .untagged, .tagged: return .text(scalar.string)
            case .other: return .other("a value with a tag")
            }
        case .sequence(let sequence):
            guard try Self.kind(of: sequence.tag, ownTag: "seq") != .other else { return .other("a list with a tag") }
            var elements: [DocumentValue] = []
            for element in sequence { elements.append(try value(of: element, level: level + 1)) }
            return .list(elements)
        case .mapping(let mapping):
            guard try Self.kind(of: mapping.tag, ownTag: "map") != .other else { return .other("a map with a tag") }
            var items: [CredentialDocument.Item] = []
            for (key, content) in mapping {
                guard case .scalar(let name) = key,
                    name.style != .plain || YAMLScalar.value(ofPlain: name.string) == .text(name.string)
                else { throw .keyNotText }
                items.append(
                    CredentialDocument.Item(name: name.string, value: try value(of: content, level: level + 1)))
            }
            return .map(items)
        case .alias: throw .tooComplex
        }
    }

    private enum TagKind {
        case untagged
        /// The tag says what the node is without it, or that a scalar is a text.
        case tagged
        /// PyYAML makes something else of it that no field takes.
        case other
    }

    private static func kind(of tag: Tag, ownTag: String) throws(DocumentError) -> TagKind {
        if tag.rawValue.isEmpty || tag.rawValue == "!" { return .untagged }
        if tag.rawValue == standardPrefix + ownTag { return .tagged }
        guard tag.rawValue.hasPrefix(standardPrefix),
            safeTags.contains(String(tag.rawValue.dropFirst(standardPrefix.count)))
        else { throw .foreignTag }
        return .other
    }

    private static let standardPrefix = "tag:yaml.org,2002:"
    /// What PyYAML's `SafeLoader` constructs.
    private static let safeTags: Set<String> = [
        "null", "bool", "int", "float", "binary", "timestamp", "omap", "pairs", "set", "str", "seq", "map",
    ]
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
