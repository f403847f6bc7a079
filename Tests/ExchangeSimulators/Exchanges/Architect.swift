import OrderedJSON

/// Architect: key and secret are exchanged for a token, which then comes with every call. Nothing is signed.
///
/// The bodies of refusals are not documented; 401 stands for a caller who is not known, 403 for one who may not.
/// Source: Hummingbot's connector.
struct Architect: SimulatedExchange {
    private static let longest = 2_592_000

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        switch (request.method, request.path) {
        case ("GET", "/api/health"): return .json(["status": "ok", "timestamp": .integer(desk.milliseconds)])
        case ("POST", "/api/authenticate"): return try authenticate(request, at: &desk)
        case ("GET", "/api/whoami"):
            let key = try checkToken(of: request, at: &desk)
            return .json([
                "id": .string(key.user), "username": "person", "email": "person@example.com", "is_onboarded": true,
            ])
        case ("GET", "/api/risk-snapshot"):
            try checkToken(of: request, at: &desk).need(.read)
            return .json([
                "risk_snapshot": ["balance_usd": "1000.00", "initial_margin_available": "975.00", "positions": []]
            ])
        default: throw .noSuchPath
        }
    }

    private func authenticate(
        _ request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedAnswer {
        guard let body = request.json, let name = body["api_key"]?.stringValue,
            let secret = body["api_secret"]?.stringValue
        else { throw .badParameter("body") }
        guard let seconds = body["expiration_seconds"]?.integerValue, 1...Self.longest ~= seconds else {
            throw .badParameter("expiration_seconds")
        }
        let key = try desk.key(name)
        guard !desk.isExpired(key) else { throw .expired }
        guard secret == key.secret else { throw .wrongSecret }
        desk.accept(key)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        return .json(["token": .string(desk.openSession(for: key, seconds: seconds))])
    }

    private func checkToken(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        guard let field = request["Authorization"], field.hasPrefix("Bearer ") else { throw .missing("Authorization") }
        let key = try desk.key(ofSession: String(field.dropFirst("Bearer ".count)))
        desk.accept(key)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        return key
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .addressNotAllowed, .missingRight, .suspended: error("forbidden", status: 403)
        case .badParameter(let name): error("invalid \(name)", status: 400)
        case .noSuchPath: error("not found", status: 404)
        default: error("unauthorized", status: 401)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        error("refused", status: Int(code) ?? 403)
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error("too many requests", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error("service unavailable", status: 503)
        }
    }

    private func error(_ message: String, status: Int) -> SimulatedAnswer {
        .json(["error": .string(message)], status: status)
    }
}
