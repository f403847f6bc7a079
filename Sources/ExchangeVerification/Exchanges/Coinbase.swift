internal import Credentials
internal import OrderedJSON

/// Coinbase Advanced Trade: a JSON web token for each request, signed with ECDSA on P-256.
///
/// `GET /api/v3/brokerage/key_permissions` proves the key and tells its rights, so it is the only request. Coinbase answers
/// almost every fault with the same 401, now and then also to good tokens, so a 401 is asked once more with a fresh token.
///
/// Sources: Coinbase's documentation ("Coinbase App authentication", "Get API Key Permissions") and its Python library.
struct CoinbaseProbe: ExchangeProbe {
    static let all = [CoinbaseProbe()]

    private static let host = "api.coinbase.com"
    private static let permissions = ProbeCall(.get, host, "/api/v3/brokerage/key_permissions")

    let connector = ConnectorName(constant: "coinbase_advanced_trade")
    private let clock = ServerClock(ProbeCall(.get, host, "/api/v3/brokerage/time", isSigned: false)) {
        $0["epochMillis"]?.wholeNumber
    }

    let proof = ProbeProof([.key, .secret, .rights], note: "Coinbase takes the token and tells the key's rights.")

    var routes: [ProbeCall.Route] { [Self.permissions.route] + [clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("coinbase_advanced_trade_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        if let verdict = Self.verdict(on: Self.key(of: credential)) { return .judge(verdict) }
        guard let answer = answers.last else { return .ask(Self.permissions) }
        let response = answer.response
        switch response.status {
        case 200:
            guard let rights = response.json.flatMap(Self.rights(in:)) else { break }
            if rights.read == false {
                return .judge(
                    .failed([.missingRight], cure: "Allow \"View\" for the key on Coinbase's page.", rights: rights))
            }
            return .judge(.valid(rights))
        case 401:
            return answers.count == 1
                ? .ask(Self.permissions)
                : .judge(
                    .failed(
                        [.wrongKey, .wrongSecret, .addressNotAllowed, .clockSkew], code: "HTTP 401",
                        message: Self.message(in: response)))
        case 403 where response.json != nil:
            return .judge(
                .failed(
                    [.missingRight], code: response.json?["error"]?.stringValue ?? "HTTP 403",
                    message: Self.message(in: response), cure: "Allow \"View\" and \"Trade\" for the key."))
        default: break
        }
        return .judge(
            AnswerJudgement.verdict(
                byStatusOf: response, code: response.json?["error"]?.stringValue, message: Self.message(in: response)))
    }

    /// The words of an answer, which is JSON or, for a 401, plain text.
    private static func message(in response: ProbeResponse) -> String? {
        if let json = response.json { return (json["message"] ?? json["error_details"])?.stringValue }
        return response.status == 401 ? String(decoding: response.body.prefix(200), as: UTF8.self) : nil
    }

    private static func rights(in json: JSON) -> KeyRights? {
        guard let view = json["can_view"]?.boolValue, let trade = json["can_trade"]?.boolValue,
            let transfer = json["can_transfer"]?.boolValue
        else { return nil }
        var rights = KeyRights()
        (rights.read, rights.tradeSpot) = (view, trade)
        // One right covers both withdrawing and sending.
        (rights.withdraw, rights.transferOut) = (transfer, transfer)
        return rights
    }

    // MARK: The key's kind

    private static func key(of credential: Credential) -> CoinbaseKey {
        CoinbaseKey(credential.text("coinbase_advanced_trade_api_secret"))
    }

    /// What is wrong with a key before anybody is asked; `nil` when Hummingbot can use it.
    private static func verdict(on key: CoinbaseKey) -> ProbeVerdict? {
        switch key {
        case .ecdsa: nil
        case .ed25519, .ed25519PEM:
            .failed(
                [.unusableByHummingbot],
                cure: "This is an Ed25519 key, which Hummingbot cannot use: make a new key on the Coinbase Developer "
                    + "Platform and choose ECDSA as its signature algorithm.")
        case .ecdsaWithoutFrame:
            .failed(
                [.unusableByHummingbot],
                cure:
                    "Enter the private key with its first and last line, BEGIN PRIVATE KEY and END PRIVATE KEY; without "
                    + "them Hummingbot cannot use it.")
        case .unreadable:
            .failed(
                [.wrongSecret],
                cure: "Enter the whole ECDSA private key, from BEGIN EC PRIVATE KEY to END EC PRIVATE KEY. Secrets of "
                    + "Coinbase's older kinds of keys do not work any more.")
        }
    }

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let token = CoinbaseToken(
            keyName: credential.text("coinbase_advanced_trade_api_key"), call: call, time: stamp.time,
            nonce: Hex.text(stamp.random))
        return ProbeRequest(
            call, headers: ["Authorization": "Bearer " + (try token.signed(with: Self.key(of: credential)))])
    }
}
