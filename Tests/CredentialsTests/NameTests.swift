import Credentials
import Testing

@Suite("Names")
struct NameTests {
    @Test("a name of letters, digits, underscores and hyphens is taken", arguments: ["a", "A-b_9", "master_account"])
    func valid(_ text: String) throws {
        #expect(try AccountName(text).description == text)
        #expect(try ConnectorName(text).description == text)
    }

    @Test(
        "a name that could climb out of the tree or surprise a shell is refused",
        arguments: [
            "", ".", "..", "a/b", "a\\b", "a b", "a\u{0}", "ä", "a\n", "../etc", String(repeating: "a", count: 201),
        ])
    func invalid(_ text: String) {
        #expect(throws: InvalidName(kind: .account, text: text)) { try AccountName(text) }
        #expect(throws: InvalidName(kind: .connector, text: text)) { try ConnectorName(text) }
    }

    @Test(
        "a refused name cannot steer whoever reads about it",
        arguments: ["ev\u{202E}gnp.exe", "a\u{1B}[31mb", "a\u{200B}b", "a\u{2028}b", "a\u{2066}b", "a\nb"])
    func steering(_ text: String) {
        let sentence = InvalidName(kind: .account, text: text).description
        #expect(sentence.contains("?"))
        #expect(sentence.unicodeScalars.allSatisfy { !$0.steersText })
    }

    @Test("no account is called gateway, whose routes the API keeps for wallets")
    func gateway() {
        #expect(throws: InvalidName.self) { try AccountName("gateway") }
        #expect(throws: Never.self) { try ConnectorName("gateway") }
    }

    @Test(
        "a connector's name may be typed in capitals, with hyphens or with spaces",
        arguments: ["Binance Perpetual", "binance-perpetual", " BINANCE_PERPETUAL\n"])
    func normalized(_ text: String) throws {
        #expect(try ConnectorName(normalizing: text).description == "binance_perpetual")
    }

    @Test("master_account comes before every other account")
    func order() throws {
        let names = try ["zeta", "master_account", "Alpha", "beta"].map { try AccountName($0) }
        #expect(names.sorted().map(\.description) == ["master_account", "Alpha", "beta", "zeta"])
    }

    @Test("a refused name is shown short and without control characters")
    func description() {
        let error = InvalidName(kind: .account, text: "a\u{1B}b" + String(repeating: "c", count: 150))
        #expect(error.description.hasPrefix("Invalid account name: 'a?bc…'. "))
    }

    @Test(
        "what stands for a name that is not known is shown whole when it looks like one",
        arguments: [
            "api_key", "ed25519_key", "account 2", "My Account", "SOLO-XRP", "REGION", "a-name-of-20-letters", "../x",
            "", "ä", "9",
        ])
    func shownWhole(_ text: String) { #expect(text.shownAsName == text) }

    @Test(
        "of what may be a secret in the wrong place only the beginning is shown",
        arguments: [
            "0123456789abcdef0123456789abcdef", "4f9c2b1e-7d3a-4c58-9b60-2f1d8e7a6c53", "abandon abandon ability",
            "a-name-of-21-letters_", "mx0vGL8sA1", "p@ssword", "c2VjcmV0Cg==", "-rfx0", "Überweisung",
        ])
    func shownShort(_ text: String) { #expect(text.shownAsName == String(text.prefix(4)) + "…") }

    @Test("a secret shows nothing of itself and compares by its text")
    func secret() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\([secret])", dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect(secret == Secret("hunter2") && secret != Secret("hunter3") && secret != Secret("hunter"))
        #expect(Secret("").isEmpty && !secret.isEmpty)
    }
}
