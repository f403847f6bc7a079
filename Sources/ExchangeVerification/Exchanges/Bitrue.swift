internal import Credentials
internal import OrderedJSON

/// Bitrue: as Binance, HMAC-SHA256 of query and body, lower-case hex, as their last parameter.
///
/// `GET /api/v1/account`, which Hummingbot itself asks, proves the key. What it says of trading and withdrawing describes
/// the account and not the key, so no rights are taken from it.
///
/// Sources: Bitrue's documentation of its spot API ("SIGNED Endpoint security", "Account information", "Error codes").
struct BitrueProbe: ExchangeProbe {
    static let all = [BitrueProbe()]

    private static let host = "openapi.bitrue.com"
    private static let account = ProbeCall(.get, host, "/api/v1/account")

    let connector = ConnectorName(constant: "bitrue")
    private let clock = ServerClock(ProbeCall(.get, host, "/api/v1/time", isSigned: false)) {
        $0["serverTime"]?.integerValue
    }

    let proof = ProbeProof(
        [.key, .secret],
        note:
            "Bitrue takes the signature and shows the spot balance. It does not tell what a key may do: check on its page "
            + "that this one may trade and not withdraw.")

    var routes: [ProbeCall.Route] { [Self.account.route] + [clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("bitrue_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let answer = answers.last else { return .ask(Self.account) }
        let json = answer.response.json
        guard answer.response.status == 200, json?["balances"]?.arrayValue != nil else {
            return .judge(
                Self.judgement.verdict(
                    on: answer.response, code: json?["code"]?.codeText, message: json?["msg"]?.stringValue))
        }
        return .judge(.valid(nil))
    }

    private static let judgement = AnswerJudgement(causes: [
        "-2015": [.wrongKey, .addressNotAllowed, .missingRight], "-2014": [.wrongKey], "-2008": [.wrongKey],
        "-1022": [.wrongSecret], "-1002": [.missingRight], "-1021": [.clockSkew], "-1003": [.rateLimited],
        "-1015": [.rateLimited],
    ])

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let signed = try SignedParameters(call, adding: "timestamp=\(stamp.time.milliseconds)") { text in
            Hex.text(HMACSignature.sha256(text, key: credential.text("bitrue_api_secret")))
        }
        return ProbeRequest(
            call, query: signed.query, body: signed.body,
            headers: ["X-MBX-APIKEY": credential.text("bitrue_api_key")])
    }
}
