import Foundation
import OrderedJSON

/// Gate, API v4: HMAC-SHA512 over method, path, query, the body's SHA-512 and the time, on five lines.
///
/// Source: gate.com/docs/developers/apiv4, "APIv4 signed request requirements" and "Error handling".
struct Gate: SimulatedExchange {
    private static let tolerance = 60_000

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if let answer = publicAnswer(to: request, at: desk) { return answer }
        guard request.path.hasPrefix("/api/v4/") else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET" else { throw .noSuchPath }
        let permissions = Self.permissions(of: key).map(\.name)
        switch request.path {
        case "/api/v4/account/detail":
            guard permissions.contains("account") else { throw .missingRight(.read) }
            return detail(of: key)
        case "/api/v4/account/main_keys":
            guard permissions.contains("account"), !key.isSubAccount else { throw .missingRight(.read) }
            let siblings = desk.keys.values.filter { $0.user == key.user && $0.state != .deleted && !$0.isSubAccount }
            return .json(.array(siblings.sorted { $0.key < $1.key }.map(report)))
        case "/api/v4/spot/accounts":
            guard permissions.contains("spot") else { throw .missingRight(.tradeSpot) }
            return .json(
                #"[{"currency":"USDT","available":"975","locked":"25","update_id":7},"#
                    + #"{"currency":"BTC","available":"0.5","locked":"0","update_id":8}]"#)
        case "/api/v4/futures/usdt/accounts":
            guard permissions.contains("futures") else { throw .missingRight(.tradeDerivatives) }
            return .json(GateText.futuresAccount)
        default: throw .noSuchPath
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        guard let name = request["KEY"] else { throw .missing("KEY") }
        guard let timestamp = request["Timestamp"] else { throw .missing("Timestamp") }
        guard let signature = request["SIGN"] else { throw .missing("SIGN") }
        let key = try desk.key(name)
        guard !desk.isExpired(key) else { throw .expired }
        guard let seconds = Double(timestamp), seconds.isFinite, abs(seconds) < 1e12 else { throw .malformedTimestamp }
        try desk.checkTime(
            Int((seconds * 1000).rounded()), atMostBehind: Self.tolerance, atMostAhead: Self.tolerance)
        let bodySum = Signing.hex(Signing.sha512(request.body))
        let sums = [request.query, request.query.removingPercentEncoding ?? request.query].map { query in
            let lines = [request.method, request.path, query, bodySum, timestamp].joined(separator: "\n")
            return Signing.hex(Signing.hmac512(Array(lines.utf8), key: Array(key.secret.utf8)))
        }
        guard sums.contains(signature) else { throw .wrongSecret }
        desk.accept(key)
        return key
    }

    private static func permissions(of key: SimulatedKey) -> [(name: String, isReadOnly: Bool)] {
        if let own = key.exchangePermissions { return own.map { ($0, false) } }
        var permissions: [(name: String, isReadOnly: Bool)] = []
        if key.rights.contains(.read) { permissions.append(("account", true)) }
        if key.rights.contains(.tradeSpot) || key.rights.contains(.read) {
            permissions.append(("spot", !key.rights.contains(.tradeSpot)))
        }
        if key.rights.contains(.tradeDerivatives) { permissions.append(("futures", false)) }
        if key.rights.contains(.margin) { permissions.append(("margin", false)) }
        if key.rights.contains(.transferOwn) { permissions.append(("wallet", false)) }
        if key.rights.contains(.withdraw) || key.rights.contains(.transferOut) {
            permissions.append(("withdraw", false))
        }
        return permissions
    }

    private func detail(of key: SimulatedKey) -> SimulatedAnswer {
        .json([
            "user_id": .integer(Int(key.user) ?? 0), "ip_whitelist": .array(key.ipAllowList.map(JSON.string)),
            "currency_pairs": [], "tier": 0, "key": ["mode": 1], "copy_trading_role": 0,
        ])
    }

    private func report(on key: SimulatedKey) -> JSON {
        [
            "state": .integer(key.state == .active ? 1 : 3), "mode": 1, "name": .string(key.name),
            "user_id": .integer(Int(key.user) ?? 0),
            "perms": .array(
                Self.permissions(of: key).map { ["name": .string($0.name), "read_only": .bool($0.isReadOnly)] }),
            "ip_whitelist": .array(key.ipAllowList.map(JSON.string)), "currency_pairs": [],
            "key": .string(key.key.prefix(6) + "*****"), "created_at": .integer(key.createdMilliseconds / 1000),
            "update_at": .integer(key.createdMilliseconds / 1000),
            "last_access": .integer(key.createdMilliseconds / 1000),
        ]
    }

    private func publicAnswer(to request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer? {
        guard request.method == "GET" else { return nil }
        return switch request.path {
        case "/api/v4/spot/time": .json(["server_time": .integer(desk.milliseconds)])
        case "/api/v4/spot/currencies": .json(GateText.currencies)
        case "/api/v4/spot/currency_pairs": .json(GateText.pairs)
        case "/api/v4/margin/currency_pairs", "/api/v4/futures/usdt/contracts", "/api/v4/futures/btc/contracts":
            .json("[]")
        default: nil
        }
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missing(let name): error("MISSING_REQUIRED_HEADER", "Missing required header: \(name)", status: 400)
        case .malformedKey, .unknownKey, .expired, .wrongEnvironment:
            error("INVALID_KEY", "Invalid key provided", status: 401)
        case .wrongSecret, .wrongPassphrase: error("INVALID_SIGNATURE", "Signature mismatch", status: 401)
        case .malformedTimestamp: error("INVALID_PARAM_VALUE", "Invalid Timestamp", status: 400)
        case .clockSkew, .nonceOutOfOrder:
            error("REQUEST_EXPIRED", "gap between request Timestamp and server time exceeds 60", status: 403)
        case .addressNotAllowed:
            error("FORBIDDEN", "Request IP not in whitelist: \(desk.seenAddress)", status: 403)
        case .missingRight: error("FORBIDDEN", "The key has no permission for this operation", status: 403)
        case .suspended: error("ACCOUNT_LOCKED", "Account is locked", status: 403)
        case .badParameter(let name): error("INVALID_PARAM_VALUE", "Invalid \(name)", status: 400)
        case .noSuchPath: error("NOT_FOUND", "No such endpoint", status: 404)
        }
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error("TOO_MANY_REQUESTS", "Request Rate limit Exceeded", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error("TOO_BUSY", "The system is busy, please try again later", status: 503)
        }
    }

    private func error(_ label: String, _ message: String, status: Int) -> SimulatedAnswer {
        .json(["label": .string(label), "message": .string(message)], status: status)
    }
}

/// What Gate says that is the same for everybody, or the same for every account here.
private enum GateText {
    static let futuresAccount = """
        {"user":1000001,"currency":"USDT","total":"1000","unrealised_pnl":"0","position_margin":"0",\
        "order_margin":"0","available":"1000","point":"0","bonus":"0","in_dual_mode":false,"enable_credit":false}
        """

    static let currencies = """
        [{"currency":"BTC","name":"Bitcoin","delisted":false,"withdraw_disabled":false,"withdraw_delayed":false,\
        "deposit_disabled":false,"trade_disabled":false,"chain":"BTC","chains":[]},{"currency":"USDT",\
        "name":"Tether","delisted":false,"withdraw_disabled":false,"withdraw_delayed":false,\
        "deposit_disabled":false,"trade_disabled":false,"chain":"ETH","chains":[]}]
        """

    static let pairs = """
        [{"id":"BTC_USDT","base":"BTC","quote":"USDT","fee":"0.2","min_base_amount":"0.00001",\
        "min_quote_amount":"3","amount_precision":5,"precision":1,"trade_status":"tradable","sell_start":0,\
        "buy_start":0,"type":"normal"}]
        """
}
