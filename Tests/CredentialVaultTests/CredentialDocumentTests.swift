import CredentialVault
import Testing
import VaultTesting

@Suite("Connector files")
struct CredentialDocumentTests {
    private func read(_ text: String) throws -> [CredentialDocument.Item] {
        try CredentialDocument(bytes: Array(text.utf8)).items
    }

    @Test(
        "what is no map of names is refused with the reason",
        arguments: [
            ("", DocumentError.empty), ("\n\n", .empty), ("# only a comment\n", .empty), ("---\n", .empty),
            ("just text", .notAMap), ("- a\n- b\n", .notAMap), ("42", .notAMap), ("[]", .notAMap),
            ("a: 1\na: 2\n", .duplicateKey(line: 1)), ("a: 1\n'a': 2\n", .duplicateKey(line: 1)),
            ("m:\n  x: 1\n  x: 2\n", .duplicateKey(line: 2)), ("1: a\n", .keyNotText), ("no: a\n", .keyNotText),
            ("? [a]\n: b\n", .keyNotText), ("? {a: b}\n: b\n", .keyNotText), ("~: b\n", .keyNotText),
            ("base: &b {x: 1}\n<<: *b\n", .keyNotText), ("a: !!python/object:os.system x\n", .foreignTag),
            ("a: !local x\n", .foreignTag), ("a: !!python/tuple [1]\n", .foreignTag),
            ("a: !thing {b: c}\n", .foreignTag), ("a: [\n", .notYAML(line: 2)), ("a: 'b\n", .notYAML(line: 2)),
            ("a: b: c\n", .notYAML(line: 1)), ("a: 1\n---\nb: 2\n", .notYAML(line: 2)),
            ("a: *nowhere\n", .notYAML(line: 1)),
            ("a:\n\tb: 1\n", .notYAML(line: 2)), ("\ta: 1\n", .notYAML(line: 1)),
            ("a: \"\\ud800\"\n", .notYAML(line: 1)),
            ("a: @b\n", .notYAML(line: 1)), ("%YAML 9.9\n---\na: b\n", .notYAML(line: 1)),
        ] as [(String, DocumentError)])
    func refused(text: String, error: DocumentError) {
        #expect(throws: error) { try read(text) }
    }

    @Test("a control character is refused", arguments: ["\0", "\u{1}", "\u{1B}", "\u{7F}"])
    func controlCharacter(character: String) {
        #expect(throws: DocumentError.notYAML(line: 0)) { try read("connector: a\nb: \(character)\n") }
    }

    @Test(
        "bytes that are no UTF-8 are refused", arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xFE, 0xFF, 0, 0x61]])
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: DocumentError.notUTF8) { try CredentialDocument(bytes: Array("a: ".utf8) + bytes) }
    }

    @Test("a byte order mark, Windows line ends, comments and a document start are no obstacle")
    func friendly() throws {
        let plain = try read("connector: binance\nkey: v\n")
        #expect(try read("\u{FEFF}connector: binance\r\nkey: v\r\n") == plain)
        #expect(try read("# c\n---\nconnector: binance # c\n\n\nkey: v\n...\n") == plain)
        #expect(try read("{connector: binance, key: v}") == plain)
        #expect(try read("connector: binance\nkey: v") == plain)
    }

    @Test("a short text is read as well as a long one", arguments: 1...20)
    func short(length: Int) throws {
        let name = String(repeating: "k", count: length)
        #expect(try read(name + ":") == [.init(name: name, value: .null)])
    }

    @Test("tags of the standard and several forms of text mean what they mean to PyYAML")
    func tags() throws {
        let items = try read(
            "a: !!str 5\nb: ! 5\nc: !!int \"5\"\nd: |\n  x\n  y\ne: >-\n  x\n  y\nf: !!set {x, y}\ng: !!map {x: 1}\n")
        #expect(items.map(\.name) == ["a", "b", "c", "d", "e", "f", "g"])
        #expect(items[0].value == .text("5") && items[1].value == .integer(5))
        #expect(items[2].value == .other("a value with a tag") && items[5].value == .other("a map with a tag"))
        #expect(items[3].value == .text("x\ny\n") && items[4].value == .text("x y"))
        #expect(items[6].value == .map([.init(name: "x", value: .integer(1))]))
    }

    @Test("an anchor is followed where it is used once")
    func anchor() throws {
        #expect(try read("a: &x [1]\nb: *x\n").map(\.value) == [.list([.integer(1)]), .list([.integer(1)])])
    }

    private static let aliasBomb: String = {
        let levels: [String] = (1...40).map { level in "a\(level): &a\(level) [*a\(level - 1),*a\(level - 1)]\n" }
        return "a0: &a0 [x, x]\n" + levels.joined()
    }()

    private static func stairs(_ step: String) -> String {
        let steps: [String] = (0..<700).map { String(repeating: " ", count: $0) + step }
        return steps.joined(separator: "\n")
    }

    static let bombs: [String] = [
        String(repeating: "- ", count: 100_000), String(repeating: "[", count: 100_000),
        "a: " + String(repeating: "{", count: 100_000), String(repeating: "? ", count: 100_000),
        String(repeating: ": ", count: 100_000), String(repeating: "-\n", count: 100_000), stairs("a:"), stairs("-"),
        aliasBomb, aliasBomb + "? *a40\n: x\n", "? " + String(repeating: "- ", count: 50) + "a\n: b\n",
    ]

    @Test("a bomb is refused before it goes off", arguments: bombs.indices)
    func bomb(number: Int) {
        #expect { try read(Self.bombs[number]) } throws: { error in
            switch error as? DocumentError {
            case .tooComplex, .notAMap, .notYAML, .keyNotText: true
            default: false
            }
        }
    }

    @Test("many keys and long values are read up to the limit of the file's size")
    func large() throws {
        let many = (0..<5000).map { "key\($0): v\n" }.joined()
        #expect(try read(many).count == 5000)
        #expect(throws: DocumentError.tooComplex) { try read((0..<15_000).map { "key\($0): v\n" }.joined()) }
        let long = String(repeating: "x", count: CredentialDocument.byteLimit - 4)
        #expect(try read("k: \(long)\n").map(\.value) == [.text(long)])
        #expect(throws: DocumentError.tooLarge) { try read("k: \(long)x\n") }
    }

    @Test("every cut and 2,000 flipped bytes of good files give a document or an error, never a crash")
    func damaged() throws {
        let folder = HummingbotTreeTests.connectors
        var generator = SeededGenerator(seed: 42)
        for file in ["xrpl.yml", "injective_v2.yml"] {
            let good = try contents(folder + "/" + file)
            for length in stride(from: 0, through: good.count, by: good.count > 2000 ? 7 : 1) {
                _ = try? CredentialDocument(bytes: Array(good[..<length]))
            }
            for _ in 0..<1000 {
                var bytes = good
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
                _ = try? CredentialDocument(bytes: bytes)
            }
        }
    }

    @Test("random rows of YAML's own signs give a document or an error, never a crash")
    func signs() {
        var generator = SeededGenerator(seed: 7)
        let signs = [
            "[", "]", "{", "}", "- ", "? ", ": ", ",", "&a ", "*a", "!", "!!str ", "|\n", ">\n", "'", "\"", "#", "%",
            "\n", "  ", "\t", "a", "\\x", "---\n", "...\n", "<<: ",
        ]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 1...30, using: &generator)).map { _ in
                signs[Int.random(in: 0..<signs.count, using: &generator)]
            }.joined()
            _ = try? CredentialDocument(bytes: Array(text.utf8))
        }
    }
}

/// A generator that gives the same row of numbers in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
