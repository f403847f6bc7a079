import Crypto
import CryptoExtras
import ExchangeSimulators
import Foundation

/// The exchanges that are neither of the first nine nor a wallet's.
extension SignedRequest {
    static let edwardsSeed = Data(0..<32).base64EncodedString()
    static let edwardsPEM = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
        -----END PRIVATE KEY-----
        """
    static let otherEdwardsPEM = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIAEBAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
        -----END PRIVATE KEY-----
        """
    /// Keys as Kalshi's, made once: making one takes long. An empty one would fail every test that signs with it.
    static let rsaPEM = (try? _RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation) ?? ""
    static let otherRSAPEM = (try? _RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation) ?? ""

    /// Another secret of the kind that the exchange hands out.
    static func otherSecret(for host: ExchangeHost) -> String {
        switch host {
        // Coinbase's is new each time.
        case .coinbase: key(for: host).secret
        case .kraken, .btcMarkets: "c2VjcmV0"
        case .backpack: Data(1..<33).base64EncodedString()
        case .lambdaplex: otherEdwardsPEM
        case .kalshi: otherRSAPEM
        default: key(for: host).secret + "x"
        }
    }

    static func laterRightsPath(of host: ExchangeHost) -> String {
        switch host {
        case .bitget: "/api/v2/spot/account/info"
        case .mexc: "/api/v3/account"
        case .htx: "/v2/user/api-key"
        case .bingX: "/openApi/v1/account/apiPermissions"
        case .bitMart: "/spot/v4/query/open-orders"
        case .bitrue, .lambdaplex, .backpack: "/api/v1/account"
        case .bitstamp: "/api/v2/account_balances/"
        case .btcMarkets: "/v3/accounts/me/balances"
        case .foxbit: "/rest/v3/accounts"
        case .gemini: "/v1/roles"
        case .ndax, .ndaxTestnet: "/AP/Authenticate"
        case .kalshi: "/trade-api/v2/margin/balance"
        case .architect, .architectSandbox: "/api/authenticate"
        case .evedex: "/api/user/me"
        case .aevo, .aevoTestnet: "/account"
        case .grvt, .grvtTestnet: "/auth/api_key/login"
        default: walletPath(of: host)
        }
    }

