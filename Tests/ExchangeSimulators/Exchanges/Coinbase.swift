import Crypto
import Foundation
import OrderedJSON

/// Coinbase Advanced Trade: a bearer token per request, signed with the key's ECDSA (P-256) or Ed25519 half.
///
/// Every fault of a token has the same answer, `Unauthorized`. The keys of old (CB-ACCESS-…) are not served.
/// Source: docs.cdp.coinbase.com, "API key authentication" and "Get API key permissions".
struct Coinbase: SimulatedExchange {
    private static let issuers: Set<String> = ["cdp", "coinbase-cloud"]

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if let answer = publicAnswer(to: request, at: desk) { return answer }
        guard request.path.hasPrefix("/api/v3/brokerage/") || request.path.hasPrefix("/v2/") else { throw .noSuchPath }
        guard let token = request["Authorization"], token.hasPrefix("Bearer ") else { throw .missing("Authorization") }
        let key = try checkToken(token.dropFirst("Bearer ".count), of: request, at: desk)
        desk.accept(key)
        guard key.state == .active else { throw .suspended }
        guard !desk.isExpired(key) else { throw .expired }
        try desk.checkAddress(of: key)
        switch (request.method, request.path) {
        case ("GET", "/api/v3/brokerage/key_permissions"): return permissions(of: key)
        case ("GET", "/api/v3/brokerage/accounts"):
            try key.need(.read)
            return .json(CoinbaseText.accounts)
        case ("GET", "/api/v3/brokerage/products"):
            return .json(CoinbaseText.products)
        case ("GET", "/api/v3/brokerage/transaction_summary"):
            try key.need(.read)
            return .json(CoinbaseText.transactionSummary)
        default: throw .noSuchPath
        }
    }

    private func checkToken(
        _ token: Substring, of request: SimulatedRequest, at desk: ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
            let signature = Signing.decodeBase64URL(parts[2])
        else { throw .wrongSecret }
        guard let name = header["kid"]?.stringValue else { throw .missing("kid") }
        let key = try desk.key(name)
        guard header["typ"]?.stringValue ?? "JWT" == "JWT", header["nonce"]?.stringValue?.isEmpty == false else {
            throw .missing("nonce")
        }
        let signed = [UInt8]("\(parts[0]).\(parts[1])".utf8)
        guard Self.isValid(signature, of: signed, by: key, algorithm: header["alg"]?.stringValue) else {
            throw .wrongSecret
        }
        guard claims["sub"]?.stringValue == name, Self.issuers.contains(claims["iss"]?.stringValue ?? "") else {
            throw .badParameter("claims")
        }
        let uris = claims["uris"]?.arrayValue ?? claims["uri"].map { [$0] } ?? []
        guard let host = desk.host.documentedNames.first,
            uris.contains(.string("\(request.method) \(host)\(request.path)"))
        else { throw .badParameter("uri") }
        guard let from = claims["nbf"]?.integerValue, let until = claims["exp"]?.integerValue else {
            throw .missing("exp")
        }
        let now = desk.milliseconds / 1000
        guard from <= now else { throw .clockSkew((from - now) * 1000) }
        guard now < until else { throw .clockSkew((until - now) * 1000) }
        return key
    }

    private static func object(_ part: Substring) -> JSON? {
        guard let bytes = Signing.decodeBase64URL(part) else { return nil }
        return try? JSON(parsing: bytes)
    }

    private static func isValid(
        _ signature: [UInt8], of signed: [UInt8], by key: SimulatedKey, algorithm: String?
    ) -> Bool {
        switch algorithm {
        case "ES256":
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            let publicKey =
                (try? P256.Signing.PublicKey(pemRepresentation: key.secret))
                ?? (try? P256.Signing.PrivateKey(pemRepresentation: key.secret))?.publicKey
            return publicKey?.isValidSignature(signature, for: Data(signed)) ?? false
        case "EdDSA":
            guard let halves = Data(base64Encoded: key.secret), halves.count == 64,
                let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: halves.suffix(32))
            else { return false }
            return publicKey.isValidSignature(Data(signature), for: Data(signed))
        default: return false
        }
    }

    private func permissions(of key: SimulatedKey) -> SimulatedAnswer {
        .json([
            "can_view": .bool(key.rights.contains(.read)),
            "can_trade": .bool(key.rights.contains(.tradeSpot)),
            "can_transfer": .bool(key.rights.contains(.transferOut) || key.rights.contains(.withdraw)),
            "can_receive": .bool(key.rights.contains(.transferOwn)),
            "portfolio_uuid": "a4a2e3b0-0000-4000-8000-000000000001",
            "portfolio_type": .string(key.isSubAccount ? "CONSUMER" : "DEFAULT"),
        ])
    }

    private func publicAnswer(to request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer? {
        guard request.method == "GET" else { return nil }
        switch request.path {
        case "/api/v3/brokerage/time":
            let seconds = desk.milliseconds / 1000
            return .json([
                "iso": .string(Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)),
                "epochSeconds": .string(String(seconds)), "epochMillis": .string(String(desk.milliseconds)),
            ])
        case "/api/v3/brokerage/market/products": return .json(CoinbaseText.products)
        case "/v2/currencies", "/v2/currencies/crypto": return .json(#"{"data":[]}"#)
        case "/v2/exchange-rates": return .json(#"{"data":{"currency":"USD","rates":{"BTC":"0.00002"}}}"#)
        default: return nil
        }
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missingRight:
            .json(
                [
                    "error": "PERMISSION_DENIED", "error_details": "Missing required scopes",
                    "message": "Missing required scopes",
                ], status: 403)
        case .noSuchPath:
            .json(["error": "NOT_FOUND", "error_details": "Not found", "message": "Not found"], status: 404)
        default: .text("Unauthorized\n", status: 401)
        }
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned:
            .json(
                ["errors": [["id": "rate_limit_exceeded", "message": "You have exceeded the rate limit"]]], status: 429)
        case .regionBlocked: .page("Sorry, you have been blocked", status: 403)
        case .maintenance: .text("Service Unavailable\n", status: 503)
        }
    }
}

