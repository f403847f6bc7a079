internal import Credentials
internal import OrderedJSON

/// Architect: key and secret are handed in for a token that opens the rest.
///
/// `POST /api/authenticate` gives one that ends after a minute, `GET /api/whoami` tells that it is taken, and
/// `GET /api/risk-snapshot`, which Hummingbot asks for the balance, that the account is open to it. Architect documents
/// no refusals, so they are judged by their status.
///
/// Source: Hummingbot's connector.
struct ArchitectProbe: ExchangeProbe {
    static let all = [
        ArchitectProbe("architect_perpetual", host: "gateway.architect.exchange"),
        ArchitectProbe("architect_perpetual_sandbox", host: "gateway.sandbox.architect.exchange"),
    ]

    private static let tokenSeconds = 60

    let connector: ConnectorName
    private let login: ProbeCall
    private let user: ProbeCall
    private let risk: ProbeCall

    private init(_ connector: StaticString, host: String) {
        self.connector = ConnectorName(constant: connector)
        login = ProbeCall(.post, host, "/api/authenticate")
        user = ProbeCall(.get, host, "/api/whoami", isSigned: false)
        risk = ProbeCall(.get, host, "/api/risk-snapshot", isSigned: false)
    }

    let proof = ProbeProof(
        [.key, .secret],
        note:
            "Architect gives a token for key and secret and opens the account to it. It does not tell what a key may do: "
            + "look on its page."
    )

    var routes: [ProbeCall.Route] { [login.route, user.route, risk.route] }

    /// Nothing is signed, so no time is needed.
    func clock(for credential: Credential) -> ServerClock? { nil }

    func identity(of credential: Credential) -> Secret { credential.secret("api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let last = answers.last else { return .ask(login) }
        let json = last.response.status == 200 ? last.response.json : nil
        switch last.call {
        case login:
            if Self.token(in: answers) != nil { return .ask(user) }
            return .judge(
                AnswerJudgement.verdict(onRefusal: last.response, causes: [.wrongKey, .wrongSecret, .wrongEnvironment]))
        case user:
            if json?.objectValue != nil { return .ask(risk) }
        default:
            if json?["risk_snapshot"]?.objectValue != nil { return .judge(.valid(nil)) }
        }
        return .judge(AnswerJudgement.verdict(onRefusal: last.response, causes: [.missingRight, .wrongKey]))
    }

    private static func token(in answers: [ProbeAnswer]) -> String? {
        guard let first = answers.first, first.response.status == 200 else { return nil }
        return first.response.json?["token"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        if !call.isSigned {
            return ProbeRequest(call, headers: ["Authorization": "Bearer " + (Self.token(in: stamp.answers) ?? "")])
        }
        let body: JSON = [
            "api_key": .string(credential.text("api_key")), "api_secret": .string(credential.text("api_secret")),
            "expiration_seconds": .integer(Self.tokenSeconds),
        ]
        return ProbeRequest(call, body: body.text(), headers: ["Content-Type": "application/json"])
    }
}