    /// The request of an exchange whose keys are no wallets.
    func laterDraft() throws -> Draft {
        let milliseconds = String(Int(time.timeIntervalSince1970 * 1000))
        switch host {
        case .bitget:
            let signature = sum256("\(milliseconds)GET\(path)").base64EncodedString()
            return (
                "GET", path,
                [
                    ("ACCESS-KEY", key.key), ("ACCESS-SIGN", signature), ("ACCESS-TIMESTAMP", milliseconds),
                    ("ACCESS-PASSPHRASE", key.passphrase ?? ""),
                ], ""
            )
        case .mexc, .bitrue, .bingX:
            let fields: [ExchangeHost: String] = [
                .mexc: "X-MEXC-APIKEY", .bitrue: "X-MBX-APIKEY", .bingX: "X-BX-APIKEY",
            ]
            let query = "recvWindow=5000&timestamp=\(milliseconds)"
            return ("GET", "\(path)?\(query)&signature=\(hex(sum256(query)))", [(fields[host] ?? "", key.key)], "")
        case .htx:
            let stamp = time.formatted(.iso8601).dropLast().replacing(":", with: "%3A")
            var query = "AccessKeyId=\(key.key)&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=\(stamp)"
            if path.hasSuffix("api-key") { query += "&accessKey=\(key.key)&uid=\(key.user)" }
            let signature = sum256("GET\napi.huobi.pro\n\(path)\n\(query)").base64EncodedString()
                .replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
            return ("GET", "\(path)?\(query)&Signature=\(signature)", [], "")
        case .bitMart:
            let body = path.hasPrefix("/account") ? #"{"page":1,"limit":10}"# : #"{"orderMode":"spot","limit":1}"#
            let signature = hex(sum256("\(milliseconds)#\(key.passphrase ?? "")#\(body)"))
            return (
                "POST", path,
                [("X-BM-KEY", key.key), ("X-BM-SIGN", signature), ("X-BM-TIMESTAMP", milliseconds)], body
            )
        case .bitstamp:
            let nonce = "11111111-2222-4333-8444-\(100_000_000_000 + nonce % 100_000_000_000)"
            let form = "application/x-www-form-urlencoded"
            let signed = "BITSTAMP \(key.key)POSTwww.bitstamp.net\(path)\(form)\(nonce)\(milliseconds)v2foo=bar"
            return (
                "POST", path,
                [
                    ("X-Auth", "BITSTAMP \(key.key)"), ("X-Auth-Signature", hex(sum256(signed))),
                    ("X-Auth-Nonce", nonce), ("X-Auth-Timestamp", milliseconds), ("X-Auth-Version", "v2"),
                    ("Content-Type", form),
                ], "foo=bar"
            )
        case .btcMarkets:
            let secret = SymmetricKey(data: Data(base64Encoded: key.secret) ?? Data())
            let signature = HMAC<SHA512>.authenticationCode(for: Data("GET\(path)\(milliseconds)".utf8), using: secret)
            return (
                "GET", path,
                [
                    ("BM-AUTH-APIKEY", key.key), ("BM-AUTH-TIMESTAMP", milliseconds),
                    ("BM-AUTH-SIGNATURE", Data(signature).base64EncodedString()),
                ], ""
            )
        case .foxbit:
            return (
                "GET", path,
                [
                    ("X-FB-ACCESS-KEY", key.key), ("X-FB-ACCESS-TIMESTAMP", milliseconds),
                    ("X-FB-ACCESS-SIGNATURE", hex(sum256("\(milliseconds)GET\(path)"))),
                ], ""
            )
        case .gemini:
            let number = key.hasTimeBasedNonce ? "\(time.timeIntervalSince1970)" : "\(nonce)"
            let payload = Data(#"{"request":"\#(path)","nonce":\#(number)}"#.utf8).base64EncodedString()
            let secret = SymmetricKey(data: Data(key.secret.utf8))
            let signature = HMAC<SHA384>.authenticationCode(for: Data(payload.utf8), using: secret)
            return (
                "POST", path,
                [
                    ("X-GEMINI-APIKEY", key.key), ("X-GEMINI-PAYLOAD", payload),
                    ("X-GEMINI-SIGNATURE", hex(Data(signature))),
                ], ""
            )
        case .ndax, .ndaxTestnet:
            return (
                path == "/AP/Authenticate" ? "POST" : "GET", path,
                [
                    ("Nonce", String(nonce)), ("APIKey", key.key), ("UserId", key.user),
                    ("Signature", hex(sum256("\(nonce)\(key.user)\(key.key)"))),
                ], ""
            )
        case .aevo, .aevoTestnet:
            return (
                "GET", path,
                [
                    ("AEVO-KEY", key.key), ("AEVO-TIMESTAMP", milliseconds + "000000"),
                    ("AEVO-SIGNATURE", hex(sum256("\(key.key),\(milliseconds)000000,GET,\(path),"))),
                ], ""
            )
        case .backpack, .lambdaplex, .kalshi: return try publicKeyDraft(milliseconds)
        case .architect, .architectSandbox:
            let body = #"{"api_key":"\#(key.key)","api_secret":"\#(key.secret)","expiration_seconds":60}"#
            return ("POST", path, [("Content-Type", "application/json")], body)
        case .evedex: return ("GET", path, [("X-API-Key", key.key)], "")
        case .grvt, .grvtTestnet:
            return ("POST", path, [("Content-Type", "application/json")], #"{"api_key":"\#(key.key)"}"#)
        default: return try walletDraft()
        }
    }

    private func publicKeyDraft(_ milliseconds: String) throws -> Draft {
        switch host {
        case .backpack:
            let seed = Data(base64Encoded: key.secret) ?? Data()
            let text = "instruction=accountQuery&timestamp=\(milliseconds)&window=5000"
            let signature = try Curve25519.Signing.PrivateKey(rawRepresentation: seed).signature(for: Data(text.utf8))
            return (
                "GET", path,
                [
                    ("X-API-Key", key.key), ("X-Timestamp", milliseconds), ("X-Window", "5000"),
                    ("X-Signature", signature.base64EncodedString()),
                ], ""
            )
        case .lambdaplex:
            let body = key.secret.split(separator: "\n").dropFirst().first ?? ""
            let seed = (Data(base64Encoded: String(body)) ?? Data()).suffix(32)
            let query = "recvWindow=5000&timestamp=\(milliseconds)"
            let signature = try Curve25519.Signing.PrivateKey(rawRepresentation: seed).signature(for: Data(query.utf8))
                .base64EncodedString().replacing("+", with: "%2B").replacing("/", with: "%2F")
                .replacing("=", with: "%3D")
            return ("GET", "\(path)?\(query)&signature=\(signature)", [("X-API-KEY", key.key)], "")
        default:
            let signature = try _RSA.Signing.PrivateKey(pemRepresentation: key.secret).signature(
                for: SHA256.hash(data: Data("\(milliseconds)GET\(path)".utf8)), padding: .PSS)
            return (
                "GET", path,
                [
                    ("KALSHI-ACCESS-KEY", key.key), ("KALSHI-ACCESS-TIMESTAMP", milliseconds),
                    ("KALSHI-ACCESS-SIGNATURE", signature.rawRepresentation.base64EncodedString()),
                ], ""
            )
        }
    }
}
