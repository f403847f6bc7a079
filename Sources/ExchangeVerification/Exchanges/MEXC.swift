internal import Credentials
internal import OrderedJSON

/// MEXC: HMAC-SHA256 of query and body, lower-case hex, as their last parameter.
///
/// `GET /api/v3/account`, which Hummingbot itself asks, proves the key. What it says of trading and withdrawing describes
/// the account and not the key, so no rights are taken from it.
///
/// Sources: MEXC's documentation of API v3 ("SIGNED", "Account Information", "Error Code").
struct MEXCProbe: ExchangeProbe {
    static let all = [MEXCProbe()]

    private static let account = ProbeCall(.get, "api.mexc.com", "/api/v3/account")

    let connector = ConnectorName(constant: "mexc")
    private let clock = ServerClock(ProbeCall(.get, "api.mexc.com", "/api/v3/time", isSigned: false)) {
        $0["serverTime"]?.integerValue
    }

    let proof = ProbeProof(
        [.key, .secret],
        note:
            "MEXC takes the signature and shows the spot balance. It does not tell what a key may do: check on its page "
            + "that this one may trade and not withdraw.")

    var routes: [ProbeCall.Route] { [Self.account.route] + [clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("mexc_api_key") }

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

    private static let judgement = AnswerJudgement(
        causes: [
            "10072": [.wrongKey], "700001": [.wrongKey], "602": [.wrongSecret],
            // MEXC says the same of a key whose time has run out.
            "700002": [.wrongSecret, .expired], "402": [.expired], "700006": [.addressNotAllowed],
            "406": [.addressNotAllowed],
            "700007": [.missingRight], "401": [.missingRight], "403": [.missingRight, .addressNotAllowed],
            "700003": [.clockSkew], "429": [.rateLimited],
        ])

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let signed = try SignedParameters(call, adding: "timestamp=\(stamp.time.milliseconds)") { text in
            Hex.text(HMACSignature.sha256(text, key: credential.text("mexc_api_secret")))
        }
        return ProbeRequest(
            call, query: signed.query, body: signed.body,
            headers: ["X-MEXC-APIKEY": credential.text("mexc_api_key"), "Content-Type": "application/json"])
    }
}
