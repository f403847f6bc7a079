import Credentials
import Crypto
import OrderedJSON
import Testing

@testable import ExchangeVerification

@Suite("Unix time")
struct UnixTimeTests {
    @Test(
        "is written as people and exchanges write it",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_700_000_000_123, "2023-11-14T22:13:20.123Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_709_164_799_999, "2024-02-28T23:59:59.999Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        ])
    func text(_ milliseconds: Int, _ text: String) throws {
        let time = UnixTime(milliseconds: milliseconds)
        #expect(time.descriptionWithMilliseconds == text)
        #expect(UnixTime(iso8601: text) == time)
        #expect(UnixTime(iso8601: time.description)?.milliseconds == time.seconds * 1000)
    }

    @Test(
        "other texts are none",
        arguments: [
            "", "2023", "2023-11-14 22:13:20Z", "2023-11-14T22:13:20", "2023-13-14T22:13:20Z",
            "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20+01Z", "2o23-11-14T22:13:20Z",
            "2023-11-14T22:13:20.1234567890123456789Z",
        ])
    func noTime(_ text: String) { #expect(UnixTime(iso8601: text) == nil) }

    @Test("what an exchange makes up does not overflow", arguments: [Int.min, .max])
    func extremes(_ number: Int) {
        for time in [UnixTime(milliseconds: number), UnixTime(seconds: number)] {
            #expect(time.description.count == 20)
            #expect(time.advanced(by: number).description.count == 20)
        }
    }
}

