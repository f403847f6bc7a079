internal import Credentials
internal import OrderedJSON

/// Foxbit: HMAC-SHA256 of time, method, path, query and body, lower-case hex, in a header.
///
/// `GET /rest/v3/accounts`, which Hummingbot itself asks, proves the key. The user id is not part of any signature and is
/// needed for the stream of orders only, so it stays unchecked.
///
/// Sources: Foxbit's documentation of API v3 ("Authentication", "Accounts", "Errors").
struct FoxbitProbe: ExchangeProbe {
    static let all = [FoxbitProbe()]

    private static let host = "api.foxbit.com.br"
    private static let accounts = ProbeCall(.get, host, "/rest/v3/accounts")

    let connector = ConnectorName(constant: "foxbit")
    private let clock = ServerClock(ProbeCall(.get, host, "/rest/v3/system/time", isSigned: false)) {
        $0["timestamp"]?.wholeNumber
    }

    let proof = ProbeProof(
        [.key, .secret],
        note:
            "Foxbit takes the signature and lists the accounts. The user id is not checked, and Foxbit does not tell what "
            + "a key may do: look on its page.")

    var routes: [ProbeCall.Route] { [Self.accounts.route] + [clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("foxbit_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let answer = answers.last else { return .ask(Self.accounts) }
        let json = answer.response.json
        guard answer.response.status == 200, json?["data"]?.arrayValue != nil else {
            return .judge(
                Self.judgement.verdict(
                    on: answer.response, code: json?["error"]?["code"]?.codeText, message: Self.message(answer.response)
                ))
        }
        return .judge(
            .valid(
                nil,
                warnings: [
                    "The user id could not be checked: compare it with the number that Foxbit shows with the key."
                ]))
    }

    /// What happened, and behind it the details, which name the address that Foxbit saw.
    private static func message(_ response: ProbeResponse) -> String? {
        let details = response.json?["error"]?["details"]?.texts ?? []
        return response.words.map { ([$0] + details).joined(separator: ": ") }
    }

    private static let judgement = AnswerJudgement(
        causes: [
            "2001": [.wrongKey, .wrongSecret], "2002": [.wrongSecret], "2003": [.wrongKey],
            "2005": [.addressNotAllowed], "3001": [.missingRight], "3002": [.accountSuspended],
            "3003": [.accountSuspended], "2004": [.clockSkew], "429": [.rateLimited], "5002": [.exchangeUnavailable],
            "5003": [.exchangeUnavailable],
        ],
        cures: ["3002": "Foxbit wants to know who the account's owner is first; complete that on its page."])

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let time = String(stamp.time.milliseconds)
        let text = time + call.route.method.rawValue + call.route.path + call.query + call.body
        return ProbeRequest(
            call,
            headers: [
                "X-FB-ACCESS-KEY": credential.text("foxbit_api_key"), "X-FB-ACCESS-TIMESTAMP": time,
                "X-FB-ACCESS-SIGNATURE": Hex.text(
                    HMACSignature.sha256(text, key: credential.text("foxbit_api_secret"))),
            ])
    }
}
