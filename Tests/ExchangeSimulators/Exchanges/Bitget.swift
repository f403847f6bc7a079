import OrderedJSON

/// Bitget, API v2, spot and futures: HMAC-SHA256 over time, method, target and body, in Base64; the passphrase in
/// clear.
///
/// A key of a unified account is one that is refused with 40085; such a key is served under `/api/v3`, others not.
/// Which of 40006 and 40037 a key gets that does not exist is not documented: here those not of the form `bg_…` get the
/// first. Errors come with status 400, of which only the codes are documented.
/// Source: bitget.com/api-doc, "Signature", "Get account information", "Error codes"; ccxt's tables.
struct Bitget: SimulatedExchange {
    private static let tolerance = 30_000

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if request.method == "GET", request.path == "/api/v2/public/time" {
            return success(["serverTime": .string(String(desk.milliseconds))])
        }
        guard request.path.hasPrefix("/api/v2/") || request.path.hasPrefix("/api/v3/") else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET" else { throw .noSuchPath }
        let authorities = Self.authorities(of: key)
        switch request.path {
        case "/api/v2/spot/account/info", "/api/v2/spot/account/assets":
            try need(["stor", "stow"], in: authorities)
            return request.path.hasSuffix("info")
                ? information(on: key, authorities)
                : success([
                    ["coin": "USDT", "available": "975", "frozen": "25", "locked": "0", "uTime": "1700000000000"]
                ])
        case "/api/v2/mix/account/accounts":
            guard request.queryValue("productType")?.isEmpty == false else { throw .badParameter("productType") }
            try need(["coor", "coow", "cpor", "cpow"], in: authorities)
            return success([["marginCoin": "USDT", "locked": "0", "available": "1000", "accountEquity": "1000"]])
        case "/api/v3/account/settings":
            guard key.refusedWith == "40085" else { throw .wrongEnvironment }
            return success(["uid": .string(key.user), "accountMode": "unified", "assetMode": "union"])
        default: throw .noSuchPath
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        for field in ["ACCESS-KEY", "ACCESS-SIGN", "ACCESS-TIMESTAMP", "ACCESS-PASSPHRASE"] where request[field] == nil
        {
            throw .missing(field)
        }
        let name = request["ACCESS-KEY"] ?? ""
        if desk.keys[name] == nil, !name.hasPrefix("bg_") { throw .malformedKey }
        let key = try desk.key(name)
        guard !desk.isExpired(key) else { throw .expired }
        guard let timestamp = request["ACCESS-TIMESTAMP"], timestamp.utf8.count == 13, let time = Int(timestamp) else {
            throw .malformedTimestamp
        }
        try desk.checkTime(time, atMostBehind: Self.tolerance, atMostAhead: Self.tolerance)
        guard (request["paptrading"] == "1") == key.isDemo else { throw .badParameter("paptrading") }
        let signed = timestamp + request.method + request.target + request.body
        guard request["ACCESS-SIGN"] == Signing.base64(Signing.hmac256(signed, key: key.secret)) else {
            throw .wrongSecret
        }
        guard request["ACCESS-PASSPHRASE"] == key.passphrase else { throw .wrongPassphrase }
        desk.accept(key)
        return key
    }

    private func need(_ codes: Set<String>, in authorities: [String]) throws(Refusal) {
        guard !codes.isDisjoint(with: authorities) || authorities == ["trade"] || authorities == ["readonly"] else {
            throw .missingRight(.read)
        }
    }

    private static func authorities(of key: SimulatedKey) -> [String] {
        if let own = key.exchangePermissions { return own }
        var codes: [String] = []
        if key.rights.contains(.read) { codes += ["stor", "coor", "cpor", "wtor"] }
        if key.rights.contains(.tradeSpot) { codes.append("stow") }
        if key.rights.contains(.tradeDerivatives) { codes += ["coow", "cpow"] }
        if key.rights.contains(.margin) { codes.append("smow") }
        if key.rights.contains(.transferOwn) { codes.append("wtow") }
        if key.rights.contains(.withdraw) || key.rights.contains(.transferOut) { codes.append("wwow") }
        return codes
    }

    private func information(on key: SimulatedKey, _ authorities: [String]) -> SimulatedAnswer {
        success([
            "userId": .string(key.user), "inviterId": "", "channelCode": "", "channel": "",
            "ips": .string(key.ipAllowList.joined(separator: ",")),
            "authorities": .array(authorities.map(JSON.string)),
            "parentId": .integer(key.isSubAccount ? 9_000_001 : Int(key.user) ?? 0), "traderType": "not_trader",
            "regisTime": .string(String(key.createdMilliseconds)),
        ])
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missing("ACCESS-KEY"): error("40001")
        case .missing("ACCESS-SIGN"): error("40003")
        case .missing("ACCESS-PASSPHRASE"): error("40011")
        case .missing, .malformedTimestamp: error("40005")
        case .malformedKey: error("40006")
        case .unknownKey, .expired: error("40037")
        case .clockSkew, .nonceOutOfOrder: error("40008")
        case .wrongSecret: error("40009")
        case .wrongPassphrase: error("40012")
        case .addressNotAllowed: error("40018")
        case .missingRight: error("40014")
        case .suspended: error("40031")
        case .badParameter("paptrading"): error("40099")
        case .badParameter: error("40019")
        case .wrongEnvironment: error("40084")
        case .noSuchPath: error("40404", status: 404)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        code == "40085" && request.path.hasPrefix("/api/v3/") ? nil : error(code)
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error("429", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error("40200", status: 503)
        }
    }

    private static let messages = [
        "40001": "ACCESS_KEY cannot be empty", "40002": "SECRET_KEY cannot be empty",
        "40003": "Signature cannot be empty", "40004": "Request timestamp expired",
        "40005": "Invalid ACCESS_TIMESTAMP", "40006": "Invalid ACCESS_KEY", "40007": "Invalid Content_Type",
        "40008": "Request timestamp expired", "40009": "sign signature error", "40010": "Request timed out",
        "40011": "ACCESS_PASSPHRASE cannot be empty", "40012": "apikey/password is incorrect",
        "40014": "Incorrect permissions", "40016": "The user must bind the phone or Google",
        "40018": "Invalid IP", "40019": "Parameter productType cannot be empty",
        "40031": "The account has been cancelled and cannot be used again", "40037": "Apikey does not exist",
        "40084": "You are in Classic Account mode, and the Unified Account API is not supported at this time",
        "40085": "You are in Unified Account mode, and the Classic Account API is not supported at this time",
        "40099": "exchange environment is incorrect", "40200": "Server upgrade, please try again later",
        "40404": "Request URL NOT FOUND", "429": "Too Many Requests",
    ]

    private func success(_ data: JSON) -> SimulatedAnswer {
        .json(["code": "00000", "msg": "success", "requestTime": 1_700_000_000_000, "data": data])
    }

    private func error(_ code: String, status: Int = 400) -> SimulatedAnswer {
        .json(
            [
                "code": .string(code), "msg": .string(Self.messages[code] ?? "system error"),
                "requestTime": 1_700_000_000_000, "data": nil,
            ], status: status)
    }
}
