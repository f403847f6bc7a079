import Foundation
import OrderedJSON

/// GRVT: a key is exchanged for a cookie and an account's number, which then come with every call. Nothing is signed.
///
/// The edge host, which logs in, and the trading host are one here. What a refused login's body is, is not documented:
/// it is the same as that of other refusals. A key's account is the sub-account that it may ask about.
/// Source: api-docs.grvt.io, "Authentication", "Error codes"; ccxt's tables.
struct GRVT: SimulatedExchange {
    private static let sessionSeconds = 86_400

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        guard request.method == "POST" else { throw .noSuchPath }
        switch request.path {
        case "/auth/api_key/login": return try login(request, at: &desk)
        case "/full/v1/account_summary":
            let key = try checkSession(of: request, at: &desk)
            try key.need(.read)
            guard let account = request.json?["sub_account_id"]?.stringValue else { throw .badParameter("body") }
            guard account == key.account else { throw .badParameter("sub_account_id") }
            return .json([
                "result": [
                    "event_time": .string("\(desk.milliseconds)000000"), "sub_account_id": .string(account),
                    "margin_type": "SIMPLE_CROSS_MARGIN", "settle_currency": "USDT", "total_equity": "1000",
                    "available_balance": "975", "unrealized_pnl": "0", "initial_margin": "25",
                    "maintenance_margin": "12.5",
                    "derisk_margin": "15", "derisk_to_maintenance_margin_ratio": "1.2", "settle_index_price": "1",
                    "spot_balances": [["currency": "USDT", "balance": "1000", "index_price": "1"]], "positions": [],
                ]
            ])
        default: throw .noSuchPath
        }
    }

    private func login(_ request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        guard let name = request.json?["api_key"]?.stringValue else { throw .badParameter("body") }
        let key = try desk.key(name)
        guard !desk.isExpired(key) else { throw .expired }
        desk.accept(key)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        let token = desk.openSession(for: key, seconds: Self.sessionSeconds)
        var answer = SimulatedAnswer.json(["status": "success", "location": ""])
        let lapses = Date(timeIntervalSince1970: desk.time.timeIntervalSince1970 + Double(Self.sessionSeconds))
        answer.fields.append(
            (.setCookie, "gravity=\(token); Path=/; Expires=\(HTTPTime.text(lapses)); HttpOnly; Secure"))
        answer.fields.append((.grvtAccount, "ACC:\(key.user)"))
        return answer
    }

    private func checkSession(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        let cookies = (request["Cookie"] ?? "").split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let cookie = cookies.first(where: { $0.hasPrefix("gravity=") }) else { throw .missing("Cookie") }
        let key = try desk.key(ofSession: String(cookie.dropFirst("gravity=".count)))
        guard request["X-Grvt-Account-Id"] == "ACC:\(key.user)" else { throw .missing("X-Grvt-Account-Id") }
        desk.accept(key)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        return key
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .addressNotAllowed: error("1008")
        case .missingRight, .suspended: error("1001")
        case .badParameter("sub_account_id"): error("2003")
        case .badParameter: error("1003")
        case .noSuchPath: error("1004")
        default: error("1000")
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? { error(code) }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error("1006")
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error("1002")
        }
    }

    private static let answers: [String: (status: Int, message: String)] = [
        "1000": (401, "You need to authenticate prior to using this functionality"),
        "1001": (403, "You are not authorized to access this functionality"),
        "1002": (500, "Internal Server Error"), "1003": (400, "Request could not be processed due to malformed syntax"),
        "1004": (404, "Data Not Found"), "1006": (429, "You have surpassed the allocated rate limit for your tier"),
        "1008": (401, "Your IP has not been whitelisted for access"),
        "1400": (403, "Signer does not have trade permission"),
        "2000": (403, "Signature is from an unauthorized signer"), "2001": (403, "Signature has expired"),
        "2002": (403, "Signature does not match payload"),
        "2003": (403, "Order sub account does not match logged in user"),
        "2004": (403, "Signature is from an expired session key"), "2005": (403, "Signature V must be 27/28"),
        "2006": (403, "Signature R/S must have exactly 64 characters long without 0x prefix"),
        "2007": (403, "Signature S must be in the lower half of the curve"),
        "2008": (403, "Signature exceeds maximum allowed duration."),
    ]

    private func error(_ code: String) -> SimulatedAnswer {
        let (status, message) = Self.answers[code] ?? (400, "Refused")
        return .json(
            ["code": .integer(Int(code) ?? 0), "message": .string(message), "status": .integer(status)], status: status)
    }
}
