import Foundation
import OrderedJSON

/// MEXC spot, API v3: an HMAC-SHA256 of query and body, in hexadecimal, as their last parameter.
///
/// A lapsed key gets the answer to a wrong signature, as ccxt noted; the documented code 402 is an own refusal.
/// Source: mexcdevelop.github.io/apidocs/spot_v3_en, "Signed", "Error code"; ccxt's tables.
struct MEXC: SimulatedExchange {
    private static let reports: Set<String> = ["/api/v3/account", "/api/v3/kyc/status", "/api/v3/selfSymbols"]

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        switch (request.method, request.path) {
        case ("GET", "/api/v3/ping"): return .json("{}")
        case ("GET", "/api/v3/time"): return .json(["serverTime": .integer(desk.milliseconds)])
        default: break
        }
        guard request.path.hasPrefix("/api/v3/") else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET", Self.reports.contains(request.path) else { throw .noSuchPath }
        try key.need(.read)
        return switch request.path {
        case "/api/v3/kyc/status": .json(["status": "1"])
        case "/api/v3/selfSymbols": .json(["code": 200, "data": ["BTCUSDT"], "msg": nil])
        default:
            .json([
                "makerCommission": nil, "takerCommission": nil, "canTrade": true, "canWithdraw": true,
                "canDeposit": true, "updateTime": nil, "accountType": "SPOT",
                "balances": [["asset": "USDT", "free": "975", "locked": "25"]], "permissions": ["SPOT"],
            ])
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        guard let name = request["X-MEXC-APIKEY"] else { throw .missing("X-MEXC-APIKEY") }
        if let type = request["Content-Type"], !type.lowercased().hasPrefix("application/json") {
            throw .badParameter("Content-Type")
        }
        if desk.keys[name] == nil, !name.hasPrefix("mx0") { throw .malformedKey }
        let key = try desk.key(name)
        let parameters = request.queryParameters + SimulatedRequest.parameters(of: request.body)
        func value(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
        guard let timestamp = value("timestamp") else { throw .missing("timestamp") }
        guard let signature = value("signature"), !signature.isEmpty else { throw .missing("signature") }
        guard let time = Int(timestamp) else { throw .malformedTimestamp }
        guard let window = value("recvWindow").map(Int.init) ?? 5000, 0...60_000 ~= window else {
            throw .badParameter("recvWindow")
        }
        try desk.checkTime(time, atMostBehind: window, atMostAhead: 1000)
        guard !desk.isExpired(key) else { throw .expired }
        let signed = [request.query, request.body].map { text in
            SimulatedRequest.parameters(of: text).filter { $0.name != "signature" }.map { "\($0.name)=\($0.value)" }
                .joined(separator: "&")
        }
        guard signature == Signing.hex(Signing.hmac256(signed.joined(), key: key.secret)) else { throw .wrongSecret }
        desk.accept(key)
        return key
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missing("X-MEXC-APIKEY"): error(400, "api key required", status: 400)
        case .missing(let name): error(700_004, "Mandatory parameter '\(name)' was not sent", status: 400)
        case .malformedKey: error(700_001, "API-key format invalid.", status: 400)
        case .unknownKey, .wrongEnvironment: error(10072, "Api key info invalid", status: 400)
        case .wrongSecret, .wrongPassphrase, .expired:
            error(700_002, "Signature for this request is not valid.", status: 400)
        case .clockSkew, .nonceOutOfOrder, .malformedTimestamp:
            error(700_003, "Timestamp for this request is outside of the recvWindow.", status: 400)
        case .badParameter("recvWindow"): error(700_005, "recvWindow must less than 60000", status: 400)
        case .badParameter("Content-Type"): error(700_013, "Invalid content Type.", status: 400)
        case .badParameter(let name): error(700_004, "Invalid \(name)", status: 400)
        case .addressNotAllowed: error(700_006, "IP [\(desk.seenAddress)] not in the ip white list", status: 403)
        case .missingRight: error(700_007, "No permission to access the endpoint.", status: 403)
        case .suspended: error(403, "Access Denied", status: 403)
        case .noSuchPath: error(404, "Not Found", status: 404)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        switch code {
        case "401": error(401, "No authority", status: 401)
        case "402": error(402, "API Key expired, please apply again", status: 401)
        case "406": error(406, "Accessing IP is not in the whitelist", status: 403)
        case "602": error(602, "Signature verification failed", status: 400)
        default: error(Int(code) ?? 0, "Access Denied", status: 403)
        }
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error(429, "Too Many Requests", status: 429)
        case .regionBlocked: .page("Access Denied", status: 403)
        case .maintenance: error(503, "service not available, please try again", status: 503)
        }
    }

    private func error(_ code: Int, _ message: String, status: Int) -> SimulatedAnswer {
        .json(["code": .integer(code), "msg": .string(message)], status: status)
    }
}
