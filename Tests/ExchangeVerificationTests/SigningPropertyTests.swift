import Credentials
import OrderedJSON
import Testing

@testable import ExchangeVerification

@Suite("Signatures: what they cover")
struct SigningPropertyTests {
    /// What an exchange's signature covers beside secret and time.
    private struct Cover {
        let path: Bool
        let query: Bool
        let body: Bool
        let key: Bool

        init(_ parts: String) {
            path = parts.contains("p")
            query = parts.contains("q")
            body = parts.contains("b")
            key = parts.contains("k")
        }

        /// By the beginning of the connectors' names: path, query, body, key.
        private static let all: KeyValuePairs<String, String> = [
            "aevo": "pbk", "backpack": "q", "binance": "qb", "bing_x": "q", "bitget": "pqb", "bitmart": "qb",
            "bitrue": "qb", "bitstamp": "pqbk", "btc_markets": "pb", "bybit": "qbk", "coinbase": "pk", "foxbit": "pqb",
            "gate_io": "pqb", "gemini": "p", "htx": "pqk", "kraken": "pb", "kucoin": "pqb", "lambdaplex": "qb",
            "mexc": "qb", "ndax": "k", "okx": "pqb",
        ]

        /// `nil` for a connector whose requests carry no signature that can be compared.
        static func of(_ connector: String) -> Cover? {
            all.first { connector.hasPrefix($0.key) }.map { Cover($0.value) }
        }
    }

    /// The connectors that sign. Kalshi's signatures are random; a suite of their own looks at them.
    static let signing: [String] = TestCredential.connectors.filter { Cover.of($0) != nil }

