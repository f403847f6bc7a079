import Foundation
import OrderedJSON

/// Lambdaplex: Ed25519 over the query as it is before percent-encoding, in Base64, as its last parameter.
///
/// A key's secret is its PEM, private or public. No errors are documented; since the rest is like Binance's API, so are
/// the codes.
/// Source: Hummingbot's connector.
struct Lambdaplex: SimulatedExchange {
    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        switch (request.method, request.path) {
        case ("GET", "/api/v1/ping"): return .json("{}")
        case ("GET", "/api/v1/time"): return .json(["serverTime": .integer(desk.milliseconds)])
        default: break
        }
        guard request.path.hasPrefix("/api/v1/") else { throw .noSuchPath }
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        guard request.method == "GET" else { throw .noSuchPath }
        switch request.path {
        case "/api/v1/account":
            try key.need(.read)
            return .json(["balances": [["asset": "USD", "free": "975", "locked": "25"]]])
        case "/api/v1/account/commission":
            try key.need(.read)
            return .json(["maker": "0.001", "taker": "0.001"])
        default: throw .noSuchPath
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        guard let name = request["X-API-KEY"] else { throw .malformedKey }
        let key = try desk.key(name)
        guard !desk.isExpired(key) else { throw .expired }
        let parameters = request.queryParameters
        guard let timestamp = request.queryValue("timestamp"), !timestamp.isEmpty else { throw .missing("timestamp") }
        guard let sent = parameters.last, sent.name == "signature" else { throw .missing("signature") }
        guard let time = Int(timestamp) else { throw .malformedTimestamp }
        guard let window = request.queryValue("recvWindow").map(Int.init) ?? 5000, 0...60_000 ~= window else {
            throw .badParameter("recvWindow")
        }
        try desk.checkTime(time, atMostBehind: window, atMostAhead: 1000)
        let signed = parameters.dropLast().map { "\($0.name)=\($0.value.removingPercentEncoding ?? $0.value)" }
            .joined(separator: "&")
        guard let signature = sent.value.removingPercentEncoding.flatMap({ Data(base64Encoded: $0) }),
            let publicKey = Curves.ed25519PublicKey(pem: key.secret),
            Curves.isEd25519(Array(signature), of: signed, publicKey: publicKey)
        else { throw .wrongSecret }
        desk.accept(key)
        return key
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .malformedKey: error(-2014, "API-key format invalid.", status: 401)
        case .unknownKey, .addressNotAllowed, .missingRight, .suspended, .expired, .wrongEnvironment:
            error(-2015, "Invalid API-key, IP, or permissions for action.", status: 401)
        case .wrongSecret, .wrongPassphrase: error(-1022, "Signature for this request is not valid.", status: 400)
        case .clockSkew, .nonceOutOfOrder, .malformedTimestamp:
            error(-1021, "Timestamp for this request is outside of the recvWindow.", status: 400)
        case .missing(let name):
            error(-1102, "Mandatory parameter '\(name)' was not sent, was empty/null, or malformed.", status: 400)
        case .badParameter(let name): error(-1100, "Illegal characters found in parameter '\(name)'.", status: 400)
        case .noSuchPath: error(404, "Not Found", status: 404)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        error(Int(code) ?? 0, "Refused.", status: 401)
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error(-1003, "Too many requests.", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: .page("Service Unavailable", status: 503)
        }
    }

    private func error(_ code: Int, _ message: String, status: Int) -> SimulatedAnswer {
        .json(["code": .integer(code), "msg": .string(message)], status: status)
    }
}
