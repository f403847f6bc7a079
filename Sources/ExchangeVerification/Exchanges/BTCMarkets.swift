internal import Credentials
internal import OrderedJSON

/// BTC Markets: HMAC-SHA512, under the decoded secret, of method, path, time and body, base64, in a header.
///
/// `GET /v3/accounts/me/balances`, which Hummingbot itself asks, proves the key. The query is not signed.
///
/// Sources: BTC Markets' documentation of API v3 ("Authentication", "List balances", error codes).
struct BTCMarketsProbe: ExchangeProbe {
    static let all = [BTCMarketsProbe()]

    private static let host = "api.btcmarkets.net"
    private static let balances = ProbeCall(.get, host, "/v3/accounts/me/balances")

    let connector = ConnectorName(constant: "btc_markets")
    private let clock = ServerClock(ProbeCall(.get, host, "/v3/time", isSigned: false)) {
        $0["timestamp"]?.stringValue.flatMap(UnixTime.init(iso8601:))?.milliseconds
    }

    let proof = ProbeProof(
        [.key, .secret],
        note:
            "BTC Markets takes the signature and shows the balances. It does not tell what else a key may do: check on "
            + "its page that this one may trade and not withdraw.")

    var routes: [ProbeCall.Route] { [Self.balances.route] + [clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("btc_markets_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard Base64.bytes(credential.text("btc_markets_api_secret"))?.isEmpty == false else {
            return .judge(
                .failed(
                    [.wrongSecret], cure: "Enter BTC Markets' private key whole, as base64 and with its = at the end."))
        }
        guard let answer = answers.last else { return .ask(Self.balances) }
        let json = answer.response.json
        guard answer.response.status == 200,
            json?.arrayValue?.allSatisfy({ $0["assetName"]?.stringValue != nil }) == true
        else {
            return .judge(Self.failure(answer.response))
        }
        return .judge(.valid(nil))
    }

    private static let judgement = AnswerJudgement(causes: [
        "InvalidApiKey": [.wrongKey], "InvalidAuthSignature": [.wrongSecret, .wrongKey],
        "InsufficientAPIPermission": [.missingRight], "InvalidAuthTimestamp": [.clockSkew],
        "InvalidTimestamp": [.clockSkew], "InvalidTimeWindow": [.clockSkew], "ThrottleLimit": [.rateLimited],
    ])

    private static func failure(_ response: ProbeResponse) -> ProbeVerdict {
        let code = response.json?["code"]?.codeText
        if let code, judgement.causes[code] != nil {
            return judgement.verdict(on: response, code: code, message: response.words)
        }
        return AnswerJudgement.verdict(
            onRefusal: response, with: [401], causes: [.wrongKey, .wrongSecret], code: code)
    }

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        guard let secret = Base64.bytes(credential.text("btc_markets_api_secret")), !secret.isEmpty else {
            throw UnusableSecret()
        }
        let time = String(stamp.time.milliseconds)
        let text = call.route.method.rawValue + call.route.path + time + call.body
        return ProbeRequest(
            call,
            headers: [
                "Accept-Charset": "UTF-8", "Content-Type": "application/json",
                "BM-AUTH-APIKEY": credential.text("btc_markets_api_key"), "BM-AUTH-TIMESTAMP": time,
                "BM-AUTH-SIGNATURE": Base64.text(HMACSignature.sha512(Array(text.utf8), key: secret)),
            ])
    }
}
