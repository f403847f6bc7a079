internal import Credentials
internal import OrderedJSON
internal import WalletKeys

/// EVEDEX: the API key goes along in a header; the wallet's private key signs orders and nothing else.
///
/// `GET /api/user/me` proves the API key, and `GET /api/market/available-balance`, which Hummingbot itself asks, that the
/// account is open to it. The private key never leaves this machine; its address is compared with the wallet of the user
/// where EVEDEX names one. EVEDEX documents no refusals, so they are judged by their status.
///
/// Source: Hummingbot's connector.
struct EvedexProbe: ExchangeProbe {
    static let all = [EvedexProbe()]

    private static let host = "exchange-api.evedex.com"
    private static let user = ProbeCall(.get, host, "/api/user/me")
    private static let balance = ProbeCall(.get, host, "/api/market/available-balance")

    let connector = ConnectorName(constant: "evedex_perpetual")
    let proof = ProbeProof(
        [.key],
        note:
            "EVEDEX takes the API key. Whether the private key is the one of the account's wallet is compared where EVEDEX "
            + "names the wallet; else only its form is checked.")

    var routes: [ProbeCall.Route] { [Self.user.route, Self.balance.route] }

    /// Nothing is signed, so no time is needed.
    func clock(for credential: Credential) -> ServerClock? { nil }

    func identity(of credential: Credential) -> Secret { credential.secret("evedex_perpetual_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let signer = try? EthereumPrivateKey(hex: credential.text("evedex_perpetual_private_key")).address else {
            return .judge(.failed([.wrongSecret], cure: VerificationCause.privateKeyForm))
        }
        guard let first = answers.first, let last = answers.last else { return .ask(Self.user) }
        let json = last.response.status == 200 ? last.response.json : nil
        let isGood = last.call == Self.user ? json?.objectValue != nil : json?["availableBalance"] != nil
        guard isGood else {
            return .judge(
                AnswerJudgement.verdict(
                    onRefusal: last.response,
                    causes: last.call == Self.user ? [.wrongKey, .addressNotAllowed] : [.missingRight, .wrongKey]))
        }
        if last.call == Self.user { return .ask(Self.balance) }
        switch first.response.json?["wallet"]?.stringValue.flatMap(EthereumAddress.init) {
        case nil:
            return .judge(
                .valid(
                    nil,
                    warnings: [
                        "The private key could not be checked: EVEDEX does not name the wallet of this API key."
                    ]))
        case signer: return .judge(.valid(nil))
        default:
            return .judge(
                .inconclusive(
                    [.wrongAddress],
                    cure: "The API key works, but EVEDEX names another wallet than this private key's. "
                        + VerificationCause.wrongAddress.cure))
        }
    }

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        ProbeRequest(call, headers: ["X-API-Key": credential.text("evedex_perpetual_api_key")])
    }
}
