import Foundation
import OrderedJSON

/// Backpack, spot and perpetuals: Ed25519 over an instruction, the sorted parameters, the time and the window, in
/// Base64.
///
/// The key is the public key itself, in Base64, so nobody needs the secret here. There are no documented words for a
/// blocked address, a frozen account or a missing right: all three are FORBIDDEN. A lapsed key is unknown.
/// Source: docs.backpack.exchange, "Authentication"; ccxt's tables.
struct Backpack: SimulatedExchange {
    private static let instructions: [String: String] = [
        "GET /api/v1/account": "accountQuery", "GET /api/v1/capital": "balanceQuery",
        "GET /api/v1/capital/collateral": "collateralQuery", "GET /api/v1/orders": "orderQueryAll",
        "GET /api/v1/position": "positionQuery",
    ]

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        switch (request.method, request.path) {
        case ("GET", "/api/v1/time"): return .json(.integer(desk.milliseconds))
        case ("GET", "/api/v1/ping"): return .text("pong", status: 200)
        case ("GET", "/api/v1/status"): return .json(["status": "Ok", "message": nil])
        default: break
        }
        guard let instruction = Self.instructions["\(request.method) \(request.path)"] else { throw .noSuchPath }
        let key = try checkSignature(of: request, instruction: instruction, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        try key.need(.read)
        switch request.path {
        case "/api/v1/account":
            return .json([
                "autoBorrowSettlements": true, "autoLend": true, "autoRealizePnl": true, "autoRepayBorrows": true,
                "borrowLimit": "0", "futuresMakerFee": "2", "futuresTakerFee": "5", "leverageLimit": "10",
                "limitOrders": 0, "liquidating": false, "positionLimit": "0", "spotMakerFee": "8", "spotTakerFee": "10",
                "triggerOrders": 0,
            ])
        case "/api/v1/capital": return .json(["USDC": ["available": "975", "locked": "25", "staked": "0"]])
        case "/api/v1/capital/collateral":
            return .json([
                "assetsValue": "1000", "borrowLiability": "0", "collateral": [], "imf": "0.05", "mmf": "0.02",
                "netEquity": "1000", "netEquityAvailable": "975", "netEquityLocked": "25",
            ])
        default: return .json("[]")
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, instruction: String, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        for field in ["X-API-Key", "X-Timestamp", "X-Signature"] where request[field] == nil { throw .missing(field) }
        let name = request["X-API-Key"] ?? ""
        guard let publicKey = Data(base64Encoded: name), publicKey.count == 32 else { throw .malformedKey }
        guard let timestamp = request["X-Timestamp"], let time = Int(timestamp) else { throw .malformedTimestamp }
        let windowText = request["X-Window"] ?? "5000"
        guard let window = Int(windowText), 1...60_000 ~= window else { throw .badParameter("X-Window") }
        try desk.checkTime(time, atMostBehind: window, atMostAhead: window)
        let key = try desk.key(name)
        guard !desk.isExpired(key) else { throw .expired }
        let parameters = request.queryParameters.sorted { $0.name < $1.name }.map { "&\($0.name)=\($0.value)" }
        let signed = "instruction=\(instruction)\(parameters.joined())&timestamp=\(timestamp)&window=\(windowText)"
        guard let signature = request["X-Signature"].flatMap({ Data(base64Encoded: $0) }),
            Curves.isEd25519(Array(signature), of: signed, publicKey: Array(publicKey))
        else { throw .wrongSecret }
        desk.accept(key)
        return key
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missing(let name): error("INVALID_CLIENT_REQUEST", "Missing header \(name)", status: 400)
        case .malformedKey: error("INVALID_CLIENT_REQUEST", "Invalid X-API-Key", status: 400)
        case .malformedTimestamp: error("INVALID_CLIENT_REQUEST", "Invalid timestamp", status: 400)
        case .clockSkew(let difference):
            error(
                "INVALID_CLIENT_REQUEST", difference > 0 ? "Invalid timestamp" : "Request has expired", status: 400)
        case .nonceOutOfOrder: error("INVALID_CLIENT_REQUEST", "Request has expired", status: 400)
        case .badParameter(let name): error("INVALID_CLIENT_REQUEST", "Invalid \(name)", status: 400)
        case .unknownKey, .expired, .wrongEnvironment: error("UNAUTHORIZED", "Unauthorized", status: 401)
        case .wrongSecret, .wrongPassphrase: error("INVALID_SIGNATURE", "Invalid signature", status: 401)
        case .addressNotAllowed, .missingRight, .suspended: error("FORBIDDEN", "Forbidden", status: 403)
        case .noSuchPath: error("RESOURCE_NOT_FOUND", "Not found", status: 404)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        error(code, "Refused", status: 403)
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error("TOO_MANY_REQUESTS", "Too many requests", status: 429)
        case .regionBlocked: error("FORBIDDEN", "Forbidden", status: 403)
        case .maintenance: error("TRADING_PAUSED", "Trading is paused", status: 503)
        }
    }

    private func error(_ code: String, _ message: String, status: Int) -> SimulatedAnswer {
        .json(["code": .string(code), "message": .string(message)], status: status)
    }
}
