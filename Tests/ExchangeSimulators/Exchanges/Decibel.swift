import OrderedJSON

/// Decibel on Aptos: a bearer key opens the indexer, which tells about every account; and the chain's own node.
///
/// The bodies of refusals are not documented; 401 for a key that is not known, 403 for one that may not. The node
/// answers without a key as well, but not with a wrong one.
/// Source: Hummingbot's connector; aptos.dev, "Fullnode REST API".
struct Decibel: SimulatedExchange {
    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        let isNode = request.path.hasPrefix("/v1")
        guard request.method == "GET", isNode || request.path.hasPrefix("/decibel/api/v1/") else { throw .noSuchPath }
        if !isNode || request["Authorization"] != nil { try checkKey(of: request, at: &desk) }
        if request.path == "/decibel/api/v1/account_overviews" {
            guard let address = request.queryValue("account"), Self.isAddress(address) else {
                throw .badParameter("account")
            }
            guard let wallet = desk.wallet(address) else { throw .unknownKey }
            let value = wallet.accountValue ?? "0"
            return .json([
                "perp_equity_balance": .number(value), "unrealized_pnl": .number("0.0"), "total_margin": .number("0.0"),
                "usdc_cross_withdrawable_balance": .number(value), "usdc_isolated_withdrawable_balance": .number("0.0"),
                "unrealized_funding_cost": .number("0.0"), "cross_margin_ratio": .number("0.0"),
                "maintenance_margin": .number("0.0"), "cross_account_position": .number("0.0"),
                "cross_account_leverage_ratio": nil, "all_time_return": nil, "pnl_90d": nil, "sharpe_ratio": nil,
                "max_drawdown": nil, "weekly_win_rate_12w": nil, "average_cash_position": nil, "average_leverage": nil,
                "realized_pnl": nil, "liquidation_fees_paid": nil, "liquidation_losses": nil, "volume": nil,
            ])
        }
        if request.path == "/v1" || request.path == "/v1/" {
            return .json(["chain_id": 1, "ledger_timestamp": .string("\(desk.milliseconds)000")])
        }
        guard isNode, request.path.hasPrefix("/v1/accounts/") else { throw .noSuchPath }
        let address = String(request.path.dropFirst("/v1/accounts/".count))
        guard Self.isAddress(address) else { throw .badParameter("address") }
        guard let wallet = desk.wallet(address) else { throw .unknownKey }
        return .json(["sequence_number": "7", "authentication_key": .string(wallet.address.lowercased())])
    }

    private func checkKey(of request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) {
        guard let field = request["Authorization"], field.hasPrefix("Bearer ") else { throw .missing("Authorization") }
        guard let key = desk.keys[String(field.dropFirst("Bearer ".count))], key.state != .deleted else {
            throw .wrongSecret
        }
        guard !desk.isExpired(key) else { throw .expired }
        desk.accept(key)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
    }

    private static func isAddress(_ text: String) -> Bool {
        text.hasPrefix("0x") && HexDigits.bytes(text)?.count == 32
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .unknownKey:
            .json(
                [
                    "message": "Account not found", "error_code": "account_not_found", "vm_error_code": nil,
                ], status: 404)
        case .badParameter(let name):
            .json(
                [
                    "message": .string("Invalid \(name)"), "error_code": "web_framework_error", "vm_error_code": nil,
                ], status: 400)
        case .noSuchPath: error("Not Found", status: 404)
        case .addressNotAllowed, .missingRight, .suspended: error("Forbidden", status: 403)
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
        .json(["message": .string(message)], status: status)
    }
}
