import Foundation
import OrderedJSON

/// KuCoin, spot and futures: HMAC-SHA256 over time, method, target and body, and another over the passphrase.
///
/// The passphrase travels as an HMAC under the secret, so a wrong secret spoils both; the signature is looked at first.
/// Source: KuCoin's API documentation, "Signing a message", "Get API key info" and its list of error codes.
struct KuCoin: SimulatedExchange {
    private static let tolerance = 5000
    private static let fields = ["KC-API-KEY", "KC-API-SIGN", "KC-API-TIMESTAMP", "KC-API-PASSPHRASE"]
    private static let needs: [String: String] = [
        "/api/v1/user/api-key": "General",
        "/api/v1/accounts": "General",
        "/api/v1/hf/accounts/opened": "General",
        "/api/v3/margin/symbols": "General",
        "/api/v1/isolated/symbols": "General",
        "/api/ua/v1/account/mode": "General",
        "/api/v1/account-overview": "Futures",
        "/api/v1/positions": "Futures",
    ]

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if let answer = publicAnswer(to: request, at: desk) { return answer }
        guard request.path.hasPrefix("/api/") else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET", let needed = Self.needs[request.path] else { throw .noSuchPath }
        guard Self.permissions(of: key).contains(needed) else {
            throw .missingRight(needed == "Futures" ? .tradeDerivatives : .read)
        }
        return switch request.path {
        case "/api/v1/user/api-key": report(on: key)
        case "/api/v1/accounts": accounts(of: request)
        case "/api/v1/hf/accounts/opened": success(true)
        case "/api/ua/v1/account/mode": success(["selfAccountMode": "CLASSIC"])
        case "/api/v1/account-overview": .json(KuCoinText.overview)
        case "/api/v3/margin/symbols": success(["timestamp": .integer(desk.milliseconds), "items": []])
        default: success([])
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        for field in Self.fields where request[field] == nil { throw .missing(field) }
        guard let timestamp = request["KC-API-TIMESTAMP"], let time = Int(timestamp) else { throw .malformedTimestamp }
        try desk.checkTime(time, atMostBehind: Self.tolerance, atMostAhead: Self.tolerance)
        let key = try desk.key(request["KC-API-KEY"] ?? "")
        guard !desk.isExpired(key) else { throw .expired }
        let sums = [request.target, request.target.removingPercentEncoding ?? request.target].map { target in
            Signing.base64(Signing.hmac256(timestamp + request.method + target + request.body, key: key.secret))
        }
        guard let signature = request["KC-API-SIGN"], sums.contains(signature) else { throw .wrongSecret }
        let isHashed = request["KC-API-KEY-VERSION"].map { $0 != "1" } ?? false
        let passphrase = key.passphrase ?? ""
        let expected = isHashed ? Signing.base64(Signing.hmac256(passphrase, key: key.secret)) : passphrase
        guard request["KC-API-PASSPHRASE"] == expected else { throw .wrongPassphrase }
        desk.accept(key)
        return key
    }

    private static func permissions(of key: SimulatedKey) -> [String] {
        if let own = key.exchangePermissions { return own }
        var permissions: [String] = []
        if key.rights.contains(.read) { permissions.append("General") }
        if key.rights.contains(.tradeSpot) { permissions.append("Spot") }
        if key.rights.contains(.margin) { permissions.append("Margin") }
        if key.rights.contains(.tradeDerivatives) { permissions.append("Futures") }
        if key.rights.contains(.transferOwn) { permissions.append("InnerTransfer") }
        if key.rights.contains(.transferOut) || key.rights.contains(.withdraw) { permissions.append("Transfer") }
        return permissions
    }

    private func report(on key: SimulatedKey) -> SimulatedAnswer {
        var data: JSONObject = [
            "remark": .string(key.name), "apiKey": .string(key.key), "apiVersion": 3,
            "permission": .string(Self.permissions(of: key).joined(separator: ",")),
            "createdAt": .integer(key.createdMilliseconds), "uid": .integer(Int(key.user) ?? 0),
            "isMaster": .bool(!key.isSubAccount),
        ]
        if key.isSubAccount { data["subName"] = "sub1" }
        if !key.ipAllowList.isEmpty { data["ipWhitelist"] = .string(key.ipAllowList.joined(separator: ",")) }
        return success(.object(data))
    }

