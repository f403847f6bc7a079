internal import Credentials
internal import OrderedJSON

/// Bybit: HMAC-SHA256 of time, key, window and query or body, lower-case hex, in a header.
///
/// `GET /v5/user/query-api` is open to every key and tells all its rights, so it is the only request.
///
/// Sources: Bybit's documentation of API v5 ("Integration Guidance", "Get API Key Information", "Error Codes").
struct BybitProbe: ExchangeProbe {
    static let all = [
        BybitProbe("bybit", host: "api.bybit.com"), BybitProbe("bybit_testnet", host: "api-testnet.bybit.com"),
        BybitProbe("bybit_perpetual", host: "api.bybit.com", secret: "secret_key"),
        BybitProbe("bybit_perpetual_testnet", host: "api-testnet.bybit.com", secret: "secret_key"),
    ]

    let connector: ConnectorName
    private let name: String
    private let secretField: String
    private let keyInfo: ProbeCall
    /// How old a request may be when it arrives, in milliseconds.
    var window = 5000

    private init(_ connector: StaticString, host: String, secret: String = "api_secret") {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        secretField = "\(connector)_\(secret)"
        keyInfo = ProbeCall(.get, host, "/v5/user/query-api")
    }

    var routes: [ProbeCall.Route] { [keyInfo.route] + [clock.call.route] }

    private var clock: ServerClock {
        ServerClock(ProbeCall(.get, keyInfo.route.host, "/v5/market/time", isSigned: false)) { json in
            guard json["retCode"]?.integerValue == 0 else { return nil }
            return json["time"]?.integerValue ?? json["result"]?["timeSecond"]?.wholeNumber.map { $0 * 1000 }
        }
    }

    let proof = ProbeProof(
        [.key, .secret, .rights],
        note: "Bybit takes the signature and tells the key's rights; the balance is not asked.")

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        if credential.text(secretField).hasPrefix("-----BEGIN") {
            return .judge(
                .failed(
                    [.unusableByHummingbot],
                    cure: "Hummingbot cannot use RSA keys of Bybit: make a system-generated (HMAC) key."))
        }
        guard let answer = answers.last else { return .ask(keyInfo) }
        guard answer.response.status == 200, answer.response.json?["retCode"]?.integerValue == 0,
            let result = answer.response.json?["result"], let rights = Self.rights(in: result)
        else { return .judge(failure(answer.response)) }
        guard rights.withdraw != nil else {
            return .judge(
                .failed(
                    [.rightsUnknown],
                    cure:
                        "The key works, but Bybit does not tell whether it may withdraw: check on Bybit's page that it may "
                        + "not, then save it unverified.", rights: rights))
        }
        var warnings: [String] = []
        if result["uta"]?.wholeNumber == 0 {
            warnings.append(
                "The account is a classic one; upgrade it to a unified trading account, which Bybit's newer calls need."
            )
        }
        return .judge(.valid(rights, warnings: warnings))
    }

    private static func rights(in result: JSON) -> KeyRights? {
        guard let isReadOnly = result["readOnly"]?.wholeNumber, let permissions = result["permissions"]?.objectValue
        else { return nil }
        // A group of a wrong type must not pass for one without rights.
        guard permissions.members.allSatisfy({ $0.value.texts != nil || $0.value == .null }) else { return nil }
        func holds(_ group: String, _ rights: String...) -> Bool {
            let granted = permissions[group]?.texts ?? []
            return rights.allSatisfy(granted.contains)
        }
        let mayAct = isReadOnly == 0
        var rights = KeyRights()
        rights.read = true
        rights.tradeSpot = mayAct && holds("Spot", "SpotTrade")
        rights.tradeDerivatives =
            mayAct && (holds("ContractTrade", "Order", "Position") || holds("Derivatives", "DerivativesTrade"))
        // An answer without this group does not say that the key may not.
        if !mayAct {
            (rights.withdraw, rights.transfer) = (false, false)
        } else if let wallet = permissions["Wallet"]?.texts {
            rights.withdraw = wallet.contains("Withdraw")
            rights.transfer = wallet.contains("AccountTransfer") || wallet.contains("SubMemberTransfer")
        }
        if let addresses = result["ips"]?.texts?.filter({ $0 != "*" && !$0.isEmpty }) {
            rights.addresses = addresses.isEmpty ? .off : .on(addresses)
        }
        rights.created = result["createdAt"]?.stringValue.flatMap(UnixTime.init(iso8601:))
        // Where nothing runs out, the date is in 1970 or the days are negative.
        let days = result["deadlineDay"]?.wholeNumber ?? 0
        rights.expires = result["expiredAt"]?.stringValue.flatMap(UnixTime.init(iso8601:)).flatMap {
            $0.seconds > 400 * 86_400 && days >= 0 ? $0 : nil
        }
        rights.isSubAccount = result["isMaster"]?.boolValue.map { !$0 }
        return rights
    }

    // MARK: Failures

    private static let judgement = AnswerJudgement(
        causes: [
            "10003": [.wrongKey, .wrongEnvironment], "10007": [.wrongKey], "10004": [.wrongSecret],
            "10005": [.missingRight], "10010": [.addressNotAllowed], "33004": [.expired], "-2015": [.expired],
            "10008": [.accountSuspended], "10028": [.unusableByHummingbot], "10002": [.clockSkew],
            "10006": [.rateLimited], "10018": [.rateLimited],
            "10009": [.regionBlocked], "10024": [.regionBlocked],
        ],
        cures: [
            "10028": "Upgrade the account to a unified trading account on Bybit's page; Hummingbot needs one.",
            "10003":
                "Copy the API key once more, and check that it was made on this network: main network, testnet and "
                + "demo trading have keys of their own, and keys of Bybit's regional sites do not work with Hummingbot.",
        ])

    private func failure(_ response: ProbeResponse) -> ProbeVerdict {
        Self.judgement.verdict(
            on: response, code: response.json?["retCode"]?.codeText, message: response.json?["retMsg"]?.stringValue)
    }

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let key = credential.text("\(name)_api_key")
        let time = String(stamp.time.milliseconds)
        let text = time + key + String(window) + (call.route.method == .get ? call.query : call.body)
        return ProbeRequest(
            call,
            headers: [
                "X-BAPI-API-KEY": key, "X-BAPI-TIMESTAMP": time, "X-BAPI-RECV-WINDOW": String(window),
                "X-BAPI-SIGN-TYPE": "2",
                "X-BAPI-SIGN": Hex.text(HMACSignature.sha256(text, key: credential.text(secretField))),
            ])
    }
}
