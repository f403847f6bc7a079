internal import Credentials
internal import OrderedJSON

/// Bitget: HMAC-SHA256 of time, method, path with query and body, base64, in a header; the passphrase goes along in clear.
///
/// `GET /api/v2/spot/account/info` tells the calling key's own rights, and is all that is asked for spot. It needs the
/// right to read spot, which a futures key may lack; the futures account, which Hummingbot itself asks for, then tells
/// whether the key works at all.
///
/// Sources: Bitget's documentation of API v2 ("Signature", "Get Account Information", "Get Account List", error codes).
struct BitgetProbe: ExchangeProbe {
    static let all = [BitgetProbe("bitget"), BitgetProbe("bitget_perpetual", isPerpetual: true)]

    private static let host = "api.bitget.com"
    private static let info = ProbeCall(.get, host, "/api/v2/spot/account/info")
    private static let futures = ProbeCall(
        .get, host, "/api/v2/mix/account/accounts", query: "productType=USDT-FUTURES")

    let connector: ConnectorName
    private let name: String
    private let isPerpetual: Bool
    private let clock = ServerClock(ProbeCall(.get, host, "/api/v2/public/time", isSigned: false)) {
        $0["data"]?["serverTime"]?.wholeNumber
    }

    private init(_ connector: StaticString, isPerpetual: Bool = false) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        self.isPerpetual = isPerpetual
    }

    var proof: ProbeProof {
        ProbeProof(
            [.key, .secret, .passphrase, .rights],
            note: "Bitget takes signature and passphrase and tells the key's rights"
                + (isPerpetual ? ", and opens the futures account to it." : "."))
    }

    var routes: [ProbeCall.Route] {
        [Self.info.route] + (isPerpetual ? [Self.futures.route] : []) + [clock.call.route]
    }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let last = answers.last else { return .ask(Self.info) }
        guard let data = Self.data(in: last.response) else {
            let verdict = Self.verdict(on: last.response)
            // Without the right to read spot, the rights stay in the dark; whether the key works does not.
            let isOnlyClosed = isPerpetual && last.call == Self.info && verdict.code == Self.noRight
            return isOnlyClosed ? .ask(Self.futures) : .judge(verdict)
        }
        guard last.call == Self.info else {
            guard data.arrayValue != nil else { return .judge(Self.verdict(on: last.response)) }
            return .judge(verdict(on: answers.first?.response))
        }
        guard let rights = Self.rights(in: data) else { return .judge(Self.verdict(on: last.response)) }
        // Without the rights for futures the account would be refused; that they are missing is already known.
        return isPerpetual && rights.tradeDerivatives == true
            ? .ask(Self.futures) : .judge(verdict(on: last.response))
    }

    func rights(toldBy answers: [ProbeAnswer]) -> KeyRights? {
        answers.first { $0.call == Self.info }.flatMap { Self.data(in: $0.response) }.flatMap(Self.rights(in:))
    }

    private static func data(in response: ProbeResponse) -> JSON? {
        guard response.status == 200, response.json?["code"]?.codeText == "00000" else { return nil }
        return response.json?["data"]
    }

    /// The verdict on a key that works, from the answer about its rights.
    private func verdict(on info: ProbeResponse?) -> ProbeVerdict {
        guard let data = info.flatMap(Self.data(in:)), let rights = Self.rights(in: data) else {
            return .failed(
                [.rightsUnknown], code: info?.json?["code"]?.codeText, message: info?.json?["msg"]?.stringValue,
                cure:
                    "The key works, but Bitget does not tell its rights: allow it to read spot. Or check on Bitget's page "
                    + "that it may not withdraw, then save it unverified.")
        }
        guard rights.withdraw != nil else {
            return .failed(
                [.rightsUnknown],
                cure:
                    "Bitget does not tell whether this older key may withdraw: make a new key. Or check on Bitget's page "
                    + "that it may not, then save it unverified.", rights: rights)
        }
        return .valid(rights)
    }

    private static func rights(in data: JSON) -> KeyRights? {
        guard let granted = data["authorities"]?.texts.map(Set.init), !granted.isEmpty else { return nil }
        // Older keys show one word for everything, which does not tell whether they may withdraw.
        let isOld = granted.contains("trade") || granted.contains("readonly")
        func mayAct(_ codes: String...) -> Bool { granted.contains("trade") || granted.isSuperset(of: codes) }
        var rights = KeyRights()
        rights.read = true
        rights.tradeSpot = mayAct("stow")
        rights.tradeDerivatives = mayAct("coow", "cpow")
        rights.withdraw = granted.contains("wwow") || granted.contains("withdraw") ? true : isOld ? nil : false
        rights.transfer = granted.contains("wtow") ? true : isOld ? nil : false
        switch data["ips"] {
        case .string(let text)?: rights.addresses = text.commaSeparated.isEmpty ? .off : .on(text.commaSeparated)
        case nil, .null?: break
        default: return nil
        }
        return rights
    }

    // MARK: Failures

    private static let judgement = AnswerJudgement(
        causes: [
            "40006": [.wrongKey], "40037": [.wrongKey], "40009": [.wrongSecret],
            "40012": [.wrongPassphrase, .wrongKey], "40011": [.wrongPassphrase], "40018": [.addressNotAllowed],
            noRight: [.missingRight], "40016": [.missingRight], "40031": [.accountSuspended],
            "40084": [.unusableByHummingbot, .missingRight], "40085": [.unusableByHummingbot, .missingRight],
            "40099": [.wrongEnvironment], "40005": [.clockSkew], "40008": [.clockSkew], "40010": [.exchangeUnavailable],
            "429": [.rateLimited],
        ],
        cures: [
            "40016": "Bind a phone or Google Authenticator to the Bitget account; Bitget wants that first.",
            "40084": unified, "40085": unified,
        ])

    private static let noRight = "40014"

    private static let unified =
        "Allow the key to read and to trade. If it may already, the account is a unified one, whose keys Hummingbot's calls "
        + "cannot use: switch it back to a classic one, or use another account."

    private static func verdict(on response: ProbeResponse) -> ProbeVerdict {
        judgement.verdict(
            on: response, code: response.json?["code"]?.codeText, message: response.json?["msg"]?.stringValue)
    }

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let time = String(stamp.time.milliseconds)
        let text = time + call.route.method.rawValue + call.target + call.body
        let signature = HMACSignature.sha256(text, key: credential.text("\(name)_secret_key"))
        return ProbeRequest(
            call,
            headers: [
                "ACCESS-KEY": credential.text("\(name)_api_key"), "ACCESS-SIGN": Base64.text(signature),
                "ACCESS-TIMESTAMP": time, "ACCESS-PASSPHRASE": credential.text("\(name)_passphrase"),
                "Content-Type": "application/json",
            ])
    }
}