    private func accounts(of request: SimulatedRequest) -> SimulatedAnswer {
        let type = request.queryValue("type") ?? "trade"
        return success([
            [
                "id": "5bd6e9286d99522a52e458de", "currency": "USDT", "type": .string(type), "balance": "1000",
                "available": "975", "holds": "25",
            ]
        ])
    }

    private func publicAnswer(to request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer? {
        guard request.method == "GET" else { return nil }
        return switch request.path {
        case "/api/v1/timestamp": success(.integer(desk.milliseconds))
        case "/api/v1/status": success(["status": "open", "msg": ""])
        case "/api/v2/symbols", "/api/v1/symbols": .json(KuCoinText.symbols)
        case "/api/v3/currencies": .json(KuCoinText.currencies)
        case "/api/v1/market/allTickers": success(["time": .integer(desk.milliseconds), "ticker": []])
        case "/api/v1/contracts/active": success([])
        default: nil
        }
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missing:
            error("400001", "Please check the header of your request for \(Self.fields.joined(separator: ", "))")
        case .malformedTimestamp, .clockSkew, .nonceOutOfOrder: error("400002", "Invalid KC-API-TIMESTAMP")
        case .malformedKey, .unknownKey, .expired, .wrongEnvironment: error("400003", "KC-API-KEY not exists")
        case .wrongPassphrase: error("400004", "Invalid KC-API-PASSPHRASE")
        case .wrongSecret: error("400005", "Invalid KC-API-SIGN")
        case .addressNotAllowed:
            error(
                "400006", "The requested ip address is not in the api whitelist, the current ip: \(desk.seenAddress)")
        case .missingRight: error("400007", "Access denied, require more permission.", status: 403)
        case .suspended: error("411100", "User is frozen.", status: 403)
        case .badParameter(let name): error("400100", "Parameter Error: \(name)", status: 400)
        case .noSuchPath: error("404000", "Url Not Found", status: 404)
        }
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error("429000", "Too Many Requests", status: 429)
        case .regionBlocked:
            error("400302", "Our services are currently unavailable in your region.", status: 403)
        case .maintenance: error("500000", "Internal Server Error", status: 503)
        }
    }

    private func success(_ data: JSON) -> SimulatedAnswer { .json(["code": "200000", "data": data]) }

    private func error(_ code: String, _ message: String, status: Int = 401) -> SimulatedAnswer {
        .json(["code": .string(code), "msg": .string(message)], status: status)
    }
}

/// What KuCoin says that is the same for everybody, or the same for every account here.
private enum KuCoinText {
    static let overview = """
        {"code":"200000","data":{"accountEquity":1000,"unrealisedPNL":0,"marginBalance":1000,"positionMargin":0,\
        "orderMargin":0,"frozenFunds":0,"availableBalance":1000,"currency":"USDT"}}
        """

    static let symbols = """
        {"code":"200000","data":[{"symbol":"BTC-USDT","name":"BTC-USDT","baseCurrency":"BTC","quoteCurrency":"USDT",\
        "feeCurrency":"USDT","market":"USDS","baseMinSize":"0.00001","quoteMinSize":"0.1","baseMaxSize":"10000000000",\
        "quoteMaxSize":"99999999","baseIncrement":"0.00000001","quoteIncrement":"0.000001","priceIncrement":"0.1",\
        "priceLimitRate":"0.1","minFunds":"0.1","isMarginEnabled":true,"enableTrading":true}]}
        """

    static let currencies = """
        {"code":"200000","data":[{"currency":"BTC","name":"BTC","fullName":"Bitcoin","precision":8,"confirms":null,\
        "contractAddress":null,"isMarginEnabled":true,"isDebitEnabled":true,"chains":[]},{"currency":"USDT",\
        "name":"USDT","fullName":"Tether","precision":8,"confirms":null,"contractAddress":null,\
        "isMarginEnabled":true,"isDebitEnabled":true,"chains":[]}]}
        """
}
