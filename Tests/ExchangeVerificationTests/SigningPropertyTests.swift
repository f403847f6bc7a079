import Credentials
import OrderedJSON
import Testing

@testable import ExchangeVerification

@Suite("Signatures: what they cover")
struct SigningPropertyTests {
    /// The connectors that sign, each with the field of its key and of its secret.
    static let signing: [String] = TestCredential.connectors.filter { !$0.hasPrefix("hyperliquid") }

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
        let header = request.headers.first { $0.name.uppercased().hasSuffix("SIGN") }?.value
        let parameters = (request.query + "&" + request.body).split(separator: "&")
        return try #require(header ?? parameters.first { $0.hasPrefix("signature=") }.map { String($0) })
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
                $0.name.hasSuffix("api_secret") || $0.name.hasSuffix("secret_key")
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
        let original = connector == "kraken" ? TestCredential.krakenSecret : TestCredential.secret
        let signed = try signature(connector, Parts())
        for position in 0..<(original.utf8.count - 3) {
            var bytes = Array(original.utf8)
            bytes[position] = bytes[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            var parts = Parts()
            parts.fields[try secretField(connector)] = .string(String(decoding: bytes, as: UTF8.self))
            #expect(try signature(connector, parts) != signed, "byte \(position)")
        }
    }

    @Test("one changed byte of the key goes out, or changes the signature where the key is signed", arguments: signing)
    func key(_ connector: String) throws {
        let probe = try #require(ProbeRegistry.standard[try ConnectorName(connector)])
        let call = ProbeCall(.get, "api.example.org", "/x")
        let stamp = ProbeStamp(time: UnixTime(milliseconds: 1_700_000_000_123), nonce: 1, random: [1, 2, 3])
        var parts = Parts()
        let signed = try signature(connector, parts)
        let original = connector == "coinbase_advanced_trade" ? TestCredential.keyName : TestCredential.key
        let changed = original.dropLast() + "0"
        parts.fields[try keyField(connector)] = .string(String(changed))
        let request = try probe.request(for: call, of: try TestCredential.make(connector, parts.fields), stamp: stamp)
        let signsKey = connector.hasPrefix("bybit") || connector == "coinbase_advanced_trade"
        #expect(try (signature(connector, parts) != signed) == signsKey)
        #expect(signsKey && connector.hasPrefix("coinbase") || request.headers.contains { $0.value == changed })
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
        // Binance signs the parameters only.
        let signsPath = !connector.hasPrefix("binance") && !connector.hasPrefix("bybit")
        for position in 0..<Parts().path.utf8.count {
            var parts = Parts()
            var bytes = Array(parts.path.utf8)
            bytes[position] ^= 1
            parts.path = String(decoding: bytes, as: UTF8.self)
            #expect(try (signature(connector, parts) != signature(connector, Parts())) == signsPath)
        }
    }

    @Test(
        "one changed byte of the query changes the signature",
        // Kraken takes no query, and Coinbase leaves it out of its tokens.
        arguments: signing.filter { $0 != "kraken" && $0 != "coinbase_advanced_trade" })
    func query(_ connector: String) throws {
        var parts = Parts()
        parts.query = "a=2"
        #expect(try signature(connector, parts) != signature(connector, Parts()))
    }

    @Test(
        "one changed byte of the body changes the signature",
        // Coinbase's tokens do not cover the body.
        arguments: signing.filter { $0 != "coinbase_advanced_trade" })
    func body(_ connector: String) throws {
        var (parts, other) = (Parts(), Parts())
        (parts.body, other.body) = ("b=1", "b=2")
        #expect(try signature(connector, parts) != signature(connector, other))
    }

    @Test("a changed passphrase changes what is sent", arguments: ["kucoin", "kucoin_hft", "okx"])
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
