import Foundation
import OrderedJSON

/// Binance's spot and USDⓈ-M futures: an HMAC-SHA256 of query and body, in hexadecimal, as their last parameter.
///
/// Source: developers.binance.com, "Request security", "Error codes" and "Get API key permission".
struct Binance: SimulatedExchange {
    private static let widestWindow = 60_000
    private static let reports: Set<String> = [
        "/api/v3/account", "/sapi/v1/account/apiRestrictions", "/sapi/v1/capital/config/getall",
        "/fapi/v2/account", "/fapi/v3/account", "/fapi/v2/balance", "/fapi/v3/balance",
    ]

    /// Whether `/sapi` is served; the test networks do not.
    let hasWalletService: Bool

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if let answer = publicAnswer(to: request, at: desk) { return answer }
        guard ["/api/", "/fapi/", "/sapi/"].contains(where: request.path.hasPrefix),
            hasWalletService || !request.path.hasPrefix("/sapi/")
        else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET", Self.reports.contains(request.path) else { throw .noSuchPath }
        if request.path == "/sapi/v1/account/apiRestrictions" { return restrictions(of: key, at: desk) }
        try key.need(.read)
        if request.path.hasPrefix("/fapi/") { try key.need(.tradeDerivatives) }
        return report(request.path, for: key)
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        guard let name = request["X-MBX-APIKEY"] else { throw .malformedKey }
        let parameters = request.queryParameters + SimulatedRequest.parameters(of: request.body)
        func value(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
        guard let timestamp = value("timestamp"), !timestamp.isEmpty else { throw .missing("timestamp") }
        guard let signature = value("signature"), !signature.isEmpty else { throw .missing("signature") }
        guard Set(parameters.map(\.name)).count == parameters.count else { throw .badParameter("duplicate") }
        guard var time = Int(timestamp), time > 0 else { throw .badParameter("timestamp") }
        if time > 100_000_000_000_000 { time /= 1000 }
        guard let window = value("recvWindow").map(Int.init) ?? 5000, 0...Self.widestWindow ~= window else {
            throw .badParameter("recvWindow")
        }
        if desk.keys[name] == nil, name.utf8.count != 64 || !name.utf8.allSatisfy(\.isLetterOrDigit) {
            throw .malformedKey
        }
        let key = try desk.key(name)
        try desk.checkTime(time, atMostBehind: window, atMostAhead: 999)
        let signed = [request.query, request.body].map { text in
            text.hasSuffix("signature=\(signature)")
                ? text.dropLast("signature=\(signature)".count).trimmingSuffix("&") : text
        }
        let expected = Signing.hex(Signing.hmac256(signed.joined(), key: key.secret))
        guard signature.lowercased() == expected else { throw .wrongSecret }
        desk.accept(key)
        return key
    }

    private func restrictions(of key: SimulatedKey, at desk: ExchangeDesk) -> SimulatedAnswer {
        var report: JSONObject = [
            "ipRestrict": .bool(!key.ipAllowList.isEmpty),
            "createTime": .integer(key.createdMilliseconds),
            "enableReading": .bool(key.rights.contains(.read)),
            "enableSpotAndMarginTrading": .bool(key.rights.contains(.tradeSpot) && !desk.isExpired(key)),
            "enableWithdrawals": .bool(key.rights.contains(.withdraw)),
            "enableInternalTransfer": .bool(key.rights.contains(.transferOwn)),
            "enableMargin": .bool(key.rights.contains(.margin)),
            "enableFutures": .bool(key.rights.contains(.tradeDerivatives)),
            "permitsUniversalTransfer": .bool(key.rights.contains(.transferOwn)),
            "enableVanillaOptions": false,
            "enableFixApiTrade": false,
            "enableFixReadOnly": false,
            "enablePortfolioMarginTrading": false,
        ]
        if let expires = key.expiresMilliseconds { report["tradingAuthorityExpirationTime"] = .integer(expires) }
        return .json(.object(report))
    }

    private func report(_ path: String, for key: SimulatedKey) -> SimulatedAnswer {
        switch path {
        case "/api/v3/account": .json(BinanceText.account.replacingOccurrences(of: "UID", with: key.user))
        case "/fapi/v2/account", "/fapi/v3/account": .json(BinanceText.futuresAccount)
        case "/fapi/v2/balance", "/fapi/v3/balance": .json(BinanceText.futuresBalance)
        default: .json(BinanceText.coins)
        }
    }

    private func publicAnswer(to request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer? {
        guard request.method == "GET" else { return nil }
        return switch request.path {
        case "/api/v3/ping", "/fapi/v1/ping": .json("{}")
        case "/api/v3/time", "/fapi/v1/time": .json(["serverTime": .integer(desk.milliseconds)])
        case "/api/v3/exchangeInfo": .json(BinanceText.exchangeInfo)
        case "/fapi/v1/exchangeInfo": .json(BinanceText.futuresExchangeInfo)
        case "/sapi/v1/margin/allPairs", "/sapi/v1/margin/isolated/allPairs": hasWalletService ? .json("[]") : nil
        default: nil
        }
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .malformedKey: error(-2014, "API-key format invalid.", status: 401)
        case .unknownKey, .addressNotAllowed, .missingRight, .suspended, .expired, .wrongEnvironment:
            error(-2015, "Invalid API-key, IP, or permissions for action.", status: 401)
        case .wrongSecret, .wrongPassphrase: error(-1022, "Signature for this request is not valid.", status: 400)
        case .clockSkew(let difference):
            error(
                -1021,
                difference > 0
                    ? "Timestamp for this request was 1000ms ahead of the server's time."
                    : "Timestamp for this request is outside of the recvWindow.", status: 400)
        case .missing(let name):
            error(
                -1102, "Mandatory parameter '\(name)' was not sent, was empty/null, or malformed.", status: 400)
        case .badParameter("recvWindow"): error(-1131, "recvWindow must be less than 60000.", status: 400)
        case .badParameter("duplicate"):
            error(-1101, "Too many parameters; expected '2' and received '3'.", status: 400)
        case .malformedTimestamp, .nonceOutOfOrder, .badParameter:
            error(-1100, "Illegal characters found in parameter 'timestamp'.", status: 400)
        case .noSuchPath:
            request.path.hasPrefix("/sapi/") && !hasWalletService
                ? .page("404 Not Found", status: 404)
                : error(-5000, "Path \(request.path), Method \(request.method) is invalid", status: 404)
        }
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited:
            var answer = error(
                -1003,
                "Too much request weight used; current limit is 6000 request weight per 1 MINUTE. "
                    + "Please use WebSocket Streams for live updates to avoid polling the API.", status: 429)
            answer.fields.append((.retryAfter, "30"))
            return answer
        case .banned:
            var answer = error(
                -1003,
                "Way too much request weight used; IP banned until 1700000120000. "
                    + "Please use WebSocket Streams for live updates to avoid bans.", status: 418)
            answer.fields.append((.retryAfter, "120"))
            return answer
        case .regionBlocked:
            return error(
                0,
                "Service unavailable from a restricted location according to 'b. Eligibility' in "
                    + "https://www.binance.com/en/terms. Please contact customer service if you believe you received "
                    + "this message in error.", status: 451)
        case .maintenance:
            return error(
                -1001, "Internal error; unable to process your request. Please try again.", status: 503)
        }
    }

    private func error(_ code: Int, _ message: String, status: Int) -> SimulatedAnswer {
        .json(["code": .integer(code), "msg": .string(message)], status: status)
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : String(self)
    }
}
