import Foundation
import OrderedJSON

/// Bybit, API v5: HMAC-SHA256 over time, key, window and query or body, in hexadecimal. Errors come with status 200.
///
/// Source: bybit-exchange.github.io/docs/v5, "Integration guidance", "Get API key information" and "Error codes".
struct Bybit: SimulatedExchange {
    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if let answer = publicAnswer(to: request, at: desk) { return answer }
        guard request.path.hasPrefix("/v5/") else { throw .noSuchPath }
        if request.method == "GET", !request.body.isEmpty { throw .badParameter("body") }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET" else { throw .noSuchPath }
        if request.path == "/v5/user/query-api" { return success(report(on: key, at: desk), at: desk) }
        try key.need(.read)
        switch request.path {
        case "/v5/account/info":
            return success(
                [
                    "marginMode": "REGULAR_MARGIN", "updatedTime": "1700000000000",
                    "unifiedMarginStatus": .integer(key.isUnified ? 6 : 1), "dcpStatus": "OFF", "timeWindow": 10,
                    "smpGroup": 0, "isMasterTrader": false, "spotHedgingStatus": "OFF",
                ], at: desk)
        case "/v5/account/wallet-balance":
            let type = request.queryValue("accountType") ?? ""
            guard key.isUnified else { throw .badParameter("account type") }
            guard type == "UNIFIED" else { throw .badParameter("accountType") }
            return success(walletBalance, at: desk)
        case "/v5/asset/coin/query-info": return success(["rows": []], at: desk)
        default: throw .noSuchPath
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        guard let name = request["X-BAPI-API-KEY"] else { throw .missing("X-BAPI-API-KEY") }
        guard let timestamp = request["X-BAPI-TIMESTAMP"] else { throw .missing("X-BAPI-TIMESTAMP") }
        guard let signature = request["X-BAPI-SIGN"] else { throw .missing("X-BAPI-SIGN") }
        let windowText = request["X-BAPI-RECV-WINDOW"] ?? ""
        guard let time = Int(timestamp), let window = windowText.isEmpty ? 5000 : Int(windowText), window >= 0 else {
            throw .malformedTimestamp
        }
        try desk.checkTime(time, atMostBehind: window, atMostAhead: 999)
        let key = try desk.key(name)
        guard !desk.isExpired(key) else { throw .expired }
        let signed = timestamp + name + windowText + (request.method == "GET" ? request.query : request.body)
        guard signature == Signing.hex(Signing.hmac256(signed, key: key.secret)) else { throw .wrongSecret }
        desk.accept(key)
        return key
    }

    private func report(on key: SimulatedKey, at desk: ExchangeDesk) -> JSON {
        let has = { (right: SimulatedRight, name: String) in key.rights.contains(right) ? [JSON.string(name)] : [] }
        let trades = key.rights.contains(.tradeSpot) || key.rights.contains(.tradeDerivatives)
        let permissions: JSON = [
            "ContractTrade": key.rights.contains(.tradeDerivatives) ? ["Order", "Position"] : [],
            "Spot": .array(has(.tradeSpot, "SpotTrade")),
            "Wallet": .array(
                has(.transferOwn, "AccountTransfer") + has(.transferOut, "SubMemberTransfer")
                    + has(.withdraw, "Withdraw")),
            "Options": [], "Derivatives": .array(has(.tradeDerivatives, "DerivativesTrade")), "CopyTrading": [],
            "BlockTrade": [], "Exchange": [], "NFT": [], "Affiliate": [], "Earn": [],
        ]
        let expires = key.expires ?? Date(timeIntervalSince1970: 0)
        let days = key.expires.map { Int($0.timeIntervalSince(desk.time) / 86400) } ?? -2
        return [
            "id": "13770661", "note": .string(key.name), "apiKey": .string(key.key),
            "readOnly": .integer(trades ? 0 : 1), "secret": "", "permissions": permissions,
            "ips": key.ipAllowList.isEmpty ? ["*"] : .array(key.ipAllowList.map(JSON.string)), "type": 1,
            "deadlineDay": .integer(days), "expiredAt": .string(expires.formatted(.iso8601)),
            "createdAt": .string(key.created.formatted(.iso8601)), "unified": 0,
            "uta": .integer(key.isUnified ? 1 : 0), "userID": .integer(Int(key.user) ?? 0), "inviterID": 0,
            "vipLevel": "No VIP", "mktMakerLevel": "0", "affiliateID": 0, "rsaPublicKey": "",
            "isMaster": .bool(!key.isSubAccount),
            "parentUid": .string(key.isSubAccount ? "9\(key.user)" : "0"), "kycLevel": "LEVEL_DEFAULT",
            "kycRegion": "",
        ]
    }

