internal import Credentials
internal import OrderedJSON

/// Binance: HMAC-SHA256 of query and body, lower-case hex, as their last parameter.
///
/// `GET /sapi/v1/account/apiRestrictions` tells the key's rights, then the account that Hummingbot itself asks for shows
/// that the connector's market is open to the key. The futures testnet has no `/sapi` and so tells no rights.
///
/// Sources: Binance's documentation ("SIGNED endpoint security", "Error codes", "Get API Key Permission").
struct BinanceProbe: ExchangeProbe {
    static let all = [
        BinanceProbe("binance", account: .init(.get, "api.binance.com", "/api/v3/account"), list: "balances"),
        BinanceProbe(
            "binance_perpetual", account: .init(.get, "fapi.binance.com", "/fapi/v2/account"), list: "assets",
            isPerpetual: true),
        BinanceProbe(
            "binance_perpetual_testnet", account: .init(.get, "testnet.binancefuture.com", "/fapi/v2/account"),
            list: "assets", isPerpetual: true, tellsRights: false),
    ]

    private static let restrictions = ProbeCall(.get, "api.binance.com", "/sapi/v1/account/apiRestrictions")

    let connector: ConnectorName
    private let name: String
    private let account: ProbeCall
    /// The array that only an account's own description has.
    private let list: String
    private let isPerpetual: Bool
    private let tellsRights: Bool

    private init(
        _ connector: StaticString, account: ProbeCall, list: String, isPerpetual: Bool = false, tellsRights: Bool = true
    ) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        self.account = account
        self.list = list
        self.isPerpetual = isPerpetual
        self.tellsRights = tellsRights
    }

    var routes: [ProbeCall.Route] {
        (tellsRights ? [Self.restrictions.route] : []) + [account.route]
            + [clock.call.route]
    }

    private var clock: ServerClock {
        let path = isPerpetual ? "/fapi/v1/time" : "/api/v3/time"
        return ServerClock(ProbeCall(.get, account.route.host, path, isSigned: false)) {
            $0["serverTime"]?.integerValue
        }
    }

    var proof: ProbeProof {
        tellsRights
            ? ProbeProof(
                [.key, .secret, .rights],
                note: "Binance takes the signature, tells the key's rights, and opens the account of this market to it."
            )
            : ProbeProof([.key, .secret], note: "The testnet takes the signature; it does not tell a key's rights.")
    }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        if credential.text("\(name)_api_secret").hasPrefix("-----BEGIN") {
            return .judge(
                .failed(
                    [.unusableByHummingbot],
                    cure: "Hummingbot cannot use Ed25519 and RSA keys of Binance: make a system-generated (HMAC) key."))
        }
        guard let last = answers.last else { return .ask(tellsRights ? Self.restrictions : account) }
        guard last.response.status == 200, let json = last.response.json else { return .judge(failure(last)) }
        let rights = rights(toldBy: answers)
        if last.call == account {
            guard json[list]?.arrayValue != nil else { return .judge(failure(last)) }
            return .judge(.valid(rights, warnings: warnings(toldBy: answers)))
        }
        guard let rights else { return .judge(failure(last)) }
        if rights.read == false {
            return .judge(
                .failed(
                    [.missingRight], cure: "Allow \"Enable Reading\" for the key on Binance's page.", rights: rights))
        }
        // Without futures the account would be refused; that the right is missing is already known.
        return isPerpetual && rights.tradeDerivatives == false ? .judge(.valid(rights)) : .ask(account)
    }

    func rights(toldBy answers: [ProbeAnswer]) -> KeyRights? {
        guard let answer = answers.first, answer.call == Self.restrictions, answer.response.status == 200,
            let json = answer.response.json, var rights = Self.rights(in: json)
        else { return nil }
        // Only the right to trade spot and margin runs out; futures are traded all the same, and so is the key.
        if let end = Self.endOfTrading(in: json), !isPerpetual {
            if end > answer.time { rights.expires = end } else { rights.tradeSpot = false }
        }
        return rights
    }

    private func warnings(toldBy answers: [ProbeAnswer]) -> [String] {
        guard !isPerpetual, let answer = answers.first, answer.call == Self.restrictions,
            let end = answer.response.json.flatMap(Self.endOfTrading(in:)), end <= answer.time
        else { return [] }
        return [
            "The key's right to trade spot ended on \(end.description.prefix(10)): renew it on Binance's page, and bind the "
                + "key to this machine's IP address so that it stays."
        ]
    }

    /// Binance takes the right to trade spot and margin from keys without a list of addresses after a while.
    private static func endOfTrading(in json: JSON) -> UnixTime? {
        json["tradingAuthorityExpirationTime"]?.integerValue.flatMap { $0 > 0 ? UnixTime(milliseconds: $0) : nil }
    }

    private static func rights(in json: JSON) -> KeyRights? {
        guard let read = json["enableReading"]?.boolValue, let withdraw = json["enableWithdrawals"]?.boolValue,
            let spot = json["enableSpotAndMarginTrading"]?.boolValue, let isBound = json["ipRestrict"]?.boolValue
        else { return nil }
        var rights = KeyRights()
        (rights.read, rights.withdraw, rights.tradeSpot) = (read, withdraw, spot)
        rights.tradeDerivatives = json["enableFutures"]?.boolValue
        let transfers = ["enableInternalTransfer", "permitsUniversalTransfer"].compactMap { json[$0]?.boolValue }
        rights.transfer = transfers.isEmpty ? nil : transfers.contains(true)
        rights.addresses = isBound ? .on([]) : .off
        rights.created = json["createTime"]?.integerValue.map { UnixTime(milliseconds: $0) }
        return rights
    }

    // MARK: Failures

    private static let invalidAccount =
        "Binance does not take the account of this key: check on its page that the account is open, for futures that the "
        + "futures account is, and that the key may trade there; if all that is so, ask its support."

    private func failure(_ answer: ProbeAnswer) -> ProbeVerdict {
        let json = answer.response.json
        return judgement(isAfterRights: answer.call == account && tellsRights)
            .verdict(on: answer.response, code: json?["code"]?.codeText, message: json?["msg"]?.stringValue)
    }

    private func judgement(isAfterRights: Bool) -> AnswerJudgement {
        // A futures key of the other network is unknown here, and Binance says so in the same words.
        let otherNetwork: [VerificationCause] = isPerpetual ? [.wrongEnvironment] : []
        return AnswerJudgement(
            causes: [
                // Once the key has told its rights, it is known and its address is allowed there.
                "-2015": isAfterRights
                    ? [.missingRight, .addressNotAllowed]
                    : [.wrongKey, .addressNotAllowed, .missingRight] + otherNetwork,
                "-2014": [.wrongKey] + otherNetwork, "-2008": [.wrongKey] + otherNetwork,
                "-4056": [.wrongKey], "-4057": [.wrongKey], "-1109": [.accountSuspended, .missingRight],
                "-1022": [.wrongSecret], "-1021": [.clockSkew], "-1002": [.missingRight], "-1003": [.rateLimited],
            ], cures: ["-1109": Self.invalidAccount])
    }

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let signed = try SignedParameters(call, adding: "timestamp=\(stamp.time.milliseconds)") { text in
            Hex.text(HMACSignature.sha256(text, key: credential.text("\(name)_api_secret")))
        }
        return ProbeRequest(
            call, query: signed.query, body: signed.body,
            headers: ["X-MBX-APIKEY": credential.text("\(name)_api_key")])
    }
}
