import CredentialVault
import OrderedJSON
import Testing
import VaultTesting

@Suite("YAML scalars")
struct YAMLScalarTests {
    @Test("the vectors are there")
    func count() { #expect(YAMLVectors.texts.count > 150 && YAMLVectors.plain.count > 100) }

    @Test("a plain scalar has the type that PyYAML gives it", arguments: YAMLVectors.plain)
    func plain(_ vector: YAMLVectors.Plain) throws {
        let value = try CredentialDocument(bytes: Array("k: \(vector.scalar)\n".utf8))["k"]
        let kind =
            switch value {
            case .null: "null"
            case .boolean(let truth): "\(truth)"
            case .integer(let number): "integer \(number)"
            case .text(let text): "text \(text)"
            case .other: "other"
            case .list, .map, nil: "none"
            }
        #expect(kind == vector.kind)
    }

    @Test("what PyYAML writes is read as the same text", arguments: YAMLVectors.texts)
    func reads(_ vector: YAMLVectors.Text) throws {
        #expect(try CredentialDocument(bytes: Array(vector.yaml.utf8))["k"] == .text(vector.text))
    }

    @Test(
        "a printable text that fits a line is written as PyYAML writes it",
        arguments: YAMLVectors.texts.filter(\.isPlainText))
    func writes(_ vector: YAMLVectors.Text) throws {
        #expect(Self.written(vector.text) == vector.yaml)
    }

    @Test("every text comes back as itself, as a value, in a list and as a name", arguments: YAMLVectors.texts)
    func roundTrip(_ vector: YAMLVectors.Text) throws {
        let items: [CredentialDocument.Item] = [
            .init(name: "k", value: .text(vector.text)),
            .init(name: "list", value: .list([.text(vector.text), .text("after")])),
            .init(name: "map", value: .map([.init(name: "n" + vector.text, value: .text(vector.text))])),
        ]
        let document = CredentialDocument(title: "test", items: items)
        #expect(try CredentialDocument(bytes: document.bytes).items == items)
    }

    @Test("PyYAML reads what is written as the same text", .enabled(if: Python.isThere, "needs python3 with PyYAML"))
    func pythonReads() throws {
        let cases = YAMLVectors.texts.map { vector -> JSON in
            ["text": .string(vector.text), "yaml": .string(Self.written(vector.text))]
        }
        let script = """
            import json, sys, yaml
            cases = json.loads(sys.stdin.buffer.read())
            print(sum(yaml.safe_load(case["yaml"]) == {"k": case["text"]} for case in cases))
            """
        let output = try Python.run(script, input: JSON.array(cases).bytes())
        #expect(String(decoding: output, as: UTF8.self) == "\(cases.count)\n")
    }

    /// The line that a document has for the text, without the header.
    private static func written(_ text: String) -> String {
        let document = CredentialDocument(title: "", items: [.init(name: "k", value: .text(text))])
        return String(decoding: document.bytes, as: UTF8.self).split(separator: "\n\n", maxSplits: 1).last.map(
            String.init)
            ?? ""
    }
}

extension YAMLVectors.Text {
    /// Whether layout is certain: PyYAML folds long texts, and writes line breaks and what is beyond ASCII in several
    /// ways; there only the meaning counts.
    var isPlainText: Bool {
        text.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) } && !(text.count > 70 && text.contains(" "))
    }
}
