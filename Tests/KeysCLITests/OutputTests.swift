import KeyManagement
import OrderedJSON
import Testing

@testable import KeysCLI

@Suite("Output")
struct OutputTests {
    private struct Odd: Error { let text = "CANARY" }

    private func output(quiet: Bool = false) -> (Output, RecordingSink, RecordingSink) {
        let (out, err) = (RecordingSink(), RecordingSink())
        let console = Console(
            standardOutput: out, standardError: err, standardInput: StandardInput(isTerminal: false) { _ in [] },
            terminal: nil, outputIsTerminal: false, errorIsTerminal: false)
        return (Output(console: console, format: .table, isQuiet: quiet), out, err)
    }

    @Test("columns are aligned, and empty optional ones left out")
    func table() {
        let table = Table(
            header: ["NAME", "NUMBER", "PROBLEM"], rows: [["a", "1", ""], ["longer", "22", ""]],
            optionalColumns: ["PROBLEM"])
        #expect(table.text == "NAME    NUMBER\na       1\nlonger  22")
        #expect(Table(header: ["NAME"], emptyText: "None.").text == "None.")
    }

    @Test(
        "what could steer a terminal is replaced",
        arguments: ["\u{1B}[31m", "a\nb", "a\rb", "\u{9B}31m", "\u{202E}", "\u{2066}", "\u{7F}", "\u{2028}"])
    func controlCharacters(text: String) {
        let shown = Table(header: ["X", "Y"], rows: [[text, "end"]]).text
        #expect(shown.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value < 0x7F })
        #expect(shown.split(separator: "\n").count == 2)
        let json = Printable.json(JSON.string(text).text())
        #expect(json.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F })
        #expect((try? JSON(parsing: json)) == .string(text))
    }

    @Test("errors and hints go to standard error with the program's name")
    func messages() {
        let (output, out, err) = output()
        let code = output.report(
            Failure(
                .invalidInput, "Bad.", hint: "Do better.", fieldFaults: [.init(field: "a", message: "a is missing.")]))
        #expect(code == 64)
        #expect(out.text.isEmpty)
        #expect(
            err.text == """
                keys-manager: error: Bad.
                keys-manager: error: a is missing.
                keys-manager: hint: Do better.

                """)
    }

    @Test("an error that nobody foresaw shows nothing of itself")
    func unforeseen() {
        let (output, _, err) = output()
        #expect(output.report(Odd()) == 1)
        #expect(!err.text.contains("CANARY"))
    }

    @Test("quiet keeps data, warnings and errors")
    func quiet() throws {
        let (output, out, err) = output(quiet: true)
        try output.result(["a": 1], sentence: "Done.")
        output.note("note")
        output.hint("hint")
        output.warning("warning")
        try output.data([], table: Table(header: ["A"], rows: [["1"]]))
        #expect(out.text == "A\n1\n")
        #expect(err.text == "keys-manager: warning: warning\n")
    }

    @Test(
        "moments are written in UTC and read back",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_795_252_981, "2026-11-21T09:23:01Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"), (-1, "1969-12-31T23:59:59Z"),
        ])
    func timestamps(seconds: Int, text: String) {
        #expect(Timestamp.text(seconds) == text)
        #expect(Timestamp.seconds(text) == seconds)
    }

    @Test("what is no moment is none", arguments: ["", "2026-11-21", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z"])
    func noTimestamps(text: String) { #expect(Timestamp.seconds(text) == nil) }

    @Test(
        "ages of trash purge",
        arguments: [("30d", 2_592_000), ("2w", 1_209_600), ("0s", 0), ("12h", 43_200), ("10m", 600)])
    func ages(text: String, seconds: Int) { #expect(TimeSpan.seconds(text) == seconds) }

    @Test("what is no age", arguments: ["", "d", "30", "-1d", "1.5h", "9223372036854775807w"])
    func noAges(text: String) { #expect(TimeSpan.seconds(text) == nil) }
}
