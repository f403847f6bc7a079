internal import Credentials
internal import Crypto
internal import OrderedJSON

/// LambdaPlex: Ed25519 over the query, base64, as its last parameter.
///
/// `GET /api/v1/account`, which Hummingbot itself asks, proves the key. LambdaPlex documents no refusals; its codes are
/// read as those of Binance, after which its API is made.
///
/// Source: Hummingbot's connector.
struct LambdaplexProbe: ExchangeProbe {
    static let all = [LambdaplexProbe()]

    private static let host = "api.lambdaplex.io"
    private static let account = ProbeCall(.get, host, "/api/v1/account")
    /// How old a request may be when it arrives, in milliseconds.
    private static let window = 5000

    let connector = ConnectorName(constant: "lambdaplex")
    private let clock = ServerClock(ProbeCall(.get, host, "/api/v1/time", isSigned: false)) {
        $0["serverTime"]?.wholeNumber
    }

    let proof = ProbeProof(
        [.key, .secret],
        note: "LambdaPlex takes the signature and shows the spot balance. It does not tell what a key may do: "
            + "look on its page.")

    var routes: [ProbeCall.Route] { [Self.account.route] + [clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("lambdaplex_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard Ed25519PEM.key(credential.text("lambdaplex_private_key")) != nil else {
            return .judge(
                .failed(
                    [.wrongSecret],
                    cure:
                        "Enter the Ed25519 private key without a password, from BEGIN PRIVATE KEY to END PRIVATE KEY, or "
                        + "only its base64 body. Keys of other kinds do not work."))
        }
        guard let answer = answers.last else { return .ask(Self.account) }
        let json = answer.response.json
        if answer.response.status == 200, json?["balances"]?.arrayValue != nil { return .judge(.valid(nil)) }
        let code = json?["code"]?.codeText
        if let code, Self.judgement.causes[code] != nil {
            return .judge(Self.judgement.verdict(on: answer.response, code: code, message: answer.response.words))
        }
        return .judge(
            AnswerJudgement.verdict(
                onRefusal: answer.response, causes: [.wrongKey, .wrongSecret, .addressNotAllowed, .missingRight],
                code: code))
    }

    private static let judgement = AnswerJudgement(causes: [
        "-2015": [.wrongKey, .addressNotAllowed, .missingRight], "-2014": [.wrongKey],
        "-1022": [.wrongSecret, .wrongKey], "-1021": [.clockSkew],
    ])

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        guard let key = Ed25519PEM.key(credential.text("lambdaplex_private_key")) else { throw UnusableSecret() }
        let window = "recvWindow=\(Self.window)&timestamp=\(stamp.time.milliseconds)"
        let signed = try SignedParameters(call, adding: window) { text throws(UnusableSecret) in
            guard let signature = try? key.signature(for: Array(text.utf8)) else { throw UnusableSecret() }
            return Base64.text(signature)
        }
        return ProbeRequest(
            call, query: signed.query, body: signed.body,
            headers: ["X-API-KEY": credential.text("lambdaplex_api_key")])
    }
}
