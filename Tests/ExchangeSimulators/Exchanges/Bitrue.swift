import OrderedJSON

/// Bitrue spot: an HMAC-SHA256 of the query, in hexadecimal, as its last parameter.
///
/// As at Binance one answer, -2015, stands for an unknown key, a blocked address and a missing right; -2008 and -1002
/// are documented beside it without saying when, and are own refusals here.
/// Source: github.com/Bitrue-exchange/bitrue-official-api-docs, "Endpoint security type", "Errors"; ccxt's tables.
struct Bitrue: SimulatedExchange {
    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        switch (request.method, request.path) {
        case ("GET", "/api/v1/ping"): return .json("{}")
        case ("GET", "/api/v1/time"): return .json(["serverTime": .integer(desk.milliseconds)])
        default: break
        }
        guard request.path.hasPrefix("/api/v1/") else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET", request.path == "/api/v1/account" else { throw .noSuchPath }
        try key.need(.read)
        return .json([
            "makerCommission": 0, "takerCommission": 0, "buyerCommission": 0, "sellerCommission": 0,
            "canTrade": true, "canWithdraw": true, "canDeposit": true, "updateTime": .integer(desk.milliseconds),
            "balances": [["asset": "usdt", "free": "975", "locked": "25"]], "canRead": true,
        ])
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        guard let name = request["X-MBX-APIKEY"] else { throw .malformedKey }
        let key = try desk.key(name)
        guard !desk.isExpired(key) else { throw .expired }
        let text = request.method == "GET" ? request.query : request.body
        let parameters = SimulatedRequest.parameters(of: text)
        func value(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
        guard let timestamp = value("timestamp"), !timestamp.isEmpty else { throw .missing("timestamp") }
        guard let signature = value("signature"), !signature.isEmpty else { throw .missing("signature") }
        guard parameters.last?.name == "signature" else { throw .badParameter("signature") }
        guard let time = Int(timestamp) else { throw .malformedTimestamp }
        guard let window = value("recvWindow").map(Int.init) ?? 5000, 0...60_000 ~= window else {
            throw .badParameter("recvWindow")
        }
        try desk.checkTime(time, atMostBehind: window, atMostAhead: 1000)
        let signed = parameters.dropLast().map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        guard signature == Signing.hex(Signing.hmac256(signed, key: key.secret)) else { throw .wrongSecret }
        desk.accept(key)
        return key
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .malformedKey: error(-2014, "API-key format invalid.", status: 401)
        case .unknownKey, .addressNotAllowed, .missingRight, .suspended, .expired, .wrongEnvironment:
            error(-2015, "Invalid API-key, IP, or permissions for action.", status: 401)
        case .wrongSecret, .wrongPassphrase: error(-1022, "Signature for this request is not valid.", status: 400)
        case .clockSkew, .nonceOutOfOrder, .malformedTimestamp:
            error(-1021, "Timestamp for this request is outside of the recvWindow.", status: 400)
        case .missing(let name):
            error(-1102, "Mandatory parameter '\(name)' was not sent, was empty/null, or malformed.", status: 400)
        case .badParameter(let name): error(-1100, "Illegal characters found in parameter '\(name)'.", status: 400)
        case .noSuchPath: .page("404 Not Found", status: 404)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        switch code {
        case "-1002": error(-1002, "You are not authorized to execute this request.", status: 401)
        case "-1125": error(-1125, "This listenKey does not exist.", status: 401)
        case "-2008": error(-2008, "Invalid Api-Key ID.", status: 401)
        default: error(Int(code) ?? 0, "Refused.", status: 400)
        }
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited: error(-1003, "Too many requests queued.", status: 429)
        case .banned: error(-1015, "Too many new orders.", status: 418)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: .json(["code": 1, "msg": "System is under maintenance."], status: 503)
        }
    }

    private func error(_ code: Int, _ message: String, status: Int) -> SimulatedAnswer {
        .json(["code": .integer(code), "msg": .string(message)], status: status)
    }
}
