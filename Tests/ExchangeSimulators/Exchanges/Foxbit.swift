import Foundation
import OrderedJSON

/// Foxbit, REST v3: HMAC-SHA256 over time, method, path, query without percent-encoding, and body, in hexadecimal.
///
/// How far a timestamp may be off is not documented; 30 s here. The statuses are the usual ones; only codes are
/// documented.
/// Source: docs.foxbit.com.br/rest/v3, "Authentication" and "API codes".
struct Foxbit: SimulatedExchange {
    private static let tolerance = 30_000

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if request.method == "GET", request.path == "/rest/v3/system/time" {
            return .json([
                "type": "server", "iso": .string(desk.time.formatted(.iso8601)),
                "timestamp": .integer(desk.milliseconds),
            ])
        }
        guard request.path.hasPrefix("/rest/v3/") else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET" else { throw .noSuchPath }
        switch request.path {
        case "/rest/v3/accounts":
            try key.need(.read)
            return .json([
                "data": [
                    [
                        "currency_symbol": "brl", "balance": "1000.0", "balance_available": "975.0",
                        "balance_locked": "25.0",
                    ]
                ]
            ])
        case "/rest/v3/me":
            try key.need(.read)
            return .json([
                "sn": .string(key.user), "email": "person@example.com", "level": 2,
                "created_at": "2023-07-22T04:26:40.000Z", "disabled": false,
            ])
        default: throw .noSuchPath
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        for field in ["X-FB-ACCESS-KEY", "X-FB-ACCESS-TIMESTAMP", "X-FB-ACCESS-SIGNATURE"] where request[field] == nil {
            throw .missing(field)
        }
        let key = try desk.key(request["X-FB-ACCESS-KEY"] ?? "")
        guard !desk.isExpired(key) else { throw .expired }
        guard let timestamp = request["X-FB-ACCESS-TIMESTAMP"], let time = Int(timestamp) else {
            throw .malformedTimestamp
        }
        try desk.checkTime(time, atMostBehind: Self.tolerance, atMostAhead: Self.tolerance)
        let query = request.query.removingPercentEncoding ?? request.query
        let signed = timestamp + request.method + request.path + query + request.body
        guard request["X-FB-ACCESS-SIGNATURE"] == Signing.hex(Signing.hmac256(signed, key: key.secret)) else {
            throw .wrongSecret
        }
        desk.accept(key)
        return key
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .wrongEnvironment: error(2001)
        case .missing("X-FB-ACCESS-SIGNATURE"), .wrongSecret, .wrongPassphrase: error(2002)
        case .missing("X-FB-ACCESS-KEY"), .malformedKey, .unknownKey, .expired: error(2003)
        case .missing, .malformedTimestamp, .clockSkew, .nonceOutOfOrder: error(2004)
        case .addressNotAllowed:
            error(2005, "The IP address \(desk.seenAddress) isn't on the trusted list for this API key.")
        case .missingRight: error(3001)
        case .suspended: error(3003)
        case .badParameter: error(400)
        case .noSuchPath: error(404)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? { error(Int(code) ?? 400) }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error(429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error(5002)
        }
    }

    private static let answers: [Int: (status: Int, message: String, detail: String)] = [
        400: (400, "Bad request", "An unknown error occurred while processing request parameters."),
        404: (404, "Resource not found", "A resource was not found while processing the request."),
        429: (429, "Too many requests", "Request limit exceeded. Try again later."),
        2001: (401, "Authentication error", "Error authenticating request."),
        2002: (401, "Invalid signature", "The signature for this request is not valid."),
        2003: (401, "Invalid access key", "Access key missing, invalid or not found."),
        2004: (401, "Invalid timestamp", "Invalid or missing timestamp."),
        2005: (401, "IP not allowed", "The IP address isn't on the trusted list for this API key."),
        3001: (403, "Permission denied", "Permission denied for this request."),
        3002: (403, "KYC required", "A greater level of KYC verification is required to proceed with this request."),
        3003: (403, "Member disabled", "This member is disabled. Please get in touch with our support."),
        5002: (503, "Service under maintenance", "The requested resource is currently under maintenance."),
        5003: (503, "Market under maintenance", "The market is under maintenance. Try again later."),
    ]

    private func error(_ code: Int, _ detail: String? = nil) -> SimulatedAnswer {
        let (status, message, usual) = Self.answers[code] ?? (400, "Bad request", "Refused.")
        return .json(
            [
                "error": [
                    "message": .string(message), "code": .integer(code), "details": [.string(detail ?? usual)],
                ]
            ], status: status)
    }
}
