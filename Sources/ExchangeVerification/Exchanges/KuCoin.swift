internal import Credentials
internal import OrderedJSON

/// KuCoin: HMAC-SHA256 of time, method, path with query and body, base64; the passphrase goes along as an HMAC.
///
/// `GET /api/v1/user/api-key` needs the right General, as the balance does, and tells the key's rights, so it is the only
/// request for spot; for perpetuals the futures account, which Hummingbot itself asks for, shows that it is open to the key.
///
/// Sources: KuCoin's documentation ("Signing a Message", "Get Apikey Info", "Errors").
struct KuCoinProbe: ExchangeProbe {
    static let all = [
        KuCoinProbe("kucoin"), KuCoinProbe("kucoin_hft"), KuCoinProbe("kucoin_perpetual", isPerpetual: true),
    ]

    private static let keyInfo = ProbeCall(.get, "api.kucoin.com", "/api/v1/user/api-key")
    private static let futures = ProbeCall(
        .get, "api-futures.kucoin.com", "/api/v1/account-overview", query: "currency=USDT")

    let connector: ConnectorName
    private let name: String
    private let isPerpetual: Bool
    private let clock = ServerClock(
        ProbeCall(.get, "api.kucoin.com", "/api/v1/timestamp", isSigned: false)
    ) { $0["data"]?.integerValue }

    var proof: ProbeProof {
        ProbeProof(
            [.key, .secret, .passphrase, .rights],
            note: "KuCoin takes signature and passphrase and tells the key's rights"
                + (isPerpetual ? ", and opens the futures account to it." : "."))
    }

    private init(_ connector: StaticString, isPerpetual: Bool = false) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        self.isPerpetual = isPerpetual
    }

    var routes: [ProbeCall.Route] {
        [Self.keyInfo.route] + (isPerpetual ? [Self.futures.route] : []) + [clock.call.route]
    }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let first = answers.first, let last = answers.last else { return .ask(Self.keyInfo) }
        guard let data = Self.data(in: last.response) else { return .judge(Self.failure(last.response)) }
        if last.call == Self.futures {
            return .judge(
                data["accountEquity"] == nil && data["availableBalance"] == nil
                    ? Self.failure(last.response) : Self.verdict(on: first.response))
        }
        let verdict = Self.verdict(on: last.response)
        // Without the right the futures account would be refused; that it is missing is already known.
        let asksFutures = isPerpetual && verdict.outcome == .valid && verdict.rights?.tradeDerivatives == true
        return asksFutures ? .ask(Self.futures) : .judge(verdict)
    }

    func rights(toldBy answers: [ProbeAnswer]) -> KeyRights? {
        answers.first { $0.call == Self.keyInfo }.flatMap { Self.data(in: $0.response) }.flatMap(Self.rights(in:))
    }

    private static func data(in response: ProbeResponse) -> JSON? {
        guard response.status == 200, response.json?["code"]?.codeText == "200000" else { return nil }
        return response.json?["data"]
    }

    private static func verdict(on keyInfo: ProbeResponse) -> ProbeVerdict {
        guard let data = data(in: keyInfo), let rights = rights(in: data) else { return failure(keyInfo) }
        if rights.read == false {
            return .failed([.missingRight], cure: "Allow \"General\" for the key on KuCoin's page.", rights: rights)
        }
        var warnings: [String] = []
        if data["apiVersion"]?.wholeNumber == 1 {
            warnings.append("This is a key of KuCoin's first version, with which Hummingbot may fail; make a new one.")
        }
        return .valid(rights, warnings: warnings)
    }

    private static func failure(_ response: ProbeResponse) -> ProbeVerdict {
        judgement.verdict(
            on: response, code: response.json?["code"]?.codeText, message: response.json?["msg"]?.stringValue)
    }

    private static func rights(in data: JSON) -> KeyRights? {
        guard let granted = data["permission"]?.stringValue?.commaSeparated, !granted.isEmpty else { return nil }
        var rights = KeyRights()
        rights.read = granted.contains("General")
        // Older keys have one right to trade for spot and margin.
        rights.tradeSpot = granted.contains("Spot") || granted.contains("Trade")
        rights.tradeDerivatives = granted.contains("Futures")
        rights.withdraw = granted.contains { $0.hasPrefix("Withdraw") }
        rights.transfer = granted.contains("InnerTransfer")
        rights.transferOut = granted.contains("Transfer")
        switch data["ipWhitelist"] {
        case nil, .null?: rights.addresses = .off
        case .string(let text)?: rights.addresses = text.commaSeparated.isEmpty ? .off : .on(text.commaSeparated)
        default: return nil
        }
        rights.created = data["createdAt"]?.integerValue.map { UnixTime(milliseconds: $0) }
        rights.isSubAccount = data["isMaster"]?.boolValue.map { !$0 }
        return rights
    }

    private static let judgement = AnswerJudgement(causes: [
        "400003": [.wrongKey], "400004": [.wrongPassphrase], "400005": [.wrongSecret], "400006": [.addressNotAllowed],
        "400007": [.missingRight], "400002": [.clockSkew], "400302": [.regionBlocked], "400303": [.regionBlocked],
        "411100": [.accountSuspended], "429000": [.rateLimited],
    ])

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let secret = credential.text("\(name)_secret_key")
        let time = String(stamp.time.milliseconds)
        let text = time + call.route.method.rawValue + call.target + call.body
        let passphrase = HMACSignature.sha256(credential.text("\(name)_passphrase"), key: secret)
        var request = ProbeRequest(
            call,
            headers: [
                "KC-API-KEY": credential.text("\(name)_api_key"),
                "KC-API-SIGN": Base64.text(HMACSignature.sha256(text, key: secret)), "KC-API-TIMESTAMP": time,
                "KC-API-PASSPHRASE": Base64.text(passphrase), "KC-API-KEY-VERSION": "2",
            ])
        if !call.body.isEmpty { request.headers.append(.init(name: "Content-Type", value: "application/json")) }
        return request
    }
}
