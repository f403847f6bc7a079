import Foundation
import OrderedJSON

/// Kraken spot: HMAC-SHA512 over the path and a SHA-256 of nonce and body; nonces of a key must rise.
///
/// Errors come with status 200. A nonce counts as seen only when the signature over it holds.
/// Source: docs.kraken.com, "Spot REST authentication" and "Get API key info"; support article 360001491786.
struct Kraken: SimulatedExchange {
    private static let needs: [String: [String]] = [
        "/0/private/GetApiKeyInfo": [],
        "/0/private/Balance": ["query-funds"],
        "/0/private/BalanceEx": ["query-funds"],
        "/0/private/TradeBalance": ["query-funds"],
        "/0/private/OpenOrders": ["query-open-trades"],
    ]

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if let answer = publicAnswer(to: request, at: desk) { return answer }
        guard request.path.hasPrefix("/0/private/"), request.method == "POST" else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        guard key.state == .active else { throw .suspended }
        guard let needed = Self.needs[request.path] else { throw .noSuchPath }
        let permissions = Self.permissions(of: key)
        guard needed.allSatisfy(permissions.contains) else { throw .missingRight(.read) }
        return switch request.path {
        case "/0/private/GetApiKeyInfo": report(on: key)
        case "/0/private/Balance": result(["XXBT": "0.5000000000", "ZUSD": "1000.0000"])
        case "/0/private/BalanceEx":
            result([
                "XXBT": ["balance": "0.5000000000", "hold_trade": "0.0000000000"],
                "ZUSD": ["balance": "1000.0000", "hold_trade": "0.0000"],
            ])
        case "/0/private/OpenOrders": result(["open": [:]])
        default: result(["eb": "1000.0000", "tb": "1000.0000"])
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        guard let name = request["API-Key"], let signature = request["API-Sign"] else { throw .missing("API-Key") }
        var key = try desk.key(name)
        guard !desk.isExpired(key) else { throw .expired }
        try desk.checkAddress(of: key)
        guard let nonceText = SimulatedRequest.parameters(of: request.body).first(where: { $0.name == "nonce" })?.value,
            let nonce = Int(nonceText), nonce > 0
        else { throw .nonceOutOfOrder }
        guard let secret = Data(base64Encoded: key.secret) else { throw .wrongSecret }
        let signed = Array(request.path.utf8) + Signing.sha256(nonceText + request.body)
        guard signature == Signing.base64(Signing.hmac512(signed, key: Array(secret))) else { throw .wrongSecret }
        desk.accept(key)
        guard nonce > key.highestNonce - key.nonceWindow, nonce != key.highestNonce,
            desk.usedNonces[name]?.contains(nonce) != true
        else { throw .nonceOutOfOrder }
        desk.usedNonces[name, default: []].insert(nonce)
        key.highestNonce = max(key.highestNonce, nonce)
        desk.keys[name] = key
        return key
    }

    private static func permissions(of key: SimulatedKey) -> [String] {
        if let own = key.exchangePermissions { return own }
        var permissions: [String] = []
        if key.rights.contains(.read) {
            permissions += [
                "query-funds", "query-open-trades", "query-closed-trades", "query-ledger", "create-ws-token",
            ]
        }
        if key.rights.contains(.tradeSpot) { permissions += ["modify-trades", "close-trades"] }
        if key.rights.contains(.transferOwn) { permissions.append("earn-funds") }
        if key.rights.contains(.withdraw) { permissions.append("withdraw-funds") }
        return permissions
    }

    private func report(on key: SimulatedKey) -> SimulatedAnswer {
        let seconds = { (milliseconds: Int) in JSON.string(String(milliseconds / 1000)) }
        return result([
            "apiKeyName": .string(key.name), "apiKey": .string(key.key), "nonce": .string(String(key.highestNonce)),
            "nonceWindow": .string(String(key.nonceWindow)),
            "permissions": .array(Self.permissions(of: key).map(JSON.string)),
            "iban": "AA68 N84G W5QB 2RKI", "validUntil": seconds(key.expiresMilliseconds ?? 0), "queryFrom": "0",
            "queryTo": "0", "createdTime": seconds(key.createdMilliseconds),
            "modifiedTime": seconds(key.createdMilliseconds), "ipAllowlist": .array(key.ipAllowList.map(JSON.string)),
            "lastUsed": seconds(key.createdMilliseconds),
        ])
    }

    private func publicAnswer(to request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer? {
        switch request.path {
        case "/0/public/Time":
            result([
                "unixtime": .integer(desk.milliseconds / 1000),
                "rfc1123": .string(desk.time.formatted(.iso8601)),
            ])
        case "/0/public/SystemStatus": result(["status": "online", "timestamp": "2023-11-14T22:13:20Z"])
        case "/0/public/Assets": .json(KrakenText.assets)
        case "/0/public/AssetPairs": .json(KrakenText.pairs)
        default: nil
        }
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missing, .malformedKey, .unknownKey, .expired, .addressNotAllowed, .wrongEnvironment, .wrongPassphrase:
            errors("EAPI:Invalid key")
        case .wrongSecret: errors("EAPI:Invalid signature")
        case .nonceOutOfOrder, .clockSkew, .malformedTimestamp: errors("EAPI:Invalid nonce")
        case .missingRight: errors("EGeneral:Permission denied")
        case .suspended: errors("EAuth:Account temporary disabled")
        case .badParameter: errors("EGeneral:Invalid arguments")
        case .noSuchPath: errors("EGeneral:Unknown method")
        }
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited: errors("EAPI:Rate limit exceeded")
        case .banned: errors("EGeneral:Temporary lockout")
        case .regionBlocked: .page("Access denied | api.kraken.com", status: 403)
        case .maintenance: errors("EService:Unavailable")
        }
    }

    private func result(_ value: JSON) -> SimulatedAnswer { .json(["error": [], "result": value]) }

    private func errors(_ text: String) -> SimulatedAnswer { .json(["error": [.string(text)]]) }
}

/// What Kraken says that is the same for everybody.
private enum KrakenText {
    static let assets = """
        {"error":[],"result":{"XXBT":{"aclass":"currency","altname":"XBT","decimals":10,"display_decimals":5,\
        "status":"enabled"},"ZUSD":{"aclass":"currency","altname":"USD","decimals":4,"display_decimals":2,\
        "status":"enabled"}}}
        """

    static let pairs = """
        {"error":[],"result":{"XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD","aclass_base":"currency",\
        "base":"XXBT","aclass_quote":"currency","quote":"ZUSD","lot":"unit","cost_decimals":5,"pair_decimals":1,\
        "lot_decimals":8,"lot_multiplier":1,"leverage_buy":[],"leverage_sell":[],"fees":[[0,0.4]],\
        "fees_maker":[[0,0.25]],"fee_volume_currency":"ZUSD","margin_call":80,"margin_stop":40,"ordermin":"0.0001",\
        "costmin":"0.5","tick_size":"0.1","status":"online"}}}
        """
}
