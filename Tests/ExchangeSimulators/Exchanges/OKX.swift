import Foundation
import OrderedJSON

/// OKX, API v5: HMAC-SHA256 over an ISO time, method, target and body, in Base64; the passphrase as it is.
///
/// Each regional host has its own keys: one of another host does not exist here.
/// Source: okx.com/docs-v5, "REST authentication", "Get account configuration" and "Error code".
struct OKX: SimulatedExchange {
    private static let tolerance = 30_000

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if let answer = publicAnswer(to: request, at: desk) { return answer }
        guard request.path.hasPrefix("/api/v5/") else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET" else { throw .noSuchPath }
        guard Self.permissions(of: key).contains("read_only") else { throw .missingRight(.read) }
        return switch request.path {
        case "/api/v5/account/config": configuration(of: key)
        case "/api/v5/account/balance": .json(OKXText.balance)
        case "/api/v5/asset/currencies": .json(OKXText.currencies)
        default: throw .noSuchPath
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        for field in ["OK-ACCESS-KEY", "OK-ACCESS-PASSPHRASE", "OK-ACCESS-SIGN", "OK-ACCESS-TIMESTAMP"]
        where request[field] == nil { throw .missing(field) }
        let name = request["OK-ACCESS-KEY"] ?? ""
        if desk.keys[name] == nil, UUID(uuidString: name) == nil { throw .malformedKey }
        let key = try desk.key(name)
        guard !desk.isExpired(key) else { throw .expired }
        guard key.isDemo == (request["x-simulated-trading"] == "1") else { throw .wrongEnvironment }
        let timestamp = request["OK-ACCESS-TIMESTAMP"] ?? ""
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard timestamp.utf8.count == 24, let time = try? style.parse(timestamp) else { throw .malformedTimestamp }
        try desk.checkTime(
            Int((time.timeIntervalSince1970 * 1000).rounded()), atMostBehind: Self.tolerance,
            atMostAhead: Self.tolerance)
        guard request["OK-ACCESS-PASSPHRASE"] == key.passphrase else { throw .wrongPassphrase }
        let signed = timestamp + request.method + request.target + request.body
        guard request["OK-ACCESS-SIGN"] == Signing.base64(Signing.hmac256(signed, key: key.secret)) else {
            throw .wrongSecret
        }
        desk.accept(key)
        return key
    }

    private static func permissions(of key: SimulatedKey) -> [String] {
        if let own = key.exchangePermissions { return own }
        var permissions: [String] = []
        if key.rights.contains(.read) { permissions.append("read_only") }
        if key.rights.contains(.withdraw) || key.rights.contains(.transferOut) { permissions.append("withdraw") }
        if key.rights.contains(.tradeSpot) || key.rights.contains(.tradeDerivatives) { permissions.append("trade") }
        return permissions
    }

    private func configuration(of key: SimulatedKey) -> SimulatedAnswer {
        success([
            [
                "acctLv": "2", "acctStpMode": "cancel_maker", "autoLoan": false, "ctIsoMode": "automatic",
                "enableSpotBorrow": false, "greeksType": "PA", "ip": .string(key.ipAllowList.joined(separator: ",")),
                "type": .string(key.isSubAccount ? "1" : "0"), "kycLv": "3", "label": .string(key.name),
                "level": "Lv1", "levelTmp": "", "liquidationGear": "-1",
                "mainUid": .string(key.isSubAccount ? "9\(key.user)" : key.user), "mgnIsoMode": "automatic",
                "opAuth": "0", "perm": .string(Self.permissions(of: key).joined(separator: ",")),
                "posMode": "net_mode", "roleType": "0", "spotBorrowAutoRepay": false, "spotOffsetType": "",
                "spotRoleType": "0", "spotTraderInsts": [], "traderInsts": [], "uid": .string(key.user),
            ]
        ])
    }

