internal import Credentials
internal import OrderedJSON

/// OKX: HMAC-SHA256 of time, method, path with query and body, base64, in a header; the passphrase goes along in clear.
///
/// `GET /api/v5/account/config` needs no more than the right to read and is the one call that tells the calling key's own
/// rights, so it is the only request. The account's mode, which it tells, too, must be one that trades perpetuals.
///
/// Sources: OKX's documentation of API v5 ("REST Authentication", "Get account configuration", "Error Code").
struct OKXProbe: ExchangeProbe {
    static let all = [OKXProbe("okx"), OKXProbe("okx_perpetual", isPerpetual: true)]

    /// Each site of registration has a host and keys of its own.
    private static let hosts = ["www": "www.okx.com", "app": "us.okx.com", "my": "eea.okx.com"]
    private static let mainHost = "www.okx.com"
    private static let configPath = "/api/v5/account/config"

    let connector: ConnectorName
    private let name: String
    private let isPerpetual: Bool

    private init(_ connector: StaticString, isPerpetual: Bool = false) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        self.isPerpetual = isPerpetual
    }

    let proof = ProbeProof(
        [.key, .secret, .passphrase, .rights], note: "OKX takes signature and passphrase and tells the key's rights.")

    var routes: [ProbeCall.Route] {
        (isPerpetual ? [Self.mainHost] : Self.hosts.values.sorted()).flatMap {
            [ProbeCall(.get, $0, Self.configPath).route, Self.clock(host: $0).call.route]
        }
    }

    func clock(for credential: Credential) -> ServerClock? { Self.clock(host: Self.host(of: credential)) }

    private static func clock(host: String) -> ServerClock {
        ServerClock(ProbeCall(.get, host, "/api/v5/public/time", isSigned: false)) {
            $0["data"]?.arrayValue?.first?["ts"]?.wholeNumber
        }
    }

    private static func host(of credential: Credential) -> String {
        hosts[credential.text("okx_registration_sub_domain")] ?? mainHost
    }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let answer = answers.last else {
            return .ask(ProbeCall(.get, Self.host(of: credential), Self.configPath))
        }
        let json = answer.response.json
        guard answer.response.status == 200, json?["code"]?.codeText == "0",
            let data = json?["data"]?.arrayValue?.first,
            let rights = Self.rights(in: data)
        else {
            return .judge(
                (isPerpetual ? Self.perpetualJudgement : Self.judgement).verdict(
                    on: answer.response, code: json?["code"]?.codeText, message: json?["msg"]?.stringValue))
        }
        let isSpotOnly = isPerpetual && data["acctLv"]?.wholeNumber == 1
        return .judge(
            .valid(
                rights,
                warnings: isSpotOnly
                    ? [
                        "The account is in spot mode, in which OKX trades no perpetuals; choose futures mode on its page."
                    ]
                    : []))
    }

    private static func rights(in data: JSON) -> KeyRights? {
        guard let granted = data["perm"]?.stringValue?.commaSeparated, !granted.isEmpty else { return nil }
        var rights = KeyRights()
        rights.read = true
        rights.tradeSpot = granted.contains("trade")
        rights.tradeDerivatives = granted.contains("trade")
        rights.withdraw = granted.contains("withdraw")
        if let addresses = data["ip"]?.stringValue?.commaSeparated {
            rights.addresses = addresses.isEmpty ? .off : .on(addresses)
        }
        if let user = data["uid"]?.codeText, let mainUser = data["mainUid"]?.codeText {
            rights.isSubAccount = user != mainUser
        }
        return rights
    }

    private static let judgement = AnswerJudgement(
        causes: [
            "50111": [.wrongKey], "50119": [.wrongKey, .wrongEnvironment], "50101": [.wrongEnvironment],
            "50113": [.wrongSecret], "50105": [.wrongPassphrase], "50110": [.addressNotAllowed],
            "50114": [.missingRight], "50120": [.missingRight], "50100": [.accountSuspended],
            "50102": [.clockSkew], "50112": [.clockSkew], "50011": [.rateLimited],
            "50001": [.exchangeUnavailable], "50013": [.exchangeUnavailable], "50026": [.exchangeUnavailable],
        ],
        cures: [
            "50119":
                "Choose the site where the account is registered (www, app for the United States, my for the European "
                + "Economic Area), and check there that the key still exists: OKX removes idle keys without an IP list.",
            "50101": "Use a key of live trading; this one seems to be a demo key.",
        ])

    /// The perpetual connector knows the global site only.
    private static let perpetualJudgement = {
        var judgement = Self.judgement
        judgement.cures["50119"] =
            "Use a key of okx.com: this connector does not know OKX's American and European sites. Check there that the key "
            + "still exists, because OKX removes idle keys without an IP list."
        return judgement
    }()

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let time = stamp.time.descriptionWithMilliseconds
        let text = time + call.route.method.rawValue + call.target + call.body
        let signature = HMACSignature.sha256(text, key: credential.text("\(name)_secret_key"))
        var request = ProbeRequest(
            call,
            headers: [
                "OK-ACCESS-KEY": credential.text("\(name)_api_key"), "OK-ACCESS-SIGN": Base64.text(signature),
                "OK-ACCESS-TIMESTAMP": time, "OK-ACCESS-PASSPHRASE": credential.text("\(name)_passphrase"),
            ])
        if !call.body.isEmpty { request.headers.append(.init(name: "Content-Type", value: "application/json")) }
        return request
    }
}
