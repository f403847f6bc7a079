import Foundation
import OrderedJSON

/// Kalshi's margin service: RSA-PSS over time, method and path without query, in Base64.
///
/// A key's secret is its PEM, private or public. Neither the window of a timestamp nor the bodies of refusals are
/// documented: 30 s here, and one body for all that is refused with 401.
/// Source: docs.kalshi.com, "API keys"; Hummingbot's connector.
struct Kalshi: SimulatedExchange {
    private static let tolerance = 30_000

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if request.method == "GET",
            ["/trade-api/v2/exchange/status", "/trade-api/v2/margin/exchange/status"].contains(request.path)
        {
            return .json(["exchange_active": true, "trading_active": true])
        }
        guard request.path.hasPrefix("/trade-api/v2/") else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET" else { throw .noSuchPath }
        switch request.path {
        case "/trade-api/v2/margin/balance":
            try key.need(.read)
            return .json(["subaccount_balances": [["subaccount": 0, "account_equity": "1000.0000"]]])
        case "/trade-api/v2/portfolio/balance":
            try key.need(.read)
            return .json(["balance": 100_000, "portfolio_value": 0, "updated_ts": .integer(desk.milliseconds / 1000)])
        default: throw .noSuchPath
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        for field in ["KALSHI-ACCESS-KEY", "KALSHI-ACCESS-SIGNATURE", "KALSHI-ACCESS-TIMESTAMP"]
        where request[field] == nil { throw .missing(field) }
        let key = try desk.key(request["KALSHI-ACCESS-KEY"] ?? "")
        guard !desk.isExpired(key) else { throw .expired }
        guard let timestamp = request["KALSHI-ACCESS-TIMESTAMP"], timestamp.utf8.count == 13, let time = Int(timestamp)
        else { throw .malformedTimestamp }
        try desk.checkTime(time, atMostBehind: Self.tolerance, atMostAhead: Self.tolerance)
        guard let signature = request["KALSHI-ACCESS-SIGNATURE"].flatMap({ Data(base64Encoded: $0) }),
            Curves.isRSAPSS(Array(signature), of: timestamp + request.method + request.path, pem: key.secret)
        else { throw .wrongSecret }
        desk.accept(key)
        return key
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missingRight: error("permission_denied", "permission denied", status: 403)
        case .badParameter(let name): error("bad_request", "bad \(name)", status: 400)
        case .noSuchPath: error("not_found", "not found", status: 404)
        default: error("authentication_error", "authentication_error", status: 401)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        error(code, "refused", status: Int(code) ?? 403)
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error("too_many_requests", "too many requests", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error("service_unavailable", "service unavailable", status: 503)
        }
    }

    private func error(_ code: String, _ message: String, status: Int) -> SimulatedAnswer {
        .json(["error": ["code": .string(code), "message": .string(message)]], status: status)
    }
}
