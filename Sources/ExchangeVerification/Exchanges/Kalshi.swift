internal import Credentials
internal import Crypto
internal import CryptoExtras
internal import OrderedJSON

/// Kalshi: RSA-PSS over time, method and path, base64, in a header.
///
/// `GET /trade-api/v2/margin/balance`, which Hummingbot itself asks, proves the key. Kalshi's refusals have no documented
/// form and it tells no time, so they are judged by their status.
///
/// Sources: Kalshi's documentation ("API Keys") and Hummingbot's connector.
struct KalshiProbe: ExchangeProbe {
    static let all = [KalshiProbe()]

    private static let host = "external-api.kalshi.com"
    private static let balance = ProbeCall(.get, host, "/trade-api/v2/margin/balance")

    let connector = ConnectorName(constant: "kalshi_perpetual")
    let proof = ProbeProof(
        [.key, .secret],
        note: "Kalshi takes the signature and shows the balance. It does not tell what a key may do: look on "
            + "its page.")

    // Kalshi tells its time nowhere but in the header of every answer.
    private let clock = ServerClock(
        dateOf: ProbeCall(.get, host, "/trade-api/v2/margin/exchange/status", isSigned: false))

    var routes: [ProbeCall.Route] { [Self.balance.route] + [clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("kalshi_perpetual_api_key") }

    private static func key(of credential: Credential) -> _RSA.Signing.PrivateKey? {
        let text = credential.text("kalshi_perpetual_private_key")
        if text.hasPrefix("-----BEGIN") { return try? _RSA.Signing.PrivateKey(pemRepresentation: text) }
        return Base64.bytes(text).flatMap { try? _RSA.Signing.PrivateKey(derRepresentation: $0) }
    }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard Self.key(of: credential) != nil else {
            return .judge(
                .failed(
                    [.wrongSecret],
                    cure:
                        "Enter the whole RSA private key that Kalshi showed once, from BEGIN to END; it may be pasted in "
                        + "one line."))
        }
        guard let answer = answers.last else { return .ask(Self.balance) }
        if answer.response.status == 200, answer.response.json?["subaccount_balances"]?.arrayValue != nil {
            return .judge(.valid(nil))
        }
        return .judge(
            AnswerJudgement.verdict(
                onRefusal: answer.response,
                causes: answer.response.status == 403
                    ? [.missingRight, .wrongKey] : [.wrongKey, .wrongSecret, .clockSkew],
                code: answer.response.json?["error"]?["code"]?.codeText ?? answer.response.json?["code"]?.codeText,
                cure: "Copy the key's id and its private key once more, and check on Kalshi's page that the key still "
                    + "exists; also check that this machine's clock is right, because the time is part of the signature."
            ))
    }

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let time = String(stamp.time.milliseconds)
        let digest = SHA256.hash(data: Array((time + call.route.method.rawValue + call.route.path).utf8))
        guard let key = Self.key(of: credential), let signature = try? key.signature(for: digest, padding: .PSS) else {
            throw UnusableSecret()
        }
        return ProbeRequest(
            call,
            headers: [
                "KALSHI-ACCESS-KEY": credential.text("kalshi_perpetual_api_key"), "KALSHI-ACCESS-TIMESTAMP": time,
                "KALSHI-ACCESS-SIGNATURE": Base64.text(signature.rawRepresentation),
            ])
    }
}