    private func publicAnswer(to request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer? {
        guard request.method == "GET" else { return nil }
        return switch request.path {
        case "/api/v5/public/time": success([["ts": .string(String(desk.milliseconds))]])
        case "/api/v5/system/status": success([])
        case "/api/v5/public/instruments":
            request.queryValue("instType") == "SPOT" ? .json(OKXText.instruments) : success([])
        default: nil
        }
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missing("OK-ACCESS-KEY"): error(50103, "Request header OK-ACCESS-KEY cannot be empty.")
        case .missing("OK-ACCESS-PASSPHRASE"): error(50104, "Request header OK-ACCESS-PASSPHRASE cannot be empty.")
        case .missing("OK-ACCESS-SIGN"): error(50106, "Request header OK-ACCESS-SIGN cannot be empty.")
        case .missing: error(50107, "Request header OK-ACCESS-TIMESTAMP cannot be empty.")
        case .malformedKey: error(50111, "Invalid OK-ACCESS-KEY.")
        case .unknownKey, .expired: error(50119, "API key doesn't exist.")
        case .wrongEnvironment: error(50101, "APIKey does not match current environment.")
        case .malformedTimestamp: error(50112, "Invalid OK-ACCESS-TIMESTAMP.")
        case .clockSkew, .nonceOutOfOrder: error(50102, "Timestamp request expired.")
        case .wrongPassphrase: error(50105, "Request header OK-ACCESS-PASSPHRASE incorrect.")
        case .wrongSecret: error(50113, "Invalid Sign.")
        case .addressNotAllowed:
            error(
                50110,
                "Your IP \(desk.seenAddress) is not included in your API key's \(request["OK-ACCESS-KEY"] ?? "") "
                    + "IP whitelist.")
        case .missingRight: error(50120, "API key doesn't have permission to use this function.")
        case .suspended: error(50100, "API frozen, please contact customer service.")
        case .badParameter(let name): error(51000, "Parameter \(name) error.", status: 200)
        case .noSuchPath: error(404, "Not Found", status: 404)
        }
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error(50011, "Too Many Requests", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error(50001, "Service temporarily unavailable. Try again later.", status: 503)
        }
    }

    private func success(_ data: JSON) -> SimulatedAnswer { .json(["code": "0", "data": data, "msg": ""]) }

    private func error(_ code: Int, _ message: String, status: Int = 401) -> SimulatedAnswer {
        .json(["code": .string(String(code)), "msg": .string(message)], status: status)
    }
}

/// What OKX says that is the same for everybody, or the same for every account here.
private enum OKXText {
    static let balance = """
        {"code":"0","data":[{"adjEq":"","details":[{"availBal":"975","availEq":"975","cashBal":"1000","ccy":"USDT",\
        "eq":"1000","eqUsd":"1000","frozenBal":"25","ordFrozen":"25","uTime":"1700000000000","upl":"0"}],"imr":"",\
        "isoEq":"0","mgnRatio":"","mmr":"","notionalUsd":"","ordFroz":"","totalEq":"1000",\
        "uTime":"1700000000000"}],"msg":""}
        """

    static let currencies = """
        {"code":"0","data":[{"canDep":true,"canInternal":true,"canWd":true,"ccy":"BTC","chain":"BTC-Bitcoin",\
        "mainNet":true,"name":"Bitcoin","maxFee":"0.0004","minFee":"0.0002","minWd":"0.001","maxWd":"500",\
        "wdTickSz":"8"},{"canDep":true,"canInternal":true,"canWd":true,"ccy":"USDT","chain":"USDT-ERC20",\
        "mainNet":true,"name":"Tether","maxFee":"8","minFee":"4","minWd":"2","maxWd":"500000","wdTickSz":"6"}],\
        "msg":""}
        """

    static let instruments = """
        {"code":"0","data":[{"alias":"","baseCcy":"BTC","category":"1","ctMult":"","ctType":"","ctVal":"",\
        "ctValCcy":"","expTime":"","instFamily":"","instId":"BTC-USDT","instType":"SPOT","lever":"10",\
        "listTime":"1548133413000","lotSz":"0.00000001","maxLmtSz":"9999999999","maxMktSz":"1000000",\
        "minSz":"0.00001","optType":"","quoteCcy":"USDT","settleCcy":"","state":"live","stk":"","tickSz":"0.1",\
        "uly":""}],"msg":""}
        """
}
