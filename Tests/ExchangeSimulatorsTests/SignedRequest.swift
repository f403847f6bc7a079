import Crypto
import ExchangeSimulators
import Foundation
import OrderedJSON

/// What a person's program sends to ask for a key's rights, made by hand for each exchange.
struct SignedRequest {
    /// Method, target, header fields and body.
    typealias Draft = (method: String, target: String, fields: [(name: String, value: String)], body: String)

    let host: ExchangeHost
    var key: SimulatedKey
    /// The address that the exchange must know; nil where keys are all that it knows.
    var wallet: SimulatedWallet?
    var time = Date(timeIntervalSince1970: 1_700_000_000)
    var path: String
    var nonce = 1_700_000_000
    /// Changes what is sent after it was signed.
    var spoil: @Sendable (inout [(name: String, value: String)]) -> Void = { _ in }

    init(_ host: ExchangeHost, path: String? = nil) {
        self.host = host
        self.key = Self.key(for: host)
        self.wallet = Self.wallet(for: host)
        self.path = path ?? Self.rightsPath(of: host)
    }

    /// A key of the kind that the exchange hands out.
    static func key(for host: ExchangeHost) -> SimulatedKey {
        switch host {
        case .coinbase:
            SimulatedKey(key: "organizations/a/apiKeys/b", secret: P256.Signing.PrivateKey().pemRepresentation)
        case .kraken:
            SimulatedKey(key: "kraken-key", secret: Data((0..<64).map { UInt8($0) }).base64EncodedString())
        case .okx, .okxUS, .okxEEA:
            SimulatedKey(key: "37c541a1-0000-4000-8000-10fe7a038418", secret: "SECRET", passphrase: "a pass")
        case .bitget: SimulatedKey(key: "bg_0123456789abcdef", secret: "a secret", passphrase: "a pass")
        case .mexc: SimulatedKey(key: "mx0vglExample", secret: "a secret")
        case .bitstamp: SimulatedKey(key: String(repeating: "k", count: 32), secret: "a secret")
        case .backpack:
            SimulatedKey(key: "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=", secret: edwardsSeed)
        case .btcMarkets: SimulatedKey(key: "btc-markets-key", secret: Data(0..<64).base64EncodedString())
        case .gemini: SimulatedKey(key: "account-0123456789", secret: "a secret")
        case .lambdaplex: SimulatedKey(key: "lambdaplex-key", secret: edwardsPEM)
        case .kalshi: SimulatedKey(key: "a952bcbe-ec3b-4b5b-b8f9-11dae589608c", secret: rsaPEM)
        case .aevo, .aevoTestnet: SimulatedKey(key: "aevo-key", secret: "a secret", account: person)
        case .grvt, .grvtTestnet: SimulatedKey(key: "grvt-key", secret: "", account: "4724219064482495")
        default:
            SimulatedKey(key: String(repeating: "k", count: 64), secret: "a secret", passphrase: "a pass")
        }
    }

    static func rightsPath(of host: ExchangeHost) -> String {
        switch host {
        case .binance: "/sapi/v1/account/apiRestrictions"
        case .binanceFuturesTestnet: "/fapi/v2/account"
        case .coinbase: "/api/v3/brokerage/key_permissions"
        case .kraken: "/0/private/GetApiKeyInfo"
        case .kucoin: "/api/v1/user/api-key"
        case .gate: "/api/v4/account/main_keys"
        case .okx, .okxUS, .okxEEA: "/api/v5/account/config"
        case .bybit, .bybitTestnet: "/v5/user/query-api"
        case .hyperliquid, .hyperliquidTestnet: "/info"
        default: laterRightsPath(of: host)
        }
    }

    /// The request as it goes over the wire, signed with the key at its time.
    func made() throws -> SimulatedRequest {
        let draft = try draft()
        return SimulatedRequest(
            method: draft.method, target: draft.target, fields: draft.fields, body: Array(draft.body.utf8))
    }

    /// The parts of ``made()``.
    func draft() throws -> Draft {
        let milliseconds = String(Int(time.timeIntervalSince1970 * 1000))
        let seconds = Int(time.timeIntervalSince1970)
        var fields: [(name: String, value: String)] = []
        var method = "GET", target = path, body = ""
        switch host {
        case .binance, .binanceFuturesTestnet:
            let query = "timestamp=\(milliseconds)"
            target += "?\(query)&signature=\(hex(sum256(query)))"
            fields = [("X-MBX-APIKEY", key.key)]
        case .coinbase:
            let header: JSON = ["alg": "ES256", "kid": .string(key.key), "typ": "JWT", "nonce": "00ff"]
            let claims: JSON = [
                "sub": .string(key.key), "iss": "cdp", "nbf": .integer(seconds), "exp": .integer(seconds + 120),
                "uri": .string("GET api.coinbase.com\(path)"),
            ]
            let signed = base64URL(header.bytes()) + "." + base64URL(claims.bytes())
            let signature = try P256.Signing.PrivateKey(pemRepresentation: key.secret).signature(for: Data(signed.utf8))
            fields = [("Authorization", "Bearer \(signed).\(base64URL(Array(signature.rawRepresentation)))")]
        case .kraken:
            method = "POST"
            body = "nonce=\(nonce)"
            let signed = Array(path.utf8) + Array(SHA256.hash(data: Data("\(nonce)\(body)".utf8)))
            let secret = SymmetricKey(data: Data(base64Encoded: key.secret) ?? Data())
            let signature = Data(HMAC<SHA512>.authenticationCode(for: signed, using: secret)).base64EncodedString()
            fields = [("API-Key", key.key), ("API-Sign", signature)]
        case .kucoin:
            fields = [
                ("KC-API-KEY", key.key), ("KC-API-SIGN", sum256(milliseconds + method + target).base64EncodedString()),
                ("KC-API-TIMESTAMP", milliseconds), ("KC-API-KEY-VERSION", "2"),
                ("KC-API-PASSPHRASE", sum256(key.passphrase ?? "").base64EncodedString()),
            ]
        case .gate:
            let empty = hex(Data(SHA512.hash(data: Data())))
            let signed = Data("GET\n\(path)\n\n\(empty)\n\(seconds)".utf8)
            let sum = HMAC<SHA512>.authenticationCode(for: signed, using: SymmetricKey(data: Data(key.secret.utf8)))
            fields = [("KEY", key.key), ("Timestamp", String(seconds)), ("SIGN", hex(Data(sum)))]
        case .okx, .okxUS, .okxEEA:
            let stamp = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            fields = [
                ("OK-ACCESS-KEY", key.key), ("OK-ACCESS-SIGN", sum256(stamp + method + target).base64EncodedString()),
                ("OK-ACCESS-TIMESTAMP", stamp), ("OK-ACCESS-PASSPHRASE", key.passphrase ?? ""),
            ]
        case .bybit, .bybitTestnet:
            fields = [
                ("X-BAPI-API-KEY", key.key), ("X-BAPI-TIMESTAMP", milliseconds), ("X-BAPI-RECV-WINDOW", "5000"),
                ("X-BAPI-SIGN", hex(sum256("\(milliseconds)\(key.key)5000"))),
            ]
        case .hyperliquid, .hyperliquidTestnet:
            method = "POST"
            body = #"{"type":"userRole","user":"0x14791697260e4c9a71f18484c9f997b308e59325"}"#
            fields = [("Content-Type", "application/json")]
        default: (method, target, fields, body) = try laterDraft()
        }
        spoil(&fields)
        return (method, target, fields, body)
    }

    func sum256(_ text: String) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(key.secret.utf8))))
    }

    func hex(_ bytes: Data) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    private func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }
}
