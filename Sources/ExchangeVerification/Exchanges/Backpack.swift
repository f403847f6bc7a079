internal import Credentials
internal import Crypto
internal import OrderedJSON

/// Backpack: Ed25519 over an instruction, the parameters and the time, base64, in a header.
///
/// The API key is the public half of the secret, so whether they belong together is told on this machine.
/// `GET /api/v1/account` then shows that Backpack knows the key.
///
/// Sources: Backpack's documentation ("Authentication", "Get account").
struct BackpackProbe: ExchangeProbe {
    static let all = [BackpackProbe("backpack"), BackpackProbe("backpack_perpetual")]

    private static let host = "api.backpack.exchange"
    private static let account = ProbeCall(.get, host, "/api/v1/account")
    /// What the question is called in its signature.
    private static let instruction = "accountQuery"
    /// How old a request may be when it arrives, in milliseconds.
    private static let window = 5000

    let connector: ConnectorName
    private let clock = ServerClock(ProbeCall(.get, host, "/api/v1/time", isSigned: false)) { $0.wholeNumber }

    private init(_ connector: StaticString) { self.connector = ConnectorName(constant: connector) }

    let proof = ProbeProof(
        [.key, .secret],
        note:
            "Key and secret are checked against each other on this machine, and Backpack takes the signature. It does not "
            + "tell what a key may do: look on its page.")

    var routes: [ProbeCall.Route] { [Self.account.route] + [clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("backpack_api_key") }

    private static func key(of credential: Credential) -> Curve25519.Signing.PrivateKey? {
        guard let seed = Base64.bytes(credential.text("backpack_api_secret")), seed.count == 32 else { return nil }
        return try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
    }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let key = Self.key(of: credential) else {
            return .judge(
                .failed(
                    [.wrongSecret],
                    cure: "Enter Backpack's secret whole: it is 44 characters of base64 and ends with =."))
        }
        guard let publicKey = Base64.bytes(credential.text("backpack_api_key")), publicKey.count == 32 else {
            return .judge(
                .failed(
                    [.wrongKey], cure: "Enter Backpack's API key whole: it is 44 characters of base64 and ends with =.")
            )
        }
        guard publicKey == Array(key.publicKey.rawRepresentation) else {
            return .judge(
                .failed(
                    [.wrongKey, .wrongSecret],
                    cure: "This secret belongs to another API key; enter the two that Backpack showed together."))
        }
        guard let answer = answers.last else { return .ask(Self.account) }
        let json = answer.response.json
        guard answer.response.status == 200, json?["autoLend"] != nil || json?["leverageLimit"] != nil else {
            return .judge(Self.failure(answer.response))
        }
        return .judge(.valid(nil))
    }

    // MARK: Failures

    private static let judgement = AnswerJudgement(causes: [
        "INVALID_SIGNATURE": [.wrongKey, .wrongSecret], "UNAUTHORIZED": [.wrongKey],
        // It does not say whether the key, the address or the region is meant.
        "FORBIDDEN": [.missingRight, .addressNotAllowed, .regionBlocked], "TOO_MANY_REQUESTS": [.rateLimited],
    ])

    private static func failure(_ response: ProbeResponse) -> ProbeVerdict {
        let (code, message) = (response.json?["code"]?.codeText, response.words)
        let words = message?.lowercased() ?? ""
        if code == "INVALID_CLIENT_REQUEST", words.contains("timestamp") || words.contains("expired") {
            return .failed([.clockSkew], code: code, message: message)
        }
        return judgement.verdict(on: response, code: code, message: message)
    }

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        guard let key = Self.key(of: credential) else { throw UnusableSecret() }
        let time = String(stamp.time.milliseconds)
        let text = Self.text(call, instruction: Self.instruction, time: time)
        guard let signature = try? key.signature(for: Array(text.utf8)) else { throw UnusableSecret() }
        return ProbeRequest(
            call,
            headers: [
                "X-API-Key": credential.text("backpack_api_key"), "X-Timestamp": time,
                "X-Window": String(Self.window), "X-Signature": Base64.text(signature),
            ])
    }

    /// What is signed; the instruction itself is not sent.
    static func text(_ call: ProbeCall, instruction: String, time: String) -> String {
        let parameters = SortedQuery.text(call.query.split(separator: "&").map(String.init))
        let parts = ["instruction=" + instruction, parameters, "timestamp=" + time, "window=\(window)"]
        return parts.filter { !$0.isEmpty }.joined(separator: "&")
    }
}
