internal import Credentials
internal import OrderedJSON

/// Gemini: HMAC-SHA384 of the base64 of a JSON text that names the request and a nonce, lower-case hex, in a header.
///
/// `POST /v1/roles` tells the key's rights, then `POST /v1/balances`, which Hummingbot itself asks, shows that the account
/// is open to it. A key that was not made with a time-based nonce must send ever higher numbers, and nobody can see which
/// kind it is: so the nonce is the time in seconds with a fraction, as Hummingbot counts; see ``NonceRule``.
///
/// Sources: Gemini's documentation ("Private API invocation", "Roles", "Get available balances", "Error codes").
struct GeminiProbe: ExchangeProbe {
    static let all = [GeminiProbe()]

    private static let host = "api.gemini.com"
    private static let roles = ProbeCall(.post, host, "/v1/roles")
    private static let balances = ProbeCall(.post, host, "/v1/balances")

    let connector = ConnectorName(constant: "gemini")
    /// Gemini tells its time nowhere else, and Hummingbot takes it from here, too.
    private let clock = ServerClock(dateOf: ProbeCall(.get, host, "/v1/symbols", isSigned: false))

    let nonceRule = NonceRule.milliseconds
    let proof = ProbeProof(
        [.key, .secret, .rights],
        note: "Gemini takes the signature, tells the key's roles, and shows the balances to it.")

    var routes: [ProbeCall.Route] { [Self.roles.route, Self.balances.route] + [clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("gemini_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        if credential.text("gemini_api_key").hasPrefix("master-") {
            return .judge(
                .failed(
                    [.unusableByHummingbot],
                    cure:
                        "Hummingbot cannot use a master key of Gemini: make a key of the account that shall trade; it "
                        + "begins with account-."))
        }
        guard let last = answers.last else { return .ask(Self.roles) }
        let json = last.response.status == 200 ? last.response.json : nil
        let rights = rights(toldBy: answers)
        if last.call == Self.roles, rights != nil { return .ask(Self.balances) }
        if last.call == Self.balances, json?.arrayValue?.allSatisfy({ $0["currency"]?.stringValue != nil }) == true {
            return .judge(.valid(rights))
        }
        let code = last.response.json?["reason"]?.stringValue
        let isFirst = answers.count { $0.response.json?["reason"]?.stringValue == Self.invalidNonce } == 1
        if code == Self.invalidNonce, isFirst { return .ask(last.call, after: .seconds(2)) }
        return .judge(
            Self.judgement.verdict(
                on: last.response, code: code, message: last.response.json?["message"]?.stringValue))
    }

    func rights(toldBy answers: [ProbeAnswer]) -> KeyRights? {
        answers.first { $0.call == Self.roles && $0.response.status == 200 }?.response.json.flatMap(Self.rights(in:))
    }

    private static func rights(in json: JSON) -> KeyRights? {
        guard let audits = json["isAuditor"]?.boolValue, let manages = json["isFundManager"]?.boolValue,
            let trades = json["isTrader"]?.boolValue
        else { return nil }
        var rights = KeyRights()
        rights.read = audits || manages || trades
        (rights.tradeSpot, rights.withdraw) = (trades, manages)
        return rights
    }

    // MARK: Failures

    private static let invalidNonce = "InvalidNonce"

    private static let judgement = AnswerJudgement(
        causes: [
            "InvalidApiKey": [.wrongKey], "InvalidSignature": [.wrongSecret], "MissingRole": [.missingRight],
            "MissingAccounts": [.unusableByHummingbot], "IPNotAllowed": [.addressNotAllowed],
            invalidNonce: [.nonceOutOfOrder, .clockSkew], "RateLimit": [.rateLimited],
            "Maintenance": [.exchangeUnavailable],
        ],
        cures: [
            "MissingRole": "Give the key the role Trader on Gemini's page.",
            "MissingAccounts":
                "This is a master key, which Hummingbot cannot use: make a key of the account that shall trade.",
            invalidNonce:
                "Stop other programs that use this key, set this machine's clock, and try again. If the key was ever used "
                + "with another program than Hummingbot, make one for Hummingbot alone, with a time-based nonce.",
        ])

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let fraction = String(stamp.nonce % 1000 + 1000).dropFirst()
        let payload: JSON = [
            "request": .string(call.route.path), "nonce": .number("\(stamp.nonce / 1000).\(fraction)"),
        ]
        let text = Base64.text(payload.bytes())
        return ProbeRequest(
            call,
            headers: [
                "X-GEMINI-APIKEY": credential.text("gemini_api_key"), "X-GEMINI-PAYLOAD": text,
                "X-GEMINI-SIGNATURE": Self.signature(of: text, secret: credential.text("gemini_api_secret")),
                "Content-Type": "text/plain", "Cache-Control": "no-cache",
            ])
    }

    /// The signature of a payload in base64.
    static func signature(of payload: String, secret: String) -> String {
        Hex.text(HMACSignature.sha384(payload, key: secret))
    }
}
