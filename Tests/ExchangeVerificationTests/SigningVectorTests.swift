import Credentials
import Crypto
import Digests
import Foundation
import OrderedJSON
import Synchronization
import Testing
import WalletKeys

@testable import ExchangeVerification

@Suite("Signatures: vectors")
struct SigningVectorTests {
    @Test("the text that a source signed gets the signature that the source computed", arguments: SigningVector.all)
    func signature(_ vector: SigningVector) throws {
        guard let secret = vector.secret else {
            // A published example whose secret was left out shows only what is signed; the next test looks at that.
            #expect(vector.expected["string_to_sign"]?.stringValue == vector.signedText)
            return
        }
        switch vector.connector {
        case _ where vector.connector.hasPrefix("hyperliquid"): try HyperliquidAction(vector).check()
        case "coinbase_advanced_trade": try checkToken(vector, secret: secret)
        case "kraken":
            let nonce = try #require(vector.nonce.map { vector.call.body.isEmpty ? $0 : nonceInBody(vector) ?? $0 })
            let signed = try krakenRequest(vector, nonce: nonce, secret: secret)
            #expect(signed.header("API-Sign") == vector.signature)
        case "okx", "kucoin", "kucoin_hft":
            #expect(Base64.text(HMACSignature.sha256(vector.signedText, key: secret)) == vector.signature)
        case "gate_io":
            #expect(
                Hex.text(HMACSignature.sha512(Array(vector.signedText.utf8), key: Array(secret.utf8)))
                    == vector.signature)
        default: #expect(Hex.text(HMACSignature.sha256(vector.signedText, key: secret)) == vector.signature)
        }
    }

    @Test("a request is put together as the source did", arguments: SigningVector.all)
    func request(_ vector: SigningVector) throws {
        let name = try ConnectorName(vector.connector)
        let probe = try #require(ProbeRegistry.standard[name])
        let secret = vector.secret ?? TestCredential.secret
        guard let milliseconds = vector.time, !vector.connector.hasPrefix("hyperliquid"), vector.connector != "kraken",
            vector.connector != "coinbase_advanced_trade"
        else { return }  // The test above puts these together whole.
        var fields = JSONObject()
        for field in try #require(ConnectorCatalog.standard[name]).fields where field.isRequired {
            switch field.name {
            case _ where field.name.hasSuffix("api_key"): fields[field.name] = .string(vector.key)
            case _ where field.name.hasSuffix("passphrase"):
                fields[field.name] = .string(vector.credential(ending: "passphrase") ?? TestCredential.passphrase)
            default: fields[field.name] = .string(secret)
            }
        }
        let credential = try TestCredential.make(vector.connector, fields)
        let stamp = ProbeStamp(time: UnixTime(milliseconds: milliseconds), random: [])
        var signer = probe
        if var bybit = probe as? BybitProbe {
            bybit.window = vector.expected["headers"]?["X-BAPI-RECV-WINDOW"]?.stringValue.flatMap { Int($0) } ?? 5000
            signer = bybit
        }
        let actual = try signer.request(for: Self.call(vector), of: credential, stamp: stamp)
        switch vector.connector {
        case "gate_io":
            // Hummingbot signs fractions of seconds, the probe whole seconds as the documentation says.
            let time = try #require(vector.signedText.split(separator: "\n").last)
            #expect(GateProbe.text(vector.call, time: String(time)) == vector.signedText)
            if !time.contains(".") { Self.expectHeaders(of: vector, in: actual) }
        case _ where vector.connector.hasPrefix("binance"):
            // ccxt puts the time before the window; the exchange takes either order.
            guard vector.signedText.hasSuffix("timestamp=\(milliseconds)") else { return }
            let sent = actual.query + actual.body
            #expect(sent == vector.signedText + "&signature=" + (vector.signature ?? ""))
            Self.expectHeaders(of: vector, in: actual)
        case _ where vector.secret == nil:
            #expect(vector.signedText.hasSuffix(vector.call.query + vector.call.body))
        default:
            Self.expectHeaders(of: vector, in: actual)
        }
        #expect(actual.path == vector.call.route.path)
    }

    @Test("the given file holds vectors for every family of signatures")
    func coverage() {
        for file in SigningVector.files { #expect(file.vectors?.isEmpty == false, "\(file.path)") }
        let connectors = Set(SigningVector.all.map(\.connector))
        #expect(
            connectors.isSuperset(of: [
                "binance", "binance_perpetual", "bybit", "coinbase_advanced_trade", "gate_io", "hyperliquid",
                "hyperliquid_perpetual", "kraken", "kucoin", "kucoin_hft", "okx",
            ]))
        #expect(SigningVector.all.count >= 38)
    }

    /// The call without the time that the source already put into its parameters, for the signer adds it.
    private static func call(_ vector: SigningVector) -> ProbeCall {
        var (query, body) = (vector.call.query, vector.call.body)
        if !vector.connector.hasPrefix("binance") {
            // ccxt records what it was asked, and beside it what it sent.
            query = vector.expected["query"]?.stringValue ?? query
            body = vector.expected["body"]?.stringValue ?? body
        }
        let time = "timestamp=\(vector.time ?? 0)"
        func withoutTime(_ parameters: String) -> String {
            guard parameters.hasSuffix(time) else { return parameters }
            let rest = parameters.dropLast(time.count)
            return String(rest.hasSuffix("&") ? rest.dropLast() : rest)
        }
        return ProbeCall(
            vector.call.route.method, vector.call.route.host, vector.call.route.path, query: withoutTime(query),
            body: withoutTime(body))
    }

    /// Every header of the source that says who asks; those that tell where the software comes from are left out.
    private static func expectHeaders(of vector: SigningVector, in request: ProbeRequest) {
        for header in vector.expected["headers"]?.objectValue?.members ?? [] {
            guard let name = header.name.lowercased() as String?, !name.contains("partner"), name != "content-type"
            else {
                continue
            }
            // The published value of this one is not what the documentation's own scheme gives.
            if vector.credentials["passphrase_header_value"] != nil, name == "kc-api-passphrase" { continue }
            #expect(request.header(name) == header.value.stringValue, "\(header.name)")
        }
    }

    // MARK: Kraken

    private func nonceInBody(_ vector: SigningVector) -> String? {
        vector.call.body.split(separator: "&").first { $0.hasPrefix("nonce=") }.map { String($0.dropFirst(6)) }
    }

    private func krakenRequest(_ vector: SigningVector, nonce: String, secret: String) throws -> ProbeRequest {
        let credential = try TestCredential.make(
            "kraken",
            JSONObject([
                ("kraken_api_key", .string(vector.key.isEmpty ? "k" : vector.key)),
                ("kraken_secret_key", .string(secret)),
            ]))
        let rest = vector.call.body.split(separator: "&").filter { !$0.hasPrefix("nonce=") }.joined(separator: "&")
        let call = ProbeCall(.post, vector.call.route.host, vector.call.route.path, body: rest)
        let number = try #require(Int(nonce))
        let probe = try #require(ProbeRegistry.standard[try ConnectorName("kraken")])
        return try probe.request(
            for: call, of: credential,
            stamp: ProbeStamp(time: UnixTime(milliseconds: 0), nonce: number, random: []))
    }

    // MARK: Coinbase

    /// Read as a credential is, which puts pasted keys in order.
    private static func coinbaseKey(_ secret: String) throws -> CoinbaseKey {
        let field = "coinbase_advanced_trade_api_secret"
        return CoinbaseKey(
            try TestCredential.make("coinbase_advanced_trade", JSONObject([(field, .string(secret))])).text(field))
    }

    private func checkToken(_ vector: SigningVector, secret: String) throws {
        let isEdwards = vector.expected["jwt_header"]?["alg"]?.stringValue == "EdDSA"
        let nonce = try #require(vector.expected["jwt_header"]?["nonce"]?.stringValue)
        let token = CoinbaseToken(
            keyName: vector.key, call: vector.call, time: UnixTime(milliseconds: vector.time ?? 0), nonce: nonce)
        #expect(token.signingInput(algorithm: isEdwards ? "EdDSA" : "ES256") == vector.signedText)
        let signed = try token.signed(with: try Self.coinbaseKey(secret))
        let parts = signed.split(separator: ".")
        #expect(parts.count == 3)
        #expect(parts.prefix(2).joined(separator: ".") == vector.signedText)
        let signature = try #require(Data(base64URL: parts[2]))
        let jwk = try #require(vector.expected["verify_with_public_jwk"])
        let x = try #require(jwk["x"]?.stringValue.flatMap { Data(base64URL: $0) })
        if isEdwards {
            #expect(signed == vector.expected["sample_valid_jwt"]?.stringValue)
            let key = try Curve25519.Signing.PublicKey(rawRepresentation: x)
            #expect(key.isValidSignature(signature, for: Data(vector.signedText.utf8)))
        } else {
            let y = try #require(jwk["y"]?.stringValue.flatMap { Data(base64URL: $0) })
            let key = try P256.Signing.PublicKey(rawRepresentation: x + y)
            #expect(
                key.isValidSignature(
                    try P256.Signing.ECDSASignature(rawRepresentation: signature), for: Data(vector.signedText.utf8)))
        }
    }
}

extension Data {
    fileprivate init?(base64URL text: some StringProtocol) {
        let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        self.init(base64Encoded: standard + String(repeating: "=", count: (4 - standard.count % 4) % 4))
    }
}
