import Foundation
import OrderedJSON

/// NDAX, an AlphaPoint exchange: HMAC-SHA256 over nonce, user and key, in hexadecimal; nonces of a key must rise.
///
/// `Authenticate` says with status 200 whether it believed the caller, and gives a token for a day; other calls take
/// the token or the signature itself. AlphaPoint documents no words for what was wrong: the texts here are plain ones,
/// and a wrong user reads as an unknown key. Questions about another account are answered as missing resources.
/// Source: apidoc.ndax.io, "Authenticate", "Standard response objects"; ccxt; Hummingbot.
struct NDAX: SimulatedExchange {
    private static let sessionSeconds = 86_400

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        switch (request.method, request.path) {
        case ("GET", "/AP/Ping"), ("POST", "/AP/Ping"): return .json(["msg": "PONG"])
        case ("POST", "/AP/Authenticate"), ("GET", "/AP/Authenticate"):
            return try authenticate(request, at: &desk)
        default: break
        }
        guard request.path.hasPrefix("/AP/") else { throw .noSuchPath }
        let key: SimulatedKey
        if let token = request["APToken"] {
            key = try desk.key(ofSession: token)
            desk.accept(key)
        } else {
            key = try checkSignature(of: request, at: &desk)
        }
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        switch request.path {
        case "/AP/GetUserInfo":
            return .json([
                "UserId": .integer(Int(key.user) ?? 0), "UserName": "person", "AccountId": .integer(account(of: key)),
                "OMSId": 1, "Use2FA": true,
            ])
        case "/AP/GetUserAccountInfos":
            return .json([
                [
                    "OMSID": 1, "AccountId": .integer(account(of: key)), "AccountName": .string(key.name),
                    "AccountType": "Asset", "FirmId": nil, "VerificationLevel": 2,
                ]
            ])
        case "/AP/GetUserPermissions":
            guard request.queryValue("UserId") == key.user else { throw .badParameter("UserId") }
            return .json(.array(Self.permissions(of: key).map(JSON.string)))
        case "/AP/GetAccountPositions":
            guard request.queryValue("OMSId") == "1", request.queryValue("AccountId") == String(account(of: key)) else {
                throw .badParameter("AccountId")
            }
            try key.need(.read)
            return .json([
                [
                    "OMSId": 1, "AccountId": .integer(account(of: key)), "ProductSymbol": "CAD", "ProductId": 6,
                    "Amount": 1000, "Hold": 25, "PendingDeposits": 0, "PendingWithdraws": 0,
                ]
            ])
        default: throw .noSuchPath
        }
    }

    private func authenticate(
        _ request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedAnswer {
        let key = try checkSignature(of: request, at: &desk)
        try desk.checkAddress(of: key)
        guard key.state == .active else { throw .suspended }
        let user: JSON = [
            "UserId": .integer(Int(key.user) ?? 0), "UserName": "person", "Email": "person@example.com",
            "EmailVerified": true, "AccountId": .integer(account(of: key)), "OMSId": 1, "Use2FA": true,
        ]
        return .json([
            "Authenticated": true, "SessionToken": .string(desk.openSession(for: key, seconds: Self.sessionSeconds)),
            "User": user, "Locked": false, "Requires2FA": false, "EnforceEnable2FA": false, "TwoFAType": nil,
            "TwoFAToken": nil, "errormsg": nil,
        ])
    }

    private func checkSignature(
        of request: SimulatedRequest, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedKey {
        for field in ["Nonce", "APIKey", "Signature", "UserId"] where request[field] == nil { throw .missing(field) }
        var key = try desk.key(request["APIKey"] ?? "")
        guard !desk.isExpired(key) else { throw .expired }
        let nonceText = request["Nonce"] ?? "", user = request["UserId"] ?? ""
        guard user == key.user else { throw .malformedKey }
        let expected = Signing.hex(Signing.hmac256(nonceText + user + key.key, key: key.secret))
        guard request["Signature"]?.lowercased() == expected else { throw .wrongSecret }
        desk.accept(key)
        guard let nonce = Int(nonceText), nonce > key.highestNonce else { throw .nonceOutOfOrder }
        key.highestNonce = nonce
        desk.keys[key.key] = key
        return key
    }

    private func account(of key: SimulatedKey) -> Int { key.account.flatMap { Int($0) } ?? 77 }

    private static func permissions(of key: SimulatedKey) -> [String] {
        if let own = key.exchangePermissions { return own }
        var permissions: [String] = []
        if key.rights.contains(.read) { permissions += ["GetAccountPositions", "GetOpenOrders", "GetUserInfo"] }
        if key.rights.contains(.tradeSpot) { permissions += ["SendOrder", "CancelOrder"] }
        if key.rights.contains(.withdraw) { permissions.append("CreateWithdrawTicket") }
        return permissions
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        if refusal == .noSuchPath { return .text("Endpoint Not Found", status: 404) }
        if request.path == "/AP/Authenticate" { return notAuthenticated(refusal) }
        return switch refusal {
        case .badParameter: error("Resource Not Found", 104, status: 404)
        case .missing: error("Invalid Request", 100, status: 400)
        default: error("Not Authorized", 20, status: 401)
        }
    }

    private func notAuthenticated(_ refusal: Refusal) -> SimulatedAnswer {
        let message =
            switch refusal {
            case .missing(let name): "Missing \(name)"
            case .malformedKey, .unknownKey, .expired, .wrongEnvironment: "User api key not found."
            case .nonceOutOfOrder, .clockSkew, .malformedTimestamp: "Invalid nonce"
            case .addressNotAllowed: "IP address is not whitelisted"
            case .suspended: "User account is locked"
            default: "Invalid signature"
            }
        return notAuthenticated(message, isLocked: refusal == .suspended)
    }

    private func notAuthenticated(
        _ message: String, isLocked: Bool = false, requiresSecondFactor: Bool = false
    ) -> SimulatedAnswer {
        .json([
            "Authenticated": false, "SessionToken": nil, "User": nil, "Locked": .bool(isLocked),
            "Requires2FA": .bool(requiresSecondFactor), "EnforceEnable2FA": false, "TwoFAType": nil,
            "TwoFAToken": nil, "errormsg": .string(message),
        ])
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        switch code {
        case "2FA": notAuthenticated("", requiresSecondFactor: true)
        case "101": error("Operation Failed", 101, status: 400)
        case "102": error("Server Error", 102, status: 500)
        default: error("Not Authorized", Int(code) ?? 20, status: 401)
        }
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: .text("TOO MANY REQUESTS", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error("Server Error", 102, status: 503)
        }
    }

    private func error(_ message: String, _ code: Int, status: Int) -> SimulatedAnswer {
        .json(
            ["result": false, "errormsg": .string(message), "errorcode": .integer(code), "detail": nil], status: status)
    }
}
