import Credentials
import Crypto
import CryptoExtras
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
            #expect((vector.expected["string_to_sign"]?.stringValue ?? "") == vector.signedText)
            return
        }
        switch vector.connector {
        case _ where vector.connector.hasPrefix("hyperliquid"): try HyperliquidAction(vector).check()
        case "coinbase_advanced_trade": try checkToken(vector, secret: secret)
        case "kraken":
            let nonce = try #require(nonceInBody(vector) ?? vector.nonce)
            let signed = try krakenRequest(vector, nonce: nonce, secret: secret)
            #expect(signed.header("API-Sign") == vector.signature)
        // These hand a secret in; the next test looks at what is sent.
        case "architect_perpetual", "evedex_perpetual", "grvt_perpetual": #expect(vector.signedText.isEmpty)
        case "backpack", "backpack_perpetual":
            let seed = try #require(Base64.bytes(secret))
            try checkEd25519(vector, Curve25519.Signing.PrivateKey(rawRepresentation: seed))
        case "lambdaplex": try checkEd25519(vector, try #require(Ed25519PEM.key(secret.trimmed)))
        // Kalshi's signatures are random; the next test verifies our own, this one the source's, where it gives one.
        case "kalshi_perpetual" where vector.signature == nil: break
        case "kalshi_perpetual":
            let key = try _RSA.Signing.PrivateKey(pemRepresentation: secret).publicKey
            let signature = try #require(vector.signature.flatMap { Base64.bytes($0) })
            #expect(
                key.isValidSignature(
                    _RSA.Signing.RSASignature(rawRepresentation: Data(signature)), for: Data(vector.signedText.utf8),
                    padding: .PSS))
        case "gemini": #expect(GeminiProbe.signature(of: vector.signedText, secret: secret) == vector.signature)
        case "btc_markets":
            let key = try #require(Base64.bytes(secret))
            #expect(Base64.text(HMACSignature.sha512(Array(vector.signedText.utf8), key: key)) == vector.signature)
        case "bitget", "bitget_perpetual", "htx", "okx", "okx_perpetual", "kucoin", "kucoin_hft", "kucoin_perpetual":
            #expect(Base64.text(HMACSignature.sha256(vector.signedText, key: secret)) == vector.signature)
        case "gate_io", "gate_io_perpetual":
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
        guard !vector.connector.hasPrefix("hyperliquid"), vector.connector != "kraken",
            vector.connector != "coinbase_advanced_trade"
        else { return }  // The test above puts these together whole.
        let milliseconds = vector.time ?? 0
        let credential = try TestCredential.make(
            vector.connector, try Self.fields(of: vector, connector: name, secret: secret))
        let nonce = vector.nonce ?? vector.expected["headers"]?["X-Auth-Nonce"]?.stringValue ?? "0"
        let isGemini = vector.connector == "gemini"
        let number = isGemini ? vector.nonce.flatMap(Self.milliseconds(ofNonce:)) ?? vector.time : Int(nonce)
        let stamp = ProbeStamp(
            time: UnixTime(milliseconds: milliseconds), nonce: number ?? milliseconds,
            random: Self.bytes(ofIdentifier: nonce))
        var signer = probe
        if var bybit = probe as? BybitProbe {
            bybit.window = vector.expected["headers"]?["X-BAPI-RECV-WINDOW"]?.stringValue.flatMap { Int($0) } ?? 5000
            signer = bybit
        }
        let actual = try signer.request(for: Self.call(vector), of: credential, stamp: stamp)
        switch vector.connector {
        case "gate_io", "gate_io_perpetual":
            // Hummingbot signs fractions of seconds, the probe whole seconds as the documentation says.
            let time = try #require(vector.signedText.split(separator: "\n").last)
            #expect(GateProbe.text(vector.call, time: String(time)) == vector.signedText)
            if !time.contains(".") { Self.expectHeaders(of: vector, in: actual) }
        case _ where vector.connector.hasPrefix("aevo"):
            // Hummingbot's clock loses digits behind the milliseconds.
            let time = try #require(vector.expected["headers"]?["AEVO-TIMESTAMP"]?.stringValue)
            #expect(AevoProbe.text(vector.call, key: vector.key, time: time) == vector.signedText)
            #expect(actual.header("AEVO-KEY") == vector.key)
        case "architect_perpetual", "grvt_perpetual":
            // The token of a check ends sooner than Hummingbot's, so only what proves the key is compared.
            let (sent, expected) = (try JSON(parsing: actual.body), try JSON(parsing: vector.call.body))
            for field in ["api_key", "api_secret"] { #expect(sent[field] == expected[field]) }
            #expect(sent["api_key"] != nil)
        case "gemini":
            // The order of the members and the spaces are the sender's business; what they say is not.
            let payload = try #require(actual.header("X-GEMINI-PAYLOAD"))
            let json = try JSON(parsing: try #require(Base64.bytes(payload)))
            let digits = String(stamp.nonce % 1000 + 1000).dropFirst()
            #expect(json["request"] == .string(vector.call.route.path))
            #expect(json["nonce"] == .number("\(stamp.nonce / 1000).\(digits)"))
            // Where the source counts as Hummingbot does, its nonce is ours.
            let theirs = Base64.bytes(vector.signedText).flatMap { try? JSON(parsing: $0) }?["nonce"]
            if case .number? = theirs { #expect(json["nonce"] == theirs) }
            #expect(actual.header("X-GEMINI-SIGNATURE") == GeminiProbe.signature(of: payload, secret: secret))
            #expect(actual.header("X-GEMINI-APIKEY") == vector.key)
        case "backpack", "backpack_perpetual":
            let instruction = vector.signedText.prefix { $0 != "&" }.dropFirst("instruction=".count)
            let time = String(milliseconds)
            #expect(
                BackpackProbe.text(Self.call(vector), instruction: String(instruction), time: time)
                    == vector.signedText)
            // The probe has one question only.
            if instruction == "accountQuery" { Self.expectHeaders(of: vector, in: actual) }
        case "kalshi_perpetual":
            let key = try _RSA.Signing.PrivateKey(pemRepresentation: secret).publicKey
            let signature = try #require(actual.header("KALSHI-ACCESS-SIGNATURE").flatMap { Base64.bytes($0) })
            #expect(
                key.isValidSignature(
                    _RSA.Signing.RSASignature(rawRepresentation: Data(signature)), for: Data(vector.signedText.utf8),
                    padding: .PSS))
            #expect(actual.header("KALSHI-ACCESS-KEY") == vector.key)
        case "bing_x", "htx", "lambdaplex":
            #expect(actual.query == vector.expected["query"]?.stringValue)
            Self.expectHeaders(of: vector, in: actual)
        case "bitmart_perpetual" where vector.signedText.hasSuffix("#{}"):
            // Hummingbot signs an empty body as {}, where BitMart does not look at the signature.
            #expect(actual.header("X-BM-KEY") == vector.key)
        case _ where Self.isLikeBinance(vector):
            let sent = actual.query + actual.body
            if vector.signedText.hasSuffix("timestamp=\(milliseconds)") {
                #expect(sent == vector.signedText + "&signature=" + (vector.signature ?? ""))
            } else {
                // ccxt puts the time before the window. The exchange takes either order, so ours must say the same,
                // and sign what it says.
                let parts = sent.split(separator: "&").map(String.init)
                #expect(parts.dropLast().sorted() == vector.signedText.split(separator: "&").map(String.init).sorted())
                let signature = Hex.text(HMACSignature.sha256(parts.dropLast().joined(separator: "&"), key: secret))
                #expect(parts.last == "signature=" + signature)
            }
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
                "hyperliquid_perpetual", "kraken", "kucoin", "kucoin_hft", "okx", "aevo_perpetual",
                "architect_perpetual", "backpack", "backpack_perpetual", "bing_x", "bitget", "bitget_perpetual",
                "bitmart", "bitmart_perpetual", "bitrue", "bitstamp", "btc_markets", "bybit_perpetual",
                "evedex_perpetual", "foxbit", "gate_io_perpetual", "gemini", "grvt_perpetual", "htx",
                "kucoin_perpetual", "lambdaplex", "mexc", "ndax", "okx_perpetual",
            ]))
        #expect(SigningVector.all.count >= 86)
    }

    /// The source's values under the names of the connector's fields.
    private static func fields(of vector: SigningVector, connector: ConnectorName, secret: String) throws -> JSONObject
    {
        var fields = JSONObject()
        for field in try #require(ConnectorCatalog.standard[connector]).fields where field.isRequired {
            let name = field.name
            let ends = [
                "passphrase", "memo", "uid", "user_id", "account_name", "signing_key", "account_address",
                "trading_account_id",
            ]
            if name.hasSuffix("api_key") {
                fields[name] = .string(vector.key)
            } else if let end = ends.first(where: { name == $0 || name.hasSuffix("_" + $0) }) {
                if let value = vector.credential(ending: end) { fields[name] = .string(value) }
            } else if name.hasSuffix("private_key"), vector.secret == nil || vector.connector == "grvt_perpetual" {
                continue
            } else {
                fields[name] = .string(secret)
            }
        }
        return fields
    }

    /// The 16 bytes of a UUID; none for another text.
    private static func bytes(ofIdentifier text: String) -> [UInt8] {
        let digits = text.filter { $0 != "-" }
        guard text.contains("-"), digits.utf8.count == 32 else { return [] }
        return stride(from: 0, to: 32, by: 2).compactMap { UInt8(digits.dropFirst($0).prefix(2), radix: 16) }
    }

    /// Gemini's nonce in milliseconds: it may be in seconds with a fraction, in whole seconds or in milliseconds.
    private static func milliseconds(ofNonce text: String) -> Int? {
        let parts = text.split(separator: ".")
        guard let whole = parts.first.flatMap({ Int($0) }) else { return nil }
        if parts.count > 1 { return Int(String(parts[1] + "000").prefix(3)).map { whole * 1000 + $0 } }
        return whole >= 100_000_000_000 ? whole : whole * 1000
    }

    /// The call without the time that the source already put into its parameters, for the signer adds it.
    private static func call(_ vector: SigningVector) -> ProbeCall {
        var (query, body) = (vector.call.query, vector.call.body)
        let addsTime = ["bing_x", "bitrue", "htx", "lambdaplex", "mexc"].contains(vector.connector)
        if !vector.connector.hasPrefix("binance"), !addsTime {
            // ccxt records what it was asked, and beside it what it sent.
            query = vector.expected["query"]?.stringValue ?? query
            body = vector.expected["body"]?.stringValue ?? body
        }
        let time = "timestamp=\(vector.time ?? 0)"
        if isLikeBinance(vector), query.isEmpty, body.isEmpty {
            // ccxt's own parameters, such as its window, are seen only in what was signed.
            let isInQuery = vector.expected["body"]?.stringValue?.isEmpty ?? true
            if isInQuery { query = vector.signedText } else { body = vector.signedText }
        }
        func withoutTime(_ parameters: String) -> String {
            let parts = parameters.split(separator: "&")
            return parts.contains { $0 == time } ? parts.filter { $0 != time }.joined(separator: "&") : parameters
        }
        return ProbeCall(
            vector.call.route.method, vector.call.route.host, vector.call.route.path, query: withoutTime(query),
            body: withoutTime(body))
    }

    /// Whether query and body are signed with the time as their last parameter.
    private static func isLikeBinance(_ vector: SigningVector) -> Bool {
        vector.connector.hasPrefix("binance") || ["bitrue", "mexc"].contains(vector.connector)
    }

    /// Every header of the source that says who asks; those that tell where the software comes from are left out.
    private static func expectHeaders(of vector: SigningVector, in request: ProbeRequest) {
        for header in vector.expected["headers"]?.objectValue?.members ?? [] {
            let name = header.name.lowercased()
            let isAboutSoftware = ["partner", "client", "broker", "source-key", "channel", "size-decimal"].contains {
                name.contains($0)
            }
            // The transport itself says what it sends and takes.
            if isAboutSoftware || ["accept", "content-length", "content-type"].contains(name) { continue }
            // The published value of this one is not what the documentation's own scheme gives.
            if vector.credentials["passphrase_header_value"] != nil, name == "kc-api-passphrase" { continue }
            #expect(request.header(name) == header.value.stringValue, "\(header.name)")
        }
    }

    // MARK: Ed25519

    private func checkEd25519(_ vector: SigningVector, _ key: Curve25519.Signing.PrivateKey) throws {
        let text = Data(vector.signedText.utf8)
        let signature = try #require(vector.signature.flatMap { Base64.bytes($0) })
        #expect(key.publicKey.isValidSignature(signature, for: text))
        #expect(key.publicKey.isValidSignature(try key.signature(for: text), for: text))
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

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}

extension Data {
    fileprivate init?(base64URL text: some StringProtocol) {
        let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        self.init(base64Encoded: standard + String(repeating: "=", count: (4 - standard.count % 4) % 4))
    }
}
