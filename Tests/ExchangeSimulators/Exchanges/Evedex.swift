import OrderedJSON

/// EVEDEX: the key alone, in a header field; nothing is signed. The wallet that signs orders shows in `user/me`.
///
/// The bodies of refusals and the name of the wallet's member are not documented.
/// Source: Hummingbot's connector.
struct Evedex: SimulatedExchange {
    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if request.method == "GET", request.path == "/api/ping" {
            return .json(["time": .integer(desk.milliseconds)])
        }
        guard request.path.hasPrefix("/api/") else { throw .noSuchPath }
        guard let name = request["X-API-Key"] else { throw .missing("X-API-Key") }
        let key = try desk.key(name)
        guard !desk.isExpired(key) else { throw .expired }
        desk.accept(key)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        switch (request.method, request.path) {
        case ("GET", "/api/user/me"):
            var report: JSONObject = ["authId": .string(key.user), "exchangeId": .string(key.user)]
            if let wallet = key.account { report["wallet"] = .string(wallet) }
            return .json(.object(report))
        case ("GET", "/api/market/available-balance"):
            try key.need(.read)
            return .json([
                "currency": "usdt", "funding": ["currency": "usdt", "balance": "1000"], "availableBalance": "975",
                "position": [], "openOrder": [],
            ])
        case ("GET", "/api/dx-feed/auth"):
            let token = desk.openSession(for: key, seconds: 600)
            return .json(["token": .string(token), "expireAt": .integer(desk.milliseconds + 600_000)])
        default: throw .noSuchPath
        }
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .addressNotAllowed, .missingRight, .suspended: error("Forbidden", status: 403)
        case .badParameter: error("Bad Request", status: 400)
        case .noSuchPath: error("Not Found", status: 404)
        default: error("Unauthorized", status: 401)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        error("Refused", status: Int(code) ?? 403)
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error("Too Many Requests", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error("Service Unavailable", status: 503)
        }
    }

    private func error(_ message: String, status: Int) -> SimulatedAnswer {
        .json(["message": .string(message), "statusCode": .integer(status)], status: status)
    }
}
