import Credentials
import OrderedJSON
import Testing

@Suite("Pasted PEM keys")
struct PEMTests {
    /// 118 bytes of nothing, about as many as an EC key has.
    private static let body = String(repeating: "MHcCAQEEIFAKE+/fake", count: 8) + "fakefakeFAKE"
    private static let lines = wrapped(body, label: "EC PRIVATE KEY", lineEnd: "\n")

    private static func wrapped(_ body: String, label: String, lineEnd: String, width: Int = 64) -> String {
        var lines = ["-----BEGIN \(label)-----"]
        var rest = Substring(body)
        while !rest.isEmpty {
            lines.append(String(rest.prefix(width)))
            rest = rest.dropFirst(width)
        }
        return (lines + ["-----END \(label)-----"]).joined(separator: lineEnd)
    }

    private static func stored(_ pasted: String, label: String = "") throws -> String? {
        let values = try Connector.named("coinbase_advanced_trade").parse([
            "coinbase_advanced_trade_api_secret": .string(pasted)
        ])
        return values["coinbase_advanced_trade_api_secret"]?.exposedText
    }

    @Test(
        "every way of losing the line breaks is put right",
        arguments: [
            wrapped(body, label: "EC PRIVATE KEY", lineEnd: #"\n"#),
            wrapped(body, label: "EC PRIVATE KEY", lineEnd: #"\r\n"#),
            wrapped(body, label: "EC PRIVATE KEY", lineEnd: " "), wrapped(body, label: "EC PRIVATE KEY", lineEnd: ""),
            wrapped(body, label: "EC PRIVATE KEY", lineEnd: "\r\n"),
            wrapped(body, label: "EC PRIVATE KEY", lineEnd: "\r"),
            wrapped(body, label: "EC PRIVATE KEY", lineEnd: "\n  "),
            wrapped(body, label: "EC PRIVATE KEY", lineEnd: "\n\n"),
            wrapped(body, label: "EC PRIVATE KEY", lineEnd: "\n", width: 500), "  \n" + lines + #"\n"#, lines + "\n",
            "\"" + wrapped(body, label: "EC PRIVATE KEY", lineEnd: #"\n"#) + #"\n""#, lines,
        ])
    func repaired(_ pasted: String) throws {
        #expect(try Self.stored(pasted) == Self.lines)
    }

    @Test("lines in order stay as they are, whatever their width", arguments: [48, 64, 76])
    func untouched(_ width: Int) throws {
        let pem = Self.wrapped(Self.body, label: "PRIVATE KEY", lineEnd: "\n", width: width)
        #expect(try Self.stored(pem) == pem)
    }

    @Test("an encrypted key's headers and a second block stay as they are")
    func headersAndBlocks() throws {
        let headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n"
        let label = "-----BEGIN EC PRIVATE KEY-----\n"
        let encrypted = label + headers + Self.lines.dropFirst(label.count)
        #expect(try Self.stored(encrypted) == encrypted)
        let two = Self.wrapped("BggqhkjOPQMBBw==", label: "EC PARAMETERS", lineEnd: "\n") + "\n" + Self.lines
        #expect(try Self.stored(two) == two)
    }

    @Test("two blocks in one line become two blocks")
    func twoBlocks() throws {
        let first = Self.wrapped("BggqhkjOPQMBBw==", label: "EC PARAMETERS", lineEnd: "\n")
        let oneLine = (first + "\n" + Self.lines).split(separator: "\n").joined(separator: " ")
        #expect(try Self.stored(oneLine) == first + "\n" + Self.lines)
    }

    @Test(
        "a key that is cut off or damaged is refused",
        arguments: [
            String(lines.dropLast(30)), String(lines.prefix(27)),
            "-----BEGIN EC PRIVATE KEY----- not base64! -----END EC PRIVATE KEY-----",
            "-----BEGIN EC PRIVATE KEY-----\n-----END EC PRIVATE KEY-----",
            "-----BEGIN EC PRIVATE KEY----- AAA -----END EC PRIVATE KEY-----",
            "-----BEGIN A----- " + body + " -----END B-----", lines + "\ntrailing", "-----BEGIN ",
        ])
    func damaged(_ pasted: String) throws {
        let field = "coinbase_advanced_trade_api_secret"
        #expect(
            try Connector.named("coinbase_advanced_trade").faults([field: .string(pasted)])
                == [FieldFault(field: field, problem: .damagedPEM)])
    }

    @Test("a bare body loses the white space that pasting left in it")
    func bareBody() throws {
        #expect(try Self.stored(" \(Self.body.prefix(64))\n\(Self.body.dropFirst(64)) ") == Self.body)
        #expect(try Self.stored(Self.body.prefix(64) + #"\n"# + Self.body.dropFirst(64)) == Self.body)
        #expect(try Self.stored("FAKE-secret-0123456789") == "FAKE-secret-0123456789")
    }

    @Test("the keys of other exchanges are put right too", arguments: ["kalshi_perpetual", "lambdaplex", "binance"])
    func otherConnectors(_ name: String) throws {
        let connector = try Connector.named(name)
        let field = try #require(connector.fields.last { $0.isSecret })
        let pasted = Self.wrapped(Self.body, label: "RSA PRIVATE KEY", lineEnd: #"\n"#)
        let values = try connector.parse([field.name: .string(pasted)])
        #expect(
            values[field.name]?.exposedText == Self.wrapped(Self.body, label: "RSA PRIVATE KEY", lineEnd: "\n"))
    }
}
