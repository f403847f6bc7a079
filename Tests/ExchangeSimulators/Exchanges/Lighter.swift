import Foundation
import OrderedJSON

/// Lighter: public reports on accounts and on the slots of their API keys, and one report that wants a token.
///
/// A wallet's sub-accounts are the numbers of its accounts; the keys that it approved have a slot and a public key. The
/// token's signature is on a curve of the vendor's own: only read-only tokens that were registered as keys are taken.
/// That a free slot is answered with 21109 is taken from public clients, not from documentation.
/// Source: apidocs.lighter.xyz, "account", "apikeys", "Get started"; public clients' notes on errors.
struct Lighter: SimulatedExchange {
    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        guard request.method == "GET" else { throw .noSuchPath }
        switch request.path {
        case "/": return .json(["status": 1, "network_id": 304, "timestamp": .integer(desk.milliseconds / 1000)])
        case "/api/v1/account":
            let (wallet, accounts) = try accounts(of: request, at: desk)
            return .json([
                "code": 200, "total": .integer(accounts.count), "next_cursor": "",
                "accounts": .array(accounts.map { report(on: $0, of: wallet) }),
            ])
        case "/api/v1/accountsByL1Address":
            guard let address = request.queryValue("l1_address") else { throw .badParameter("l1_address") }
            guard let wallet = desk.wallet(address), let accounts = wallet.subaccounts else { throw .unknownKey }
            return .json([
                "code": 200, "l1_address": .string(wallet.address),
                "sub_accounts": .array(accounts.map { report(on: $0, of: wallet) }),
            ])
        case "/api/v1/apikeys":
            guard let account = request.queryValue("account_index").flatMap({ Int($0) }) else {
                throw .badParameter("account_index")
            }
            guard let wallet = Self.owner(of: account, at: desk) else { throw .unknownKey }
            let asked = request.queryValue("api_key_index").flatMap { Int($0) } ?? 255
            let keys = (wallet.agents ?? []).filter { asked == 255 || $0.slot == asked }
            guard !keys.isEmpty else { throw .missing("api_key_index") }
            return .json([
                "code": 200,
                "api_keys": .array(
                    keys.map { key in
                        [
                            "account_index": .integer(account), "api_key_index": .integer(key.slot ?? 0), "nonce": 7,
                            "public_key": .string(key.address), "transaction_time": 1_690_000_000,
                        ]
                    }),
            ])
        case "/api/v1/accountActiveOrders":
            let auth = request["Authorization"] ?? request.queryValue("auth")?.removingPercentEncoding ?? ""
            guard !auth.isEmpty else { throw .missing("auth") }
            guard let key = desk.keys[auth], key.state == .active, !desk.isExpired(key) else { throw .wrongSecret }
            desk.accept(key)
            return .json(["code": 200, "orders": []])
        default: throw .noSuchPath
        }
    }

    private func accounts(
        of request: SimulatedRequest, at desk: ExchangeDesk
    ) throws(Refusal) -> (SimulatedWallet, [Int]) {
        guard let value = request.queryValue("value") else { throw .badParameter("value") }
        switch request.queryValue("by") {
        case "l1_address":
            guard EthereumMessage.isAddress(value) else { throw .badParameter("value") }
            guard let wallet = desk.wallet(value), let accounts = wallet.subaccounts else { throw .unknownKey }
            return (wallet, accounts)
        case "index":
            guard let account = Int(value) else { throw .badParameter("value") }
            guard let wallet = Self.owner(of: account, at: desk) else { throw .unknownKey }
            return (wallet, [account])
        default: throw .badParameter("by")
        }
    }

    private static func owner(of account: Int, at desk: ExchangeDesk) -> SimulatedWallet? {
        desk.wallets.values.first { $0.role != .missing && $0.subaccounts?.contains(account) == true }
    }

    private func report(on account: Int, of wallet: SimulatedWallet) -> JSON {
        let value = JSON.string(wallet.accountValue ?? "0")
        return [
            "code": 0, "account_type": 0, "account_trading_mode": 0, "index": .integer(account),
            "l1_address": .string(wallet.address), "cancel_all_time": 0, "total_order_count": 0,
            "total_isolated_order_count": 0, "pending_order_count": 0, "available_balance": value, "status": 1,
            "collateral": value, "account_index": .integer(account), "name": "", "description": "", "can_invite": true,
            "referral_points_percentage": "", "positions": [], "assets": [], "total_asset_value": value,
            "cross_asset_value": value, "pool_info": Self.noPool, "shares": [], "created_at": 1_690_000_000,
            "transaction_time": 0, "can_rfq": false, "cross_initial_margin_requirement": "0",
            "cross_maintenance_margin_requirement": "0", "can_rfq_market_ids": [], "metadata": ["color": ""],
            "agent_enabled": false,
        ]
    }

    private static let noPool: JSON = [
        "status": 0, "operator_fee": "0", "min_operator_share_rate": "0", "total_shares": 0, "operator_shares": 0,
        "annual_percentage_yield": 0, "daily_returns": [], "share_prices": [], "sharpe_ratio": 0, "strategies": [],
    ]

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .unknownKey: error(21100, "account not found", status: 400)
        case .missing("api_key_index"): error(21109, "api key not found", status: 400)
        case .missing: error(20001, "invalid param: auth", status: 400)
        case .badParameter(let name): error(20001, "invalid param: \(name)", status: 400)
        case .noSuchPath: .text("404 page not found", status: 404)
        default: error(20013, "invalid auth string", status: 401)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        error(Int(code) ?? 0, "refused", status: 400)
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error(23000, "Too Many Requests!", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: .page("503 Service Unavailable", status: 503)
        }
    }

    private func error(_ code: Int, _ message: String, status: Int) -> SimulatedAnswer {
        .json(["code": .integer(code), "message": .string(message)], status: status)
    }
}
