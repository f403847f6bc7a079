import OrderedJSON

/// Pacifica: Ed25519 over compact JSON with sorted names, in Base58; the account signs, or an agent that it bound.
///
/// A wrong signature gets the answer that ccxt noted from the live exchange (400, `signature_verification_failed`); the
/// codes 401 and 402 of the documentation are own refusals. Reading an account needs no signature.
/// Source: docs.pacifica.fi, "API signing"; ccxt's tables.
struct Pacifica: SimulatedExchange {
    private static let purposes = [
        "/api/v1/account/api_keys": "list_api_keys", "/api/v1/account/leverage": "update_leverage",
    ]
    private static let envelope: Set<String> = ["account", "agent_wallet", "signature", "timestamp", "expiry_window"]

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        switch (request.method, request.path) {
        case ("GET", "/api/v1/account"):
            guard let account = request.queryValue("account"), AddressText.base58(account)?.count == 32 else {
                throw .malformedKey
            }
            guard let wallet = desk.wallet(account) else { throw .noSuchPath }
            let value = JSON.string(wallet.accountValue ?? "0")
            return success([
                "balance": value, "fee_level": 0, "account_equity": value, "available_to_spend": value,
                "available_to_withdraw": value, "pending_balance": "0", "total_margin_used": "0",
                "positions_count": 0, "orders_count": 0, "updated_at": .integer(desk.milliseconds),
            ])
        case ("GET", "/api/v1/info"): return success([])
        case ("POST", let path):
            guard let purpose = Self.purposes[path] else { throw .noSuchPath }
            try checkSignature(of: request, purpose: purpose, at: &desk)
            guard purpose == "list_api_keys" else { throw .noSuchPath }
            return success(["active_api_keys": [], "api_key_limit": 5])
        default: throw .noSuchPath
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, purpose: String, at desk: inout ExchangeDesk
    ) throws(Refusal) {
        guard let body = request.json?.objectValue, let account = body["account"]?.stringValue else {
            throw .missing("account")
        }
        let signer = body["agent_wallet"]?.stringValue ?? account
        guard AddressText.base58(account)?.count == 32, let publicKey = AddressText.base58(signer),
            publicKey.count == 32
        else { throw .malformedKey }
        guard let time = body["timestamp"]?.integerValue else { throw .malformedTimestamp }
        let window = body["expiry_window"]?.integerValue ?? 5000
        guard 1...3_600_000 ~= window else { throw .badParameter("expiry_window") }
        try desk.checkTime(time, atMostBehind: window, atMostAhead: window)
        let data = body.members.filter { !Self.envelope.contains($0.name) }.map { ($0.name, $0.value) }
        let message: JSON = [
            "timestamp": .integer(time), "expiry_window": .integer(window), "type": .string(purpose),
            "data": .object(JSONObject(data)),
        ]
        guard let signature = body["signature"]?.stringValue.flatMap(AddressText.base58),
            Curves.isEd25519(signature, of: Self.sorted(message).text(), publicKey: publicKey)
        else { throw .wrongSecret }
        guard let wallet = desk.wallet(account) else { throw .unknownKey }
        if signer != account {
            guard let agent = wallet.agents?.first(where: { $0.address == signer }) else { throw .unknownKey }
            guard agent.validUntil > desk.time else { throw .unknownKey }
            guard agent.ipAllowList?.contains(desk.seenAddress) ?? true else { throw .addressNotAllowed }
        }
        desk.accept(wallet)
    }

    private static func sorted(_ value: JSON) -> JSON {
        switch value {
        case .object(let object):
            .object(JSONObject(object.members.sorted { $0.name < $1.name }.map { ($0.name, sorted($0.value)) }))
        case .array(let elements): .array(elements.map(sorted))
        default: value
        }
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missing, .badParameter: error("Invalid request", 400)
        case .malformedKey: error("Invalid public key", 400)
        case .wrongSecret, .wrongPassphrase, .wrongEnvironment:
            error(
                "Verification failed: signature does not match signer and canonical payload.", 400,
                id: "signature_verification_failed")
        case .unknownKey: error("Agent not authorized for account", 400)
        case .malformedTimestamp, .clockSkew, .nonceOutOfOrder, .expired:
            error("Invalid message: expired or malformed", 400)
        case .addressNotAllowed, .missingRight, .suspended: error("Forbidden", 403)
        case .noSuchPath: error("Account not found", 404)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        switch code {
        case "401": error("Invalid signature", 401)
        case "402": error("Invalid signer", 402)
        default: error("Refused", Int(code) ?? 403)
        }
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error("Rate limit exceeded", 429)
        case .regionBlocked: error("Forbidden: restricted region", 403)
        case .maintenance: error("Service Unavailable", 503)
        }
    }

    private func success(_ data: JSON) -> SimulatedAnswer {
        .json(["success": true, "data": data, "error": nil, "code": nil])
    }

    private func error(_ message: String, _ code: Int, id: String? = nil) -> SimulatedAnswer {
        var body: JSONObject = [
            "success": false, "data": nil, "error": .string(message), "code": .integer(code),
        ]
        if let id { body["error_id"] = .string(id) }
        return .json(.object(body), status: code)
    }
}
