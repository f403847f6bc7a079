import Foundation
import OrderedJSON

/// BitMart, spot and contracts: HMAC-SHA256 over time, memo and body (or query), joined by `#`, in hexadecimal.
///
/// Several paths want no more than the key: a wrong secret or memo passes there, as at the exchange. A wrong memo has
/// the answer of a wrong secret, since both only change the signature.
/// Source: developer-pro.bitmart.com, "Authentication", "Error code"; the kinds of paths after the official Python SDK.
struct BitMart: SimulatedExchange {
    private static let tolerance = 60_000
    private static let keyed: Set<String> = [
        "/spot/v1/wallet", "/account/v1/wallet", "/spot/v1/user_fee", "/contract/private/assets-detail",
    ]

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if request.method == "GET", request.path == "/system/time" {
            return success(["server_time": .integer(desk.milliseconds)])
        }
        if request.method == "GET", request.path == "/system/service" { return success(["service": []]) }
        guard let name = request["X-BM-KEY"] else { throw .missing("X-BM-KEY") }
        let key = try desk.key(name)
        guard key.state == .active else { throw .suspended }
        guard !desk.isExpired(key) else { throw .expired }
        let isKeyed = request.method == "GET" && Self.keyed.contains(request.path)
        if isKeyed { desk.accept(key) } else { try checkSignature(of: request, key: key, at: &desk) }
        try desk.checkAddress(of: key)
        switch (request.method, request.path) {
        case ("GET", "/spot/v1/wallet"), ("GET", "/account/v1/wallet"):
            try key.need(.read)
            return success([
                "wallet": [["id": "USDT", "name": "Tether USD", "available": "975", "frozen": "25", "total": "1000"]]
            ])
        case ("GET", "/spot/v1/user_fee"):
            try key.need(.read)
            return success(["user_rate_type": 0, "level": "LV1", "taker_fee_rate_A": "0.00100"])
        case ("GET", "/contract/private/assets-detail"):
            try key.need(.read)
            return success([
                [
                    "currency": "USDT", "position_deposit": "0", "frozen_balance": "0",
                    "available_balance": "1000", "equity": "1000", "unrealized": "0",
                ]
            ])
        case ("POST", "/spot/v4/query/open-orders"):
            try key.need(.read)
            return success([])
        case ("POST", "/account/v1/transfer-contract-list"):
            try key.need(.read)
            guard request.json?["page"]?.integerValue != nil, request.json?["limit"]?.integerValue != nil else {
                throw .badParameter("page")
            }
            return success(["records": []])
        default: throw .noSuchPath
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, key: SimulatedKey, at desk: inout ExchangeDesk
    ) throws(Refusal) {
        for field in ["X-BM-SIGN", "X-BM-TIMESTAMP"] where request[field] == nil { throw .missing(field) }
        guard let timestamp = request["X-BM-TIMESTAMP"], let time = Int(timestamp), timestamp.utf8.count == 13 else {
            throw .malformedTimestamp
        }
        try desk.checkTime(time, atMostBehind: Self.tolerance, atMostAhead: Self.tolerance)
        let payload = request.method == "GET" ? request.query : request.body
        let signed = "\(timestamp)#\(key.passphrase ?? "")#\(payload)"
        guard request["X-BM-SIGN"] == Signing.hex(Signing.hmac256(signed, key: key.secret)) else { throw .wrongSecret }
        desk.accept(key)
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missing("X-BM-KEY"): error(30001)
        case .malformedKey, .unknownKey, .wrongEnvironment: error(30002)
        case .suspended: error(30003)
        case .missing("X-BM-SIGN"): error(30004)
        case .wrongSecret, .wrongPassphrase: error(30005)
        case .missing: error(30006)
        case .clockSkew, .nonceOutOfOrder: error(30007)
        case .malformedTimestamp: error(30008)
        case .addressNotAllowed: error(30010)
        case .expired: error(30011)
        case .missingRight: error(30012)
        case .badParameter: error(50000)
        case .noSuchPath: error(30000)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? { error(Int(code) ?? 0) }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited: error(30013)
        case .banned: error(30017)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error(30016)
        }
    }

    private static let answers: [Int: (status: Int, message: String)] = [
        30000: (404, "Not found"), 30001: (401, "Header X-BM-KEY is empty"),
        30002: (401, "Header X-BM-KEY not found"), 30003: (401, "Header X-BM-KEY has frozen"),
        30004: (401, "Header X-BM-SIGN is empty"), 30005: (401, "Header X-BM-SIGN is wrong"),
        30006: (401, "Header X-BM-TIMESTAMP is empty"), 30007: (401, "Header X-BM-TIMESTAMP range. Within a minute"),
        30008: (401, "Header X-BM-TIMESTAMP invalid format"),
        30010: (403, "IP is forbidden. We recommend enabling IP whitelist for API trading."),
        30011: (403, "Header X-BM-KEY over expire time"),
        30012: (403, "Header X-BM-KEY is forbidden to request it"), 30013: (429, "Request too many requests"),
        30014: (503, "Service unavailable"),
        30016: (200, "Service maintenance, the function is temporarily unavailable"),
        30017: (418, "Your account request is temporarily rejected due to violation of current limiting rules"),
        30019: (200, "Your account has no permission for this operation"), 50000: (400, "Bad Request"),
    ]

    private func success(_ data: JSON) -> SimulatedAnswer {
        .json(["code": 1000, "message": "success", "data": data, "trace": "886fb6ae456b4654b4e0a1231ab28213"])
    }

    private func error(_ code: Int) -> SimulatedAnswer {
        let (status, message) = Self.answers[code] ?? (400, "Refused")
        return .json(
            [
                "code": .integer(code), "trace": "886fb6ae456b4654b4e0a1231ab28213", "message": .string(message),
                "data": [:],
            ], status: status)
    }
}