@Suite("Server clock")
struct ServerClockTests {
    @Test(
        "reads the date of an HTTP header",
        arguments: [
            ("Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000), ("Thu, 29 Feb 2024 00:00:00 GMT", 1_709_164_800),
        ])
    func date(_ text: String, _ seconds: Int) { #expect(UnixTime(httpDate: text) == UnixTime(seconds: seconds)) }

    @Test(
        "other dates are none",
        arguments: [
            "", "Tue, 14 Nov 2023 22:13:20", "Tue, 14 Nov 2023 22:13:20 CET", "Tue, 14 Foo 2023 22:13:20 GMT",
            "Tuesday, 14-Nov-23 22:13:20 GMT", "Tue, 4 Nov 2023 22:13:20 GMT", "2023-11-14T22:13:20Z",
        ])
    func noDate(_ text: String) { #expect(UnixTime(httpDate: text) == nil) }

    @Test(
        "tells the unit of a time by its size",
        arguments: [
            (1_700_000_000, 1_700_000_000_000), (1_700_000_000_123, 1_700_000_000_123),
            (1_700_000_000_123_456, 1_700_000_000_123), (1_700_000_000_123_456_789, 1_700_000_000_123), (0, 0),
        ])
    func unit(_ number: Int, _ milliseconds: Int) {
        #expect(ServerClock.milliseconds(ofAnyUnit: number) == milliseconds)
    }

    @Test("an answer without a readable date tells no time")
    func noHeader() {
        let clock = ServerClock(dateOf: ProbeCall(.get, "h.example", "/"))
        #expect(clock.milliseconds(ProbeResponse(status: 200, body: [])) == nil)
        #expect(clock.milliseconds(ProbeResponse(status: 200, body: [], headers: [("Date", "soon")])) == nil)
        let good = ProbeResponse(status: 200, body: [], headers: [("date", "Tue, 14 Nov 2023 22:13:20 GMT")])
        #expect(clock.milliseconds(good) == 1_700_000_000_500)
    }
}

@Suite("Queries")
struct QueryTests {
    @Test("everything but letters, digits and four marks is percent-encoded")
    func percent() {
        #expect(PercentEncoding.text("aZ09-._~") == "aZ09-._~")
        #expect(PercentEncoding.text("+/=&: é%") == "%2B%2F%3D%26%3A%20%C3%A9%25")
    }

    @Test("parameters are sorted by their names, capitals first")
    func sorted() {
        #expect(SortedQuery.text(["b=1", "a1=2", "a=9", "B=3"]) == "B=3&a=9&a1=2&b=1")
        #expect(SortedQuery.text([]) == "")
    }

    @Test("an exchange's own server may have a port")
    func port() {
        #expect(BaseURL(host: "api.ndax.io:8443").description == "https://api.ndax.io:8443")
        #expect(BaseURL(host: "api.ndax.io").description == "https://api.ndax.io")
    }
}

@Suite("Cookies")
struct CookieTests {
    @Test(
        "are read up to their attributes; others are none",
        arguments: [
            ("gravity=abc; Path=/", "abc"), ("gravity=a=b", "a=b"), (" gravity=x", "x"), ("gravity=", nil),
            ("gravity", nil), ("other=x", nil), ("gravity=a b", nil), ("gravity=a\u{7F}", nil), ("gravity=é", nil),
        ])
    func cookie(_ header: String, _ value: String?) {
        let response = ProbeResponse(status: 200, body: [], headers: [("Set-Cookie", header)])
        #expect(response.cookie("gravity") == value)
    }
}

@Suite("Base64")
struct Base64Tests {
    @Test(
        "gives the texts of RFC 4648 and reads them",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
        ])
    func vectors(_ plain: String, _ coded: String) {
        #expect(Base64.text(plain.utf8) == coded)
        #expect(Base64.bytes(coded) == Array(plain.utf8))
        #expect(Base64.urlText(plain.utf8) == coded.filter { $0 != "=" })
    }

    @Test("the alphabet for URLs differs in two characters")
    func url() {
        #expect(Base64.text([0xFB, 0xEF, 0xFF]) == "++//")
        #expect(Base64.urlText([0xFB, 0xEF, 0xFF]) == "--__")
        #expect(Base64.bytes("++//") == [0xFB, 0xEF, 0xFF])
    }

    @Test("long texts survive")
    func long() {
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(Base64.bytes(Base64.text(bytes)) == bytes)
    }

    @Test("other texts are none", arguments: ["Z", "Zg", "Zg=", "Zg===", "Z===", "Zg==Zg==", "Zm9v\n", "Zm 9", "--__"])
    func noBase64(_ text: String) { #expect(Base64.bytes(text) == nil) }
}

@Suite("Coinbase key")
struct CoinbaseKeyTests {
    private let key = P256.Signing.PrivateKey()

    private func kind(_ text: String) throws -> String {
        let credential = try TestCredential.make(
            "coinbase_advanced_trade", JSONObject([("coinbase_advanced_trade_api_secret", .string(text))]))
        return switch CoinbaseKey(credential.text("coinbase_advanced_trade_api_secret")) {
        case .ecdsa: "ECDSA"
        case .ecdsaWithoutFrame: "ECDSA without frame"
        case .ed25519: "Ed25519"
        case .ed25519PEM: "Ed25519 PEM"
        case .unreadable: "none"
        }
    }

    private func body(_ pem: String) -> String {
        pem.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }.joined()
    }

    @Test("is judged as Hummingbot reads it: forms that work")
    func works() throws {
        #expect(try kind(TestCredential.pem) == "ECDSA")
        #expect(try kind(TestCredential.pem + "\n") == "ECDSA")
        #expect(try kind(TestCredential.pem.split(separator: "\n").joined(separator: #"\n"#)) == "ECDSA")
        #expect(try kind(body(TestCredential.pem)) == "ECDSA")
        #expect(try kind(key.pemRepresentation) == "ECDSA")
    }

    @Test("is judged as Hummingbot reads it: forms that do not")
    func doesNotWork() throws {
        #expect(key.pemRepresentation.hasPrefix("-----BEGIN PRIVATE KEY-----"))
        #expect(try kind(body(key.pemRepresentation)) == "ECDSA without frame")
        let edwards = Curve25519.Signing.PrivateKey()
        let both = Array(edwards.rawRepresentation) + Array(edwards.publicKey.rawRepresentation)
        #expect(try kind(Base64.text(both)) == "Ed25519")
        #expect(try kind(Base64.text(Array(edwards.rawRepresentation))) == "Ed25519")
        let identifier: [UInt8] = [
            0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
        ]
        let der = Base64.text(identifier + Array(edwards.rawRepresentation))
        #expect(try kind("-----BEGIN PRIVATE KEY-----\n\(der)\n-----END PRIVATE KEY-----") == "Ed25519 PEM")
        #expect(try kind(P384.Signing.PrivateKey().pemRepresentation) == "none")
        #expect(try kind("not a key") == "none")
    }

    @Test("one changed byte of a private key makes a token that does not verify")
    func changedByte() throws {
        let token = CoinbaseToken(
            keyName: "k", call: ProbeCall(.get, "h", "/p"), time: UnixTime(seconds: 1_700_000_000), nonce: "00")
        for position in 0..<32 {
            var bytes = Array(key.rawRepresentation)
            bytes[position] ^= 1
            guard let other = try? P256.Signing.PrivateKey(rawRepresentation: bytes) else { continue }
            let signature = try #require(try token.signed(with: .ecdsa(other)).split(separator: ".").last)
            let standard = signature.map { $0 == "-" ? "+" : $0 == "_" ? "/" : String($0) }.joined() + "=="
            let raw = try P256.Signing.ECDSASignature(rawRepresentation: try #require(Base64.bytes(standard)))
            let input = Array(token.signingInput(algorithm: "ES256").utf8)
            #expect(!key.publicKey.isValidSignature(raw, for: input))
            #expect(other.publicKey.isValidSignature(raw, for: input))
        }
    }
}

@Suite("Exchange endpoints")
struct ExchangeEndpointsTests {
    private let connectors = ProbeRegistry.standard.connectors

    @Test("flags win over the environment, and what is in force can be shown")
    func order() throws {
        let endpoints = try ExchangeEndpoints(
            flags: ["binance=http://127.0.0.1:8080/", "OKX=https://gate.example/okx"],
            environment: [
                "EXCHANGE_URL_BINANCE": "https://other.example", "EXCHANGE_URL_BYBIT_TESTNET": "https://x.example:444",
                "EXCHANGE_URL_KRAKEN": "", "PATH": "/bin",
            ], among: connectors)
        #expect(
            endpoints.overrides.map { "\($0.connector) \($0.base)" } == [
                "binance http://127.0.0.1:8080", "bybit_testnet https://x.example:444", "okx https://gate.example/okx",
            ])
    }

    @Test(
        "what is no override is refused",
        arguments: [
            ("binance", InvalidEndpoint.notAnOverride), ("=https://x.example", .unknownConnector("")),
            ("binanse=https://x.example", .unknownConnector("binanse")), ("binance=", .notAnAddress),
            ("binance=ftp://x.example", .notAnAddress), ("binance=x.example", .notAnAddress),
            ("binance=http://x.example", .notEncrypted), ("binance=http://127.0.0.1.example", .notEncrypted),
            ("binance=http://127.0.0.1@x.example", .notAnAddress), ("binance=https://u:p@x.example", .notAnAddress),
            ("binance=https://x.example?a=b", .notAnAddress), ("binance=https://x.example#a", .notAnAddress),
            ("binance=https://x.example:0", .notAnAddress), ("binance=https://x.example:99999", .notAnAddress),
            ("binance=https://x.example:", .notAnAddress), ("binance=https://", .notAnAddress),
            ("binance=https://x.example/../y", .notAnAddress), ("binance=https://x.example/a b", .notAnAddress),
            ("binance=http://0.0.0.0", .notEncrypted), ("binance=http://10.0.0.1", .notEncrypted),
        ])
    func refused(_ flag: String, _ error: InvalidEndpoint) {
        #expect(throws: error) { try ExchangeEndpoints(flags: [flag], among: connectors) }
        #expect(!error.description.isEmpty)
    }

    @Test(
        "plain http is fine for this machine", arguments: ["http://localhost:1", "http://127.9.9.9", "http://[::1]:80"])
    func loopback(_ text: String) throws { #expect(try BaseURL(text).description == text) }

    @Test("a variable for no connector redirects nothing and is named; one for a connector must be an address")
    func strangeVariables() throws {
        let endpoints = try ExchangeEndpoints(
            flags: [],
            environment: [
                "EXCHANGE_URL_FOO": "nonsense", "EXCHANGE_URL_BINANSE": "https://x.example",
                "EXCHANGE_URL_OKX": "https://y.example", "EXCHANGE_URL_EMPTY": "",
            ], among: connectors)
        #expect(endpoints.strangeVariables == ["EXCHANGE_URL_BINANSE", "EXCHANGE_URL_FOO"])
        #expect(endpoints.overrides.map(\.connector.description) == ["okx"])
        #expect(throws: InvalidEndpoint.notAnAddress) {
            try ExchangeEndpoints(flags: [], environment: ["EXCHANGE_URL_OKX": "nonsense"], among: connectors)
        }
    }
}

@Suite("Proxy address")
struct ProxyAddressTests {
    @Test("is read from the environment, in capitals first")
    func environment() throws {
        #expect(try ProxyAddress.from(environment: [:]) == nil)
        #expect(
            try ProxyAddress.from(environment: ["HTTPS_PROXY": "", "https_proxy": "p.example:1"])?.host == "p.example")
        let both = try ProxyAddress.from(environment: [
            "HTTPS_PROXY": "http://a.example:3128/", "https_proxy": "b.example",
        ])
        #expect(both?.host == "a.example" && both?.port == 3128 && both?.login == nil)
        #expect(try ProxyAddress("p.example").port == 80)
        let login = try ProxyAddress("http://u:p%3A%40@p.example").login
        #expect(login?.name == "u" && login?.password == Secret("p:@"))
    }

    @Test(
        "NO_PROXY names hosts, and all names below them, that it does not lead to",
        arguments: [
            ("api.example.org", true), ("example.org", true), ("notexample.org", false), ("example.org.evil", false),
            ("one.example", true), ("ONE.example", true), ("port.example", false), ("203.0.113.7", true),
            ("other.example", false),
        ])
    func exceptions(host: String, isException: Bool) throws {
        let proxy = try ProxyAddress.from(environment: [
            "HTTPS_PROXY": "p.example", "no_proxy": "unused",
            "NO_PROXY": ".example.org, One.Example,,port.example:1,203.0.113.7",
        ])
        #expect(proxy?.leads(to: host, port: 443) == !isException)
        #expect(proxy?.leads(to: "port.example", port: 1) == false)
        #expect(try ProxyAddress.from(environment: ["HTTPS_PROXY": "p.example", "NO_PROXY": "*"]) == nil)
    }

    @Test(
        "other texts are none, and the refusal does not repeat them",
        arguments: [
            "https://p.example", "socks5://p.example", "http://", "http://u:%zz@p", "p.example/x", "u@p.example",
        ])
    func refused(_ text: String) {
        #expect(throws: InvalidProxy()) { try ProxyAddress(text) }
        #expect(!InvalidProxy().description.contains("example"))
    }
}

@Suite("Exchange text")
struct ExchangeTextTests {
    @Test(
        "comes out clean",
        arguments: [
            ("plain words", "plain words"), ("  much \n\t space  ", "much space"), ("\u{1B}[31mred\u{7}", "[31mred"),
            ("se\u{0}cr\u{200B}et-one", "…"), ("is SECRET-ONE here", "is … here"), ("abc", "abc"),
            ("key 0123456789abcdef0123456789abcdef!", "key …!"),
            ("base-request-exceed-frequency-limit", "base-request-exceed-frequency-limit"),
            ("\u{202E}gnp.exe", "gnp.exe"),
            ("first line second line", "…"), ("first\nline\u{2028}second\r\nline", "first line second line"),
        ])
    func cleaned(_ text: String, _ expected: String) {
        let secrets = ["secret-one", "first line second line", "ab"]
        if expected == "first line second line" {
            #expect(ExchangeText.cleaned(text, hiding: ["secret-one"]) == expected)
        } else {
            #expect(ExchangeText.cleaned(text, hiding: secrets) == expected)
        }
    }

