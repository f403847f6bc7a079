import Foundation
import OrderedJSON

/// Bitstamp, API v2: HMAC-SHA256 over key, method, host, path, content type, nonce, time, version and body.
///
/// A nonce counts for 150 s, as a timestamp does. Answers carry the exchange's own signature. Errors have status 403.
/// Source: bitstamp.net/api, "API authentication" and its list of error codes.
struct Bitstamp: SimulatedExchange {
    private static let tolerance = 150_000
    private static let contentTypes = ["application/x-www-form-urlencoded", "application/json"]

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if request.method == "GET", request.path == "/api/v2/status/" {
            return .json(["server_time": .integer(desk.milliseconds), "site": "online"])
        }
        guard request.path.hasPrefix("/api/v2/") else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        guard request.method == "POST", request.path == "/api/v2/account_balances/" else { throw .noSuchPath }
        try key.need(.read)
        let balances: JSON = [
            ["currency": "usd", "total": "1000.00", "available": "975.00", "reserved": "25.00"],
            ["currency": "btc", "total": "0.5", "available": "0.5", "reserved": "0"],
        ]
        return countersigned(.json(balances), to: request, key: key)
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        for field in ["X-Auth", "X-Auth-Signature", "X-Auth-Nonce", "X-Auth-Timestamp", "X-Auth-Version"]
        where request[field] == nil { throw .missing(field) }
        guard request["X-Auth-Version"] == "v2" else { throw .badParameter("version") }
        guard let field = request["X-Auth"], field.hasPrefix("BITSTAMP ") else { throw .malformedKey }
        let name = String(field.dropFirst("BITSTAMP ".count))
        if desk.keys[name] == nil, name.utf8.count != 32 { throw .malformedKey }
        guard let timestamp = request["X-Auth-Timestamp"], let time = Int(timestamp) else { throw .malformedTimestamp }
        try desk.checkTime(time, atMostBehind: Self.tolerance, atMostAhead: Self.tolerance)
        let key = try desk.key(name)
        guard !desk.isExpired(key) else { throw .expired }
        let contentType = request["Content-Type"] ?? ""
        if request.body.isEmpty, !contentType.isEmpty { throw .badParameter("content-type present") }
        if !request.body.isEmpty, !Self.contentTypes.contains(contentType) { throw .badParameter("content-type") }
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        let nonce = request["X-Auth-Nonce"] ?? ""
        guard nonce.utf8.count == 36, nonce == nonce.lowercased() else { throw .nonceOutOfOrder }
        let host = desk.host.documentedNames.first ?? ""
        let query = request.query.isEmpty ? "" : "?\(request.query)"
        let signed =
            "BITSTAMP \(name)\(request.method)\(host)\(request.path)\(query)\(contentType)\(nonce)\(timestamp)v2"
            + request.body
        guard request["X-Auth-Signature"]?.lowercased() == Signing.hex(Signing.hmac256(signed, key: key.secret)) else {
            throw .wrongSecret
        }
        desk.accept(key)
        if let used = desk.usedTexts[name]?[nonce], desk.milliseconds - used <= Self.tolerance {
            throw .nonceOutOfOrder
        }
        desk.usedTexts[name, default: [:]][nonce] = desk.milliseconds
        return key
    }

    private func countersigned(
        _ answer: SimulatedAnswer, to request: SimulatedRequest, key: SimulatedKey
    ) -> SimulatedAnswer {
        let signed = [
            request["X-Auth-Nonce"], request["X-Auth-Timestamp"], answer.field("Content-Type"), answer.text,
        ].compactMap(\.self).joined()
        var answer = answer
        answer.fields.append((.serverSignature, Signing.hex(Signing.hmac256(signed, key: key.secret))))
        return answer
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .unknownKey, .expired, .wrongEnvironment: error("API0001")
        case .addressNotAllowed: error("API0002")
        case .missingRight: error("API0003")
        case .nonceOutOfOrder: error("API0004")
        case .wrongSecret, .wrongPassphrase: error("API0005")
        case .suspended: error("API0006")
        case .badParameter("version"): error("API0010")
        case .malformedKey: error("API0011")
        case .missing("X-Auth"): error("API0012")
        case .missing("X-Auth-Signature"): error("API0013")
        case .missing("X-Auth-Nonce"): error("API0014")
        case .missing("X-Auth-Timestamp"): error("API0015")
        case .missing: error("API0016")
        case .clockSkew: error("API0017")
        case .malformedTimestamp: error("API0018")
        case .badParameter("content-type present"): error("API0020")
        case .badParameter: error("API0019")
        case .noSuchPath: .page("Page not found", status: 404)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? { error(code) }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned:
            .json(
                ["status": "error", "reason": "Request rate limit exceeded.", "response_code": "400.002"], status: 400)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance:
            .json(["error": "Bitstamp.net is under scheduled maintenance. We'll be back soon."], status: 503)
        }
    }

    private static let reasons = [
        "API0001": "API key not found", "API0002": "IP address not allowed", "API0003": "No permission found",
        "API0004": "Invalid nonce", "API0005": "Invalid signature", "API0006": "Your account is frozen",
        "API0008": "Authentication failed",
        "API0009": "Please update your profile with your FATCA information, before using API.",
        "API0010": "Invalid version", "API0011": "Wrong API key format", "API0012": "Missing X-Auth header",
        "API0013": "Missing X-Auth-Signature header", "API0014": "Missing X-Auth-Nonce header",
        "API0015": "Missing X-Auth-Timestamp header", "API0016": "Missing X-Auth-Version header",
        "API0017": "X-Auth-Timestamp header is out of bounds", "API0018": "X-Auth-Timestamp header is malformed",
        "API0019": "Content-Type is not acceptable", "API0020": "Content-Type must not be present",
    ]

    private func error(_ code: String) -> SimulatedAnswer {
        .json(
            [
                "status": "error", "reason": .string(Self.reasons[code] ?? "Refused"), "code": .string(code),
            ], status: 403)
    }
}
