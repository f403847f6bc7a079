import Foundation
import OrderedJSON

/// Gemini: HMAC-SHA384 over a JSON payload in Base64, in hexadecimal; the payload names the path and a nonce.
///
/// A key either takes nonces within 30 s of the clock (in seconds or milliseconds), or only rising ones, whatever their
/// unit: a nonce in milliseconds shuts out everybody who counts in seconds. A nonce counts once its signature held. A
/// blocked address, a lapsed key and a closed account have no documented words; the first gets IPNotAllowed, the others
/// InvalidApiKey. A key of a group (`master-…`) must name the account that it asks about, except for its roles.
/// Source: docs.gemini.com/rest-api, "Authentication", "Error codes", "Roles".
struct Gemini: SimulatedExchange {
    private static let tolerance = 30.0

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if request.method == "GET", request.path == "/v1/symbols" { return .json(#"["btcusd"]"#) }
        guard request.path.hasPrefix("/v1/"), request.method == "POST" else { throw .noSuchPath }
        let (key, payload) = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        let roles = Self.roles(of: key)
        switch request.path {
        case "/v1/roles":
            var report: JSONObject = [
                "isAuditor": .bool(roles.contains("Auditor")), "isFundManager": .bool(roles.contains("FundManager")),
                "isTrader": .bool(roles.contains("Trader")),
            ]
            if Self.isMaster(key) {
                report["counterparty_id"] = "EMONNYXJ"
                report["isAccountAdmin"] = .bool(key.rights.contains(.transferOwn))
            }
            return .json(.object(report))
        case "/v1/balances":
            guard !Self.isMaster(key) || payload["account"]?.stringValue != nil else { throw .badParameter("account") }
            guard !roles.isEmpty else { throw .missingRight(.read) }
            return .json([
                [
                    "type": "exchange", "currency": "USD", "amount": "1000", "available": "975",
                    "availableForWithdrawal": "975",
                ]
            ])
        default: throw .noSuchPath
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> (SimulatedKey, JSON) {
        for field in ["X-GEMINI-APIKEY", "X-GEMINI-PAYLOAD", "X-GEMINI-SIGNATURE"] where request[field] == nil {
            throw .missing(field)
        }
        var key = try desk.key(request["X-GEMINI-APIKEY"] ?? "")
        guard key.state == .active, !desk.isExpired(key) else { throw .expired }
        let text = request["X-GEMINI-PAYLOAD"] ?? ""
        guard request["X-GEMINI-SIGNATURE"] == Signing.hex(Signing.hmac384(text, key: key.secret)) else {
            throw .wrongSecret
        }
        desk.accept(key)
        guard let bytes = Data(base64Encoded: text), let payload = try? JSON(parsing: bytes) else {
            throw .badParameter("payload")
        }
        guard payload["request"]?.stringValue == request.path else { throw .badParameter("request") }
        guard let nonce = Self.nonce(of: payload) else { throw .missing("nonce") }
        if key.hasTimeBasedNonce {
            let seconds = nonce > 100_000_000_000 ? nonce / 1000 : nonce
            guard abs(seconds - desk.time.timeIntervalSince1970) <= Self.tolerance else {
                throw .clockSkew(Int((seconds - desk.time.timeIntervalSince1970) * 1000))
            }
        } else {
            let highest = desk.highestNonces[key.key] ?? Double(key.highestNonce)
            guard nonce > highest else { throw .nonceOutOfOrder }
            desk.highestNonces[key.key] = nonce
            key.highestNonce = Int(nonce)
            desk.keys[key.key] = key
        }
        return (key, payload)
    }

    private static func nonce(of payload: JSON) -> Double? {
        let number: Double? =
            switch payload["nonce"] {
            case .integer(let number): Double(number)
            case .number(let text), .string(let text): Double(text)
            default: nil
            }
        return number.flatMap { $0 > 0 && $0 < 1e18 ? $0 : nil }
    }

    private static func isMaster(_ key: SimulatedKey) -> Bool { key.key.hasPrefix("master-") }

    private static func roles(of key: SimulatedKey) -> [String] {
        if let own = key.exchangePermissions { return own }
        var roles: [String] = []
        if key.rights.contains(.tradeSpot) { roles.append("Trader") }
        if key.rights.contains(.withdraw) { roles.append("FundManager") }
        return roles.isEmpty && key.rights.contains(.read) ? ["Auditor"] : roles
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missing("X-GEMINI-APIKEY"):
            error("MissingApikeyHeader", "Must provide 'X-GEMINI-APIKEY' header", status: 400)
        case .missing("X-GEMINI-PAYLOAD"):
            error("MissingPayloadHeader", "Must provide 'X-GEMINI-PAYLOAD' header", status: 400)
        case .missing("X-GEMINI-SIGNATURE"):
            error("MissingSignatureHeader", "Must provide 'X-GEMINI-SIGNATURE' header", status: 400)
        case .missing, .malformedTimestamp: error("InvalidNonce", "Nonce is missing or no number", status: 400)
        case .clockSkew:
            error("InvalidNonce", "Nonce is not within 30 seconds of server time", status: 400)
        case .nonceOutOfOrder:
            error(
                "InvalidNonce",
                "Nonce has not increased since your last call to the Gemini API for this API key.", status: 400)
        case .malformedKey, .unknownKey, .expired, .suspended, .wrongEnvironment:
            error("InvalidApiKey", "Invalid API key", status: 400)
        case .wrongSecret, .wrongPassphrase: error("InvalidSignature", "InvalidSignature", status: 400)
        case .badParameter("account"):
            error("MissingAccounts", "Expected a JSON payload with accounts", status: 400)
        case .badParameter("request"): error("EndpointMismatch", "EndpointMismatch", status: 400)
        case .badParameter: error("InvalidJson", "The JSON provided is invalid", status: 400)
        case .addressNotAllowed: error("IPNotAllowed", "IP address is not in the allow list", status: 403)
        case .missingRight:
            error(
                "MissingRole",
                "To access this endpoint, you need to log in to the website and go to the settings page to assign one "
                    + "of these roles [Trader, FundManager, Auditor] to this API key, which currently has role []",
                status: 403)
        case .noSuchPath: error("EndpointNotFound", "API entry point `\(request.path)` not found", status: 404)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? { error(code, code, status: 400) }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error("RateLimit", "Requests were made too frequently.", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance:
            error("Maintenance", "The Gemini Exchange is currently undergoing maintenance.", status: 503)
        }
    }

    private func error(_ reason: String, _ message: String, status: Int) -> SimulatedAnswer {
        .json(
            ["result": "error", "reason": .string(reason), "message": .string(message)], status: status)
    }
}