    @Test(
        "a short secret is hidden as a word of its own, and not in the middle of another",
        arguments: [
            ("memo=abc given", "memo=… given"), ("ABC", "…"), ("is (abc).", "is (…)."),
            ("abcd, xabc, 1abc2", "abcd, xabc, 1abc2"),
            ("abc abc", "… …"), ("pin x7, x78", "pin …, x78"), ("a!b a! xa!", "…b … xa!"),
        ])
    func shortSecrets(_ text: String, _ expected: String) {
        #expect(ExchangeText.cleaned(text, hiding: ["abc", "x7", "a!", "", "\u{0}"]) == expected)
    }

    @Test("nothing is left of nothing, and little of much")
    func length() {
        #expect(ExchangeText.cleaned("\u{1B}\u{0} \n", hiding: []) == nil)
        #expect(ExchangeText.cleaned(String(repeating: "word ", count: 100_000), hiding: [])?.count == 200)
    }

    @Test(
        "finds the address that an exchange saw",
        arguments: [
            ("Your IP 1.2.3.4 is not", "1.2.3.4"), ("clientIp is:203.0.113.9.", "203.0.113.9"),
            ("ip 2001:db8::1, sorry", "2001:db8::1"), ("Request IP not in whitelist: 10.0.0.1", "10.0.0.1"),
        ])
    func address(_ text: String, _ address: String) { #expect(ExchangeText.address(in: text) == address) }

    @Test(
        "finds none where there is none",
        arguments: ["", "version 1.2.3", "at 12:30:59", "1.2.3.400", "dead:beef", "1.2.3.4.5"])
    func noAddress(_ text: String) { #expect(ExchangeText.address(in: text) == nil) }
}

@Suite("Route")
struct RouteTests {
    private static let list = ProbeCall(.get, "api.example.org", "/v1/accounts/{}/balance").route

    @Test("a part in braces stands for one part of letters and digits", arguments: ["a", "0xAB12", "dydx1qqq"])
    func covers(_ part: String) {
        #expect(Self.list.covers(ProbeCall(.get, "api.example.org", "/v1/accounts/\(part)/balance").route))
    }

    @Test(
        "and for nothing else",
        arguments: ["", "a/b", "..", "a%2Fb", "a?b", "a b", "{}", "a-b", "ä", "a/../../orders", "a/balance/x"])
    func refuses(_ part: String) {
        #expect(!Self.list.covers(ProbeCall(.get, "api.example.org", "/v1/accounts/\(part)/balance").route))
    }

    @Test("method, host and every other part must be the same")
    func others() {
        for other in [
            ProbeCall(.post, "api.example.org", "/v1/accounts/a/balance"),
            ProbeCall(.get, "example.org", "/v1/accounts/a/balance"),
            ProbeCall(.get, "api.example.org", "/v2/accounts/a/balance"),
            ProbeCall(.get, "api.example.org", "/v1/accounts/a/balance/"),
            ProbeCall(.get, "api.example.org", "/v1/accounts/a"),
        ] { #expect(!Self.list.covers(other.route)) }
    }
}

@Suite("Probe registry")
struct ProbeRegistryTests {
    @Test("holds every connector of the catalogue, and no other")
    func connectors() {
        let catalogue = Set(ConnectorCatalog.standard.connectors.map(\.name.description))
        let registry = Set(ProbeRegistry.standard.connectors.map(\.description))
        #expect(registry == catalogue)
    }

    @Test("every probe says what a valid outcome proves, and sends to hosts of names only")
    func proofs() {
        // The exchange cannot tell whether the key that signs orders is the right one.
        let unsigned: KeyValuePairs<String, ProbeProof.Part> = [
            "decibel": .key, "evedex": .key, "grvt": .key, "lighter": .account,
        ]
        for connector in ProbeRegistry.standard.connectors {
            let probe = ProbeRegistry.standard[connector]
            let part = unsigned.first { connector.description.hasPrefix($0.key) }?.value ?? .secret
            #expect(probe?.proof.parts.contains(part) == true && probe?.proof.note.isEmpty == false)
            #expect(probe?.proof.parts.contains(.secret) == (part == .secret))
            #expect(probe?.routes.allSatisfy { $0.path.hasPrefix("/") && $0.host.contains(".") } == true)
            #expect(probe?.routes.allSatisfy { [.get, .post].contains($0.method) } == true)
        }
    }
}
