import Foundation
import OrderedJSON

/// BingX: HMAC-SHA256 over the sorted parameters, in hexadecimal, as the query's last parameter. Errors have status
/// 200.
///
/// The report on a key has two known shapes: the one like Binance's, and an older flat one with numbers, which a key
/// gets whose own permissions are given.
/// Source: bingx-api.github.io/docs, "Signature"; BingX's reference of account endpoints; ccxt's tables.
struct BingX: SimulatedExchange {
    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if request.method == "GET", request.path.hasSuffix("/server/time") {
            return success(["serverTime": .integer(desk.milliseconds)])
        }
        guard request.path.hasPrefix("/openApi/") else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET" else { throw .noSuchPath }
        switch request.path {
        case "/openApi/v1/account/apiPermissions":
            try key.need(.read)
            return report(on: key)
        case "/openApi/account/v1/uid":
            try key.need(.read)
            return success(["uid": .string(key.user)])
        case "/openApi/spot/v1/account/balance":
            try key.need(.read)
            return success(["balances": [["asset": "USDT", "free": "975", "locked": "25"]]])
        default: throw .noSuchPath
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        guard let name = request["X-BX-APIKEY"] else { throw .missing("X-BX-APIKEY") }
        let parameters = request.queryParameters
        guard let signature = request.queryValue("signature"), !signature.isEmpty else { throw .missing("signature") }
        let key = try desk.key(name)
        guard !desk.isExpired(key) else { throw .expired }
        guard let time = request.queryValue("timestamp").flatMap(Int.init) else { throw .malformedTimestamp }
        guard let window = request.queryValue("recvWindow").map(Int.init) ?? 5000, 0...60_000 ~= window else {
            throw .badParameter("recvWindow")
        }
        try desk.checkTime(time, atMostBehind: window, atMostAhead: window)
        let text = parameters.filter { $0.name != "signature" }.sorted { $0.name < $1.name }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        let sums = [text, text.removingPercentEncoding ?? text].map {
            Signing.hex(Signing.hmac256($0, key: key.secret))
        }
        guard sums.contains(signature) else { throw .wrongSecret }
        desk.accept(key)
        return key
    }

    private func report(on key: SimulatedKey) -> SimulatedAnswer {
        if let own = key.exchangePermissions {
            return .json([
                "apiKey": .string(key.key), "permissions": .array(own.map { .integer(Int($0) ?? 0) }),
                "ipAddresses": .array(key.ipAllowList.map(JSON.string)), "note": .string(key.name),
            ])
        }
        return success([
            "ipRestrict": .bool(!key.ipAllowList.isEmpty), "createTime": .integer(key.createdMilliseconds),
            "enableReading": .bool(key.rights.contains(.read)),
            "enableSpotAndMarginTrading": .bool(key.rights.contains(.tradeSpot)),
            "enableWithdrawals": .bool(key.rights.contains(.withdraw)),
            "enableInternalTransfer": .bool(key.rights.contains(.transferOut)),
            "enableFutures": .bool(key.rights.contains(.tradeDerivatives)),
            "permitsUniversalTransfer": .bool(key.rights.contains(.transferOwn)), "enableVanillaOptions": false,
        ])
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missing("X-BX-APIKEY"): error(100_413, "Null apiKey")
        case .missing: error(100_412, "Null signature")
        case .malformedKey, .unknownKey, .expired, .wrongEnvironment:
            error(100_413, "Incorrect apiKey, please check your valid api key https://bingx.com/account/api/")
        case .wrongSecret, .wrongPassphrase: error(100_001, "Signature verification failed due to signature mismatch")
        case .malformedTimestamp, .clockSkew, .nonceOutOfOrder:
            error(100_421, "Null timestamp or timestamp mismatch")
        case .addressNotAllowed:
            error(100_419, "your current request IP '\(desk.seenAddress)' does not match IP whitelist")
        case .missingRight:
            error(100_004, "Permission denied, the API key was created without the permission for this endpoint")
        case .suspended: error(100_414, "Code: 100414, Msg: risk control check fail,code(1)")
        case .badParameter(let name): error(109_400, "Invalid parameters, err:\(name)")
        case .noSuchPath: error(100_400, "this api is not exist, please refer to the API docs")
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        error(Int(code) ?? 0, "refused, please refer to the API docs")
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited:
            error(100_410, "code:100410:The endpoint trigger frequency limit rule is currently in the disabled period")
        case .banned: error(429, "too many requests", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error(100_500, "Internal system error", status: 503)
        }
    }

    private func success(_ data: JSON) -> SimulatedAnswer { .json(["code": 0, "msg": "", "data": data]) }

    private func error(_ code: Int, _ message: String, status: Int = 200) -> SimulatedAnswer {
        .json(
            ["code": .integer(code), "msg": .string(message), "success": false, "timestamp": 1_700_000_000_000],
            status: status)
    }
}