/// What Coinbase says that is the same for everybody, or the same for every account here.
private enum CoinbaseText {
    static let accounts = """
        {"accounts":[{"uuid":"8bfc20d7-f7c6-4422-bf07-8243ca4169fe","name":"BTC Wallet","currency":"BTC",\
        "available_balance":{"value":"0.5","currency":"BTC"},"default":true,"active":true,\
        "created_at":"2023-07-09T14:54:11.000Z","updated_at":"2023-07-09T14:54:11.000Z","deleted_at":null,\
        "type":"ACCOUNT_TYPE_CRYPTO","ready":true,"hold":{"value":"0","currency":"BTC"},\
        "retail_portfolio_id":"a4a2e3b0-0000-4000-8000-000000000001","platform":"ACCOUNT_PLATFORM_CONSUMER"}],\
        "has_next":false,"cursor":"","size":1}
        """

    static let products = """
        {"products":[{"product_id":"BTC-USD","price":"35000","price_percentage_change_24h":"0","volume_24h":"1",\
        "volume_percentage_change_24h":"0","base_increment":"0.00000001","quote_increment":"0.01",\
        "quote_min_size":"1","quote_max_size":"10000000","base_min_size":"0.00000001","base_max_size":"3400",\
        "base_name":"Bitcoin","quote_name":"US Dollar","watched":false,"is_disabled":false,"new":false,\
        "status":"online","cancel_only":false,"limit_only":false,"post_only":false,"trading_disabled":false,\
        "auction_mode":false,"product_type":"SPOT","quote_currency_id":"USD","base_currency_id":"BTC",\
        "mid_market_price":"","alias":"","alias_to":[],"base_display_symbol":"BTC","quote_display_symbol":"USD",\
        "view_only":false,"price_increment":"0.01"}],"num_products":1}
        """

    static let transactionSummary = """
        {"total_volume":0,"total_fees":0,"fee_tier":{"pricing_tier":"Advanced 1","usd_from":"0","usd_to":"1000",\
        "taker_fee_rate":"0.008","maker_fee_rate":"0.006"},"margin_rate":null,"goods_and_services_tax":null}
        """
}