    private var walletBalance: JSON {
        [
            "list": [
                [
                    "accountType": "UNIFIED", "totalEquity": "1000", "totalWalletBalance": "1000",
                    "totalAvailableBalance": "1000", "totalMarginBalance": "1000", "totalPerpUPL": "0",
                    "totalInitialMargin": "0", "totalMaintenanceMargin": "0", "accountIMRate": "0",
                    "accountMMRate": "0",
                    "coin": [
                        [
                            "coin": "USDT", "equity": "1000", "usdValue": "1000", "walletBalance": "1000", "free": "",
                            "locked": "0", "availableToWithdraw": "", "totalOrderIM": "0", "totalPositionIM": "0",
                            "unrealisedPnl": "0", "cumRealisedPnl": "0",
                        ]
                    ],
                ]
            ]
        ]
    }

    private func publicAnswer(to request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer? {
        guard request.method == "GET" else { return nil }
        switch request.path {
        case "/v5/market/time":
            let milliseconds = desk.milliseconds
            return success(
                [
                    "timeSecond": .string(String(milliseconds / 1000)),
                    "timeNano": .string(String(milliseconds) + "000000"),
                ], at: desk)
        case "/v5/market/instruments-info":
            let category = request.queryValue("category") ?? ""
            guard category == "spot" else {
                return success(["category": .string(category), "list": [], "nextPageCursor": ""], at: desk)
            }
            return .json(BybitText.instruments)
        default: return nil
        }
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missing: return .json([:], status: 401)
        case .malformedTimestamp, .clockSkew, .nonceOutOfOrder:
            return error(
                10002,
                "invalid request, please check your server timestamp or recv_window param. "
                    + "req_timestamp[\(request["X-BAPI-TIMESTAMP"] ?? "")],server_timestamp[\(desk.milliseconds)],"
                    + "recv_window[\(request["X-BAPI-RECV-WINDOW"] ?? "5000")]", at: desk)
        case .malformedKey, .unknownKey, .wrongEnvironment: return error(10003, "API key is invalid.", at: desk)
        case .wrongSecret, .wrongPassphrase:
            let origin =
                (request["X-BAPI-TIMESTAMP"] ?? "") + (request["X-BAPI-API-KEY"] ?? "")
                + (request["X-BAPI-RECV-WINDOW"] ?? "") + request.query
            return error(
                10004, "Error sign, please check your signature generation algorithm. origin_string[\(origin)]",
                at: desk)
        case .missingRight:
            return error(10005, "Permission denied, please check your API key permissions.", at: desk)
        case .suspended: return error(10008, "User has been banned.", at: desk)
        case .addressNotAllowed:
            return error(10010, "Unmatched IP, please check your API key's bound IP addresses.", at: desk)
        case .expired: return error(33004, "Your api key has expired.", at: desk)
        case .badParameter("body"): return .page("403 Forbidden", status: 403)
        case .badParameter("account type"): return error(10028, "This API only supports unified accounts.", at: desk)
        case .badParameter(let name): return error(10001, "Request parameter error: \(name)", at: desk)
        case .noSuchPath: return error(10017, "Route not found.", at: desk, status: 404)
        }
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        let desk = ExchangeDesk(host: .bybit)
        return switch trouble {
        case .rateLimited: error(10006, "Too many visits. Exceeded the API Rate Limit.", at: desk)
        case .banned: .page("403 Forbidden", status: 403)
        case .regionBlocked: error(10024, "Compliance rules triggered.", at: desk)
        case .maintenance: error(10016, "Internal server error. Service is restarting.", at: desk)
        }
    }

    private func success(_ result: JSON, at desk: ExchangeDesk) -> SimulatedAnswer {
        .json([
            "retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": [:], "time": .integer(desk.milliseconds),
        ])
    }

    private func error(_ code: Int, _ message: String, at desk: ExchangeDesk, status: Int = 200) -> SimulatedAnswer {
        .json(
            [
                "retCode": .integer(code), "retMsg": .string(message), "result": [:], "retExtInfo": [:],
                "time": .integer(desk.milliseconds),
            ], status: status)
    }
}

/// What Bybit says that is the same for everybody.
private enum BybitText {
    static let instruments = """
        {"retCode":0,"retMsg":"OK","result":{"category":"spot","list":[{"symbol":"BTCUSDT","baseCoin":"BTC",\
        "quoteCoin":"USDT","innovation":"0","status":"Trading","marginTrading":"utaOnly","lotSizeFilter":{\
        "basePrecision":"0.000001","quotePrecision":"0.0000001","minOrderQty":"0.00001","maxOrderQty":"83",\
        "minOrderAmt":"5","maxOrderAmt":"8000000"},"priceFilter":{"tickSize":"0.01"}}],"nextPageCursor":""},\
        "retExtInfo":{},"time":1700000000000}
        """
}