    @Test("no connector that signs is left out")
    func complete() {
        #expect(
            TestCredential.connectors.filter {
                !Self.signing.contains($0) && !$0.hasPrefix("hyperliquid") && !TestWallets.isOne($0)
            } == [
                "architect_perpetual", "architect_perpetual_sandbox", "evedex_perpetual", "grvt_perpetual",
                "grvt_perpetual_testnet", "kalshi_perpetual",
            ])
    }

    private struct Parts {
        var fields = JSONObject()
        var time = 1_700_000_000_123
        var nonce = 1_700_000_000
        var path = "/api/v9/thing"
        var query = "a=1"
        var body = ""
    }

    /// What proves a request: everything in it that is derived from the secret.
    private func signature(_ connector: String, _ parts: Parts) throws -> String {
        let probe = try #require(ProbeRegistry.standard[try ConnectorName(connector)])
        let credential = try TestCredential.make(connector, parts.fields)
        let call = ProbeCall(
            parts.body.isEmpty ? .get : .post, "api.example.org", parts.path, query: parts.query, body: parts.body)
        let stamp = ProbeStamp(
            time: UnixTime(milliseconds: parts.time), nonce: parts.nonce, random: [UInt8](repeating: 7, count: 32))
        let request = try probe.request(for: call, of: credential, stamp: stamp)
        if connector == "coinbase_advanced_trade" {
            // The signature itself is random; what it signs is not.
            let token = try #require(request.header("Authorization")).dropFirst("Bearer ".count)
            return token.split(separator: ".").prefix(2).joined(separator: ".")
        }
        let header = request.headers.first { header in
            ["SIGN", "SIGNATURE"].contains { header.name.uppercased().hasSuffix($0) }
        }
        let parameters = (request.query + "&" + request.body).split(separator: "&")
        return try #require(
            header?.value ?? parameters.first { $0.lowercased().hasPrefix("signature=") }.map { String($0) })
    }

    private func keyField(_ connector: String) throws -> String {
        try #require(
            ConnectorCatalog.standard[try ConnectorName(connector)]?.fields.first { $0.name.hasSuffix("api_key") }
        )
        .name
    }

    private func secretField(_ connector: String) throws -> String {
        try #require(
            ConnectorCatalog.standard[try ConnectorName(connector)]?.fields.first {
                $0.name.hasSuffix("api_secret") || $0.name.hasSuffix("secret_key") || $0.name.hasSuffix("private_key")
            }
        ).name
    }

    @Test("the same request at the same time is signed the same way", arguments: signing)
    func stable(_ connector: String) throws {
        #expect(try signature(connector, Parts()) == signature(connector, Parts()))
    }

    @Test(
        "one changed byte of the secret changes the signature",
        // A changed byte of Coinbase's key makes another key; the suite of that key looks at it.
        arguments: signing.filter { $0 != "coinbase_advanced_trade" })
    func secret(_ connector: String) throws {
        let original = Self.secret(of: connector)
        let signed = try signature(connector, Parts())
        // Before the seed of a key in PKCS#8 stands what kind of key it is.
        let first = original == TestCredential.ed25519Body ? 22 : 0
        for position in first..<(original.utf8.count - 3) {
            var bytes = Array(original.utf8)
            bytes[position] = bytes[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            var parts = Parts()
            parts.fields[try secretField(connector)] = .string(String(decoding: bytes, as: UTF8.self))
            #expect(try signature(connector, parts) != signed, "byte \(position)")
        }
    }

    private static func secret(of connector: String) -> String {
        switch connector {
        case "kraken": TestCredential.krakenSecret
        case "btc_markets": TestCredential.btcMarketsSecret
        case _ where connector.hasPrefix("backpack"): TestCredential.backpackSeed
        case "lambdaplex": TestCredential.ed25519Body
        default: TestCredential.secret
        }
    }

    private static func key(of connector: String) -> String {
        switch connector {
        case "coinbase_advanced_trade": TestCredential.keyName
        case "gemini": TestCredential.geminiKey
        case _ where connector.hasPrefix("backpack"): TestCredential.backpackKey
        default: TestCredential.key
        }
    }

    @Test("one changed byte of the key goes out, or changes the signature where the key is signed", arguments: signing)
    func key(_ connector: String) throws {
        let probe = try #require(ProbeRegistry.standard[try ConnectorName(connector)])
        let call = ProbeCall(.get, "api.example.org", "/x")
        let stamp = ProbeStamp(time: UnixTime(milliseconds: 1_700_000_000_123), nonce: 1, random: [1, 2, 3])
        var parts = Parts()
        let signed = try signature(connector, parts)
        let changed = Self.key(of: connector).dropLast() + "0"
        parts.fields[try keyField(connector)] = .string(String(changed))
        let request = try probe.request(for: call, of: try TestCredential.make(connector, parts.fields), stamp: stamp)
        let signsKey = try #require(Cover.of(connector)).key
        #expect(try (signature(connector, parts) != signed) == signsKey)
        let sent = request.headers.map(\.value) + [request.query]
        #expect(connector.hasPrefix("coinbase") || sent.contains { $0.contains(changed) })
    }

    @Test("another time changes the signature", arguments: signing)
    func time(_ connector: String) throws {
        var parts = Parts()
        parts.time += 1000
        parts.nonce += 1
        #expect(try signature(connector, parts) != signature(connector, Parts()))
    }

    @Test("one changed byte of the path changes the signature", arguments: signing)
    func path(_ connector: String) throws {
        let signsPath = try #require(Cover.of(connector)).path
        for position in 0..<Parts().path.utf8.count {
            var parts = Parts()
            var bytes = Array(parts.path.utf8)
            bytes[position] ^= 1
            parts.path = String(decoding: bytes, as: UTF8.self)
            #expect(try (signature(connector, parts) != signature(connector, Parts())) == signsPath)
        }
    }

    @Test("one changed byte of the query changes the signature where it is signed", arguments: signing)
    func query(_ connector: String) throws {
        var parts = Parts()
        parts.query = "a=2"
        let isChanged = try signature(connector, parts) != signature(connector, Parts())
        #expect(try isChanged == #require(Cover.of(connector)).query)
    }

    @Test("one changed byte of the body changes the signature where it is signed", arguments: signing)
    func body(_ connector: String) throws {
        var (parts, other) = (Parts(), Parts())
        (parts.body, other.body) = ("b=1", "b=2")
        let isChanged = try signature(connector, parts) != signature(connector, other)
        #expect(try isChanged == #require(Cover.of(connector)).body)
    }

    @Test("a changed memo changes the signature", arguments: ["bitmart", "bitmart_perpetual"])
    func memo(_ connector: String) throws {
        var parts = Parts()
        parts.fields["\(connector)_memo"] = "another memo"
        #expect(try signature(connector, parts) != signature(connector, Parts()))
    }

    @Test("a changed user id changes the signature", arguments: ["ndax", "ndax_testnet"])
    func user(_ connector: String) throws {
        var parts = Parts()
        parts.fields["\(connector)_uid"] = "169073"
        #expect(try signature(connector, parts) != signature(connector, Parts()))
    }

    @Test(
        "a changed passphrase changes what is sent",
        arguments: [
            "bitget", "bitget_perpetual", "kucoin", "kucoin_hft", "kucoin_perpetual", "okx", "okx_perpetual",
        ])
    func passphrase(_ connector: String) throws {
        let probe = try #require(ProbeRegistry.standard[try ConnectorName(connector)])
        let stamp = ProbeStamp(time: UnixTime(milliseconds: 1_700_000_000_123), random: [])
        let headers = try ["HbTest-Pass1!", "HbTest-Pass1?"].map { passphrase in
            let credential = try TestCredential.make(
                connector, JSONObject([("\(connector)_passphrase", .string(passphrase))]))
            return try probe.request(for: ProbeCall(.get, "h", "/x"), of: credential, stamp: stamp).headers
                .first { $0.name.hasSuffix("PASSPHRASE") }?.value
        }
        #expect(headers[0] != headers[1])
    }
}
