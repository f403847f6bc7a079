import Foundation
import OrderedJSON

/// BTC Markets, API v3: HMAC-SHA512 over method, path without query, time and body, in Base64; the secret is Base64.
///
/// How far a timestamp may be off is not documented; 30 s here. Nor are the words for a blocked address or a frozen
/// account: the first gets the answer of a missing permission, the second that of a key that no longer counts.
/// Source: docs.btcmarkets.net/v3, "Authentication" and "Errors"; the codes that Hummingbot knows.
struct BTCMarkets: SimulatedExchange {
    private static let tolerance = 30_000

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if request.method == "GET", request.path == "/v3/time" {
            return .json([
                "timestamp": .string(desk.time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ])
        }
        guard request.path.hasPrefix("/v3/") else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET", request.path == "/v3/accounts/me/balances" else { throw .noSuchPath }
        try key.need(.read)
        return .json([
            ["assetName": "AUD", "balance": "1000", "available": "975", "locked": "25"],
            ["assetName": "BTC", "balance": "0.5", "available": "0.5", "locked": "0"],
        ])
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        for field in ["BM-AUTH-APIKEY", "BM-AUTH-TIMESTAMP", "BM-AUTH-SIGNATURE"] where request[field] == nil {
            throw .missing(field)
        }
        let key = try desk.key(request["BM-AUTH-APIKEY"] ?? "")
        guard !desk.isExpired(key) else { throw .expired }
        guard let timestamp = request["BM-AUTH-TIMESTAMP"], timestamp.utf8.count == 13, let time = Int(timestamp) else {
            throw .malformedTimestamp
        }
        try desk.checkTime(time, atMostBehind: Self.tolerance, atMostAhead: Self.tolerance)
        let signed = request.method + request.path + timestamp + request.body
        guard let secret = Data(base64Encoded: key.secret),
            request["BM-AUTH-SIGNATURE"]
                == Signing.base64(Signing.hmac512(Array(signed.utf8), key: Array(secret)))
        else { throw .wrongSecret }
        desk.accept(key)
        return key
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missing("BM-AUTH-APIKEY"), .malformedKey, .unknownKey, .expired, .wrongEnvironment:
            error("InvalidApiKey", "invalid api key", status: 401)
        case .missing("BM-AUTH-TIMESTAMP"), .malformedTimestamp:
            error("InvalidAuthTimestamp", "BM-AUTH-TIMESTAMP is invalid", status: 400)
        case .missing, .wrongSecret, .wrongPassphrase:
            error("InvalidAuthSignature", "BM-AUTH-SIGNATURE is invalid", status: 401)
        case .clockSkew, .nonceOutOfOrder: error("InvalidTimeWindow", "timestamp is out of window", status: 400)
        case .addressNotAllowed, .missingRight:
            error("InsufficientAPIPermission", "insufficient api permission", status: 403)
        case .suspended: error("UnAuthorized", "invalid access token", status: 401)
        case .badParameter(let name): error("InvalidParameter", "invalid \(name)", status: 400)
        case .noSuchPath: error("NotFound", "not found", status: 404)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        error(code, "refused", status: 400)
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error("ThrottleLimitExceeded", "too many requests", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error("ServiceUnavailable", "service unavailable", status: 503)
        }
    }

    private func error(_ code: String, _ message: String, status: Int) -> SimulatedAnswer {
        .json(["code": .string(code), "message": .string(message)], status: status)
    }
}
