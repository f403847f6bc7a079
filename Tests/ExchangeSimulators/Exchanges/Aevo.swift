import Foundation
import OrderedJSON

/// Aevo: HMAC-SHA256 over key, time in nanoseconds, method, path and body, joined by commas, in hexadecimal.
///
/// The account's report lists its API keys and the wallets that may sign orders. How far a timestamp may be off is not
/// documented, 30 s here; nor is the answer to one that is, which is taken to be UNAUTHORIZED, as for a frozen account.
/// Source: api-docs.aevo.xyz, "Signing"; docs.aevo.xyz, "GET /account"; Hummingbot's connector.
struct Aevo: SimulatedExchange {
    private static let tolerance = 30_000

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if request.method == "GET", request.path == "/time" {
            return .json([
                "timestamp": .string("\(desk.milliseconds)000000"), "time": .string("\(desk.milliseconds / 1000)"),
            ])
        }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET" else { throw .noSuchPath }
        switch request.path {
        case "/account":
            try key.need(.read)
            let keys = desk.keys.values.filter { $0.account == key.account && $0.state != .deleted }
            return .json(report(on: key, among: keys.sorted { $0.key < $1.key }))
        case "/auth": return .json(["account": .string(key.account ?? ""), "success": true])
        default: throw .noSuchPath
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        for field in ["AEVO-KEY", "AEVO-TIMESTAMP", "AEVO-SIGNATURE"] where request[field] == nil {
            throw .missing(field)
        }
        let key = try desk.key(request["AEVO-KEY"] ?? "")
        guard !desk.isExpired(key) else { throw .expired }
        guard let timestamp = request["AEVO-TIMESTAMP"], timestamp.utf8.count == 19, let time = Int(timestamp) else {
            throw .malformedTimestamp
        }
        try desk.checkTime(time / 1_000_000, atMostBehind: Self.tolerance, atMostAhead: Self.tolerance)
        let signed = [key.key, timestamp, request.method, request.path, request.body].joined(separator: ",")
        guard request["AEVO-SIGNATURE"] == Signing.hex(Signing.hmac256(signed, key: key.secret)) else {
            throw .wrongSecret
        }
        desk.accept(key)
        return key
    }

    private func report(on key: SimulatedKey, among keys: [SimulatedKey]) -> JSON {
        [
            "account": .string(key.account ?? ""), "username": "person", "equity": "1000", "balance": "1000",
            "available_balance": "975", "available_margin": "975", "in_liquidation": false,
            "collaterals": [["collateral_asset": "USDC", "balance": "1000", "available_balance": "975"]],
            "signing_keys": .array(
                (key.signers ?? []).map { signer in
                    [
                        "signing_key": .string(signer.address),
                        "expiry": .string(String(Int(signer.validUntil.timeIntervalSince1970))),
                        "created_timestamp": "1690000000000000000",
                    ]
                }),
            "api_keys": .array(
                keys.map { key in
                    [
                        "api_key": .string(key.key), "name": .string(key.name),
                        "read_only": .bool(!key.rights.contains(.tradeDerivatives)),
                        "ip_addresses": .array(key.ipAllowList.map(JSON.string)),
                    ]
                }),
            "positions": [],
        ]
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .malformedKey, .unknownKey, .expired, .wrongEnvironment: error("INVALID_API_KEY", status: 401)
        case .wrongSecret, .wrongPassphrase: error("INVALID_SIGNATURE", status: 401)
        case .missing, .malformedTimestamp, .clockSkew, .nonceOutOfOrder, .suspended:
            error("UNAUTHORIZED", status: 401)
        case .missingRight: error("UNAUTHORIZED", status: 403)
        case .addressNotAllowed: error("IP_NOT_ALLOWED", status: 403)
        case .badParameter: error("INVALID_PARAMETER", status: 400)
        case .noSuchPath: error("NOT_FOUND", status: 404)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? { error(code, status: 403) }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error("TOO_MANY_REQUESTS", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error("SERVICE_UNAVAILABLE", status: 503)
        }
    }

    private func error(_ text: String, status: Int) -> SimulatedAnswer {
        .json(["error": .string(text)], status: status)
    }
}
