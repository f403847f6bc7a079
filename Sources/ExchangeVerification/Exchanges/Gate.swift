internal import Credentials
internal import Crypto
internal import OrderedJSON

/// Gate: HMAC-SHA512 of method, path, query, digest of the body and time in lines, lower-case hex, in a header.
///
/// The balance that Hummingbot asks for proves the key; `GET /account/detail` tells whose it is, which the perpetual
/// connector must know, and `GET /account/main_keys` the rights of the main account's keys, where the key is found by the
/// characters that Gate shows of it. Sub-accounts' keys and keys that may not read the account cannot ask that, and their
/// check stays inconclusive: that nothing is told does not mean that the key cannot withdraw.
///
/// Sources: Gate's documentation of API v4 ("APIv4 signed request requirements", "Get account detail", "Retrieve key
/// information").
struct GateProbe: ExchangeProbe {
    static let all = [
        GateProbe("gate_io", balance: "/api/v4/spot/accounts"),
        GateProbe("gate_io_perpetual", balance: "/api/v4/futures/usdt/accounts", isPerpetual: true),
    ]

    private static let host = "api.gateio.ws"
    private static let detail = ProbeCall(.get, host, "/api/v4/account/detail")
    private static let keys = ProbeCall(.get, host, "/api/v4/account/main_keys")
    private static let noFuturesAccount = "USER_NOT_FOUND"

    let connector: ConnectorName
    private let name: String
    private let balance: ProbeCall
    private let isPerpetual: Bool
    private let clock = ServerClock(ProbeCall(.get, host, "/api/v4/spot/time", isSigned: false)) {
        $0["server_time"]?.integerValue
    }

    private init(_ connector: StaticString, balance: String, isPerpetual: Bool = false) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        self.balance = ProbeCall(.get, Self.host, balance)
        self.isPerpetual = isPerpetual
    }

    var proof: ProbeProof {
        isPerpetual
            ? ProbeProof(
                [.key, .secret, .account, .rights],
                note:
                    "Gate takes the signature, shows the futures balance, names the user whose key it is, and tells the "
                    + "rights of a main account's keys; the check of a sub-account's stays inconclusive.")
            : ProbeProof(
                [.key, .secret, .rights],
                note:
                    "Gate takes the signature, shows the spot balance, and tells the rights of a main account's keys; the "
                    + "check of a sub-account's stays inconclusive."
            )
    }

    var routes: [ProbeCall.Route] {
        [balance.route, Self.keys.route] + (isPerpetual ? [Self.detail.route] : []) + [clock.call.route]
    }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let first = answers.first, let last = answers.last else { return .ask(balance) }
        switch last.call {
        case balance:
            guard isBalance(last.response) || hasNoFuturesAccount(last.response) else {
                return .judge(failure(last.response))
            }
            return .ask(isPerpetual ? Self.detail : Self.keys)
        case Self.detail:
            guard last.response.status == 200, let user = last.response.json?["user_id"]?.codeText else {
                return .judge(rightsFailure(last.response))
            }
            guard user == credential.text("\(name)_user_id") else {
                return .judge(
                    .failed(
                        [.wrongAccount],
                        cure:
                            "The key works, but it belongs to another user id than the one that was entered: copy the "
                            + "number under your name on Gate's account page."))
            }
            return .ask(Self.keys)
        default:
            guard last.response.status == 200, let json = last.response.json,
                Self.isList(json, of: "key") || json["key"]?.stringValue != nil
            else { return .judge(rightsFailure(last.response)) }
            return .judge(
                verdict(
                    on: json.arrayValue ?? [json], key: credential.text("\(name)_api_key"),
                    hasNoFuturesAccount: hasNoFuturesAccount(first.response), response: last.response))
        }
    }

    private func isBalance(_ response: ProbeResponse) -> Bool {
        guard response.status == 200, let json = response.json else { return false }
        return isPerpetual ? json["total"] != nil && json["available"] != nil : Self.isList(json, of: "currency")
    }

    /// The key is fine; the account has never held anything for futures.
    private func hasNoFuturesAccount(_ response: ProbeResponse) -> Bool {
        isPerpetual && response.json?["label"]?.stringValue == Self.noFuturesAccount
    }

    private func verdict(
        on keys: [JSON], key: String, hasNoFuturesAccount: Bool, response: ProbeResponse
    ) -> ProbeVerdict {
        let entries = keys.filter { Self.isMasked($0["key"]?.stringValue, key) }
        guard !entries.isEmpty else { return Self.unknownRights(code: nil, message: nil) }
        let all = entries.compactMap(Self.rights(in:))
        guard all.count == entries.count, let first = all.first else {
            return AnswerJudgement.verdict(byStatusOf: response, code: nil, message: nil)
        }
        let rights = all.dropFirst().reduce(first, Self.merged)
        var warnings: [String] = []
        if entries.contains(where: { $0["currency_pairs"]?.arrayValue?.isEmpty == false }) {
            warnings.append("The key may trade only some pairs, those of its list on Gate's page.")
        }
        if hasNoFuturesAccount {
            warnings.append(
                "The futures account was never used; move funds to it on Gate's page before a bot can trade.")
        }
        return .valid(rights, warnings: warnings)
    }

    /// Whether an answer is an array of nothing but objects with a text of that name.
    private static func isList(_ json: JSON?, of name: String) -> Bool {
        json?.arrayValue?.allSatisfy { $0[name]?.stringValue != nil } ?? false
    }

    /// Whether what Gate shows of a key, some characters and stars, can be the key.
    private static func isMasked(_ shown: String?, _ key: String) -> Bool {
        guard let shown, !shown.isEmpty else { return false }
        guard let star = shown.firstIndex(of: "*"), let lastStar = shown.lastIndex(of: "*") else { return shown == key }
        let (start, end) = (shown[..<star], shown[shown.index(after: lastStar)...])
        return !start.isEmpty && start.utf8.count + end.utf8.count <= key.utf8.count && key.hasPrefix(start)
            && key.hasSuffix(end)
    }

    private static func rights(in entry: JSON) -> KeyRights? {
        guard let permissions = entry["perms"]?.arrayValue else { return nil }
        var mayWrite: [String: Bool] = [:]
        for permission in permissions {
            guard let name = permission["name"]?.stringValue, let isReadOnly = permission["read_only"]?.boolValue else {
                return nil
            }
            mayWrite[name] = mayWrite[name, default: false] || !isReadOnly
        }
        var rights = KeyRights()
        rights.read = true
        rights.tradeSpot = mayWrite["spot"] == true
        rights.tradeDerivatives = mayWrite["futures"] == true
        rights.withdraw = mayWrite["withdraw"] == true
        rights.transfer = mayWrite["wallet"] == true
        if let addresses = entry["ip_whitelist"]?.texts { rights.addresses = addresses.isEmpty ? .off : .on(addresses) }
        rights.created = entry["created_at"]?.wholeNumber.map { UnixTime(seconds: $0) }
        rights.isSubAccount = false
        return rights
    }

    /// When two keys look the same, what either may do counts.
    private static func merged(_ left: KeyRights, _ right: KeyRights) -> KeyRights {
        var rights = left
        rights.tradeSpot = left.tradeSpot == true || right.tradeSpot == true
        rights.tradeDerivatives = left.tradeDerivatives == true || right.tradeDerivatives == true
        rights.withdraw = left.withdraw == true || right.withdraw == true
        rights.transfer = left.transfer == true || right.transfer == true
        if left.addresses != right.addresses { rights.addresses = nil }
        if left.created != right.created { rights.created = nil }
        return rights
    }

    // MARK: Failures

    private static let judgement = AnswerJudgement(causes: [
        "INVALID_KEY": [.wrongKey, .wrongEnvironment], "INVALID_CREDENTIALS": [.wrongKey],
        "AUTHENTICATION_FAILED": [.wrongKey], "INVALID_SIGNATURE": [.wrongSecret], "IP_FORBIDDEN": [.addressNotAllowed],
        "FORBIDDEN": [.missingRight], "READ_ONLY": [.missingRight], "ACCOUNT_LOCKED": [.accountSuspended],
        "SUB_ACCOUNT_LOCKED": [.accountSuspended], "REQUEST_EXPIRED": [.clockSkew], "TOO_FAST": [.rateLimited],
        "TOO_MANY_REQUESTS": [.rateLimited],
    ])

    private func failure(_ response: ProbeResponse) -> ProbeVerdict {
        let (label, message) = (response.json?["label"]?.stringValue, response.json?["message"]?.stringValue)
        if label == "FORBIDDEN", message?.lowercased().contains("whitelist") == true {
            return .failed([.addressNotAllowed], code: label, message: message)
        }
        return Self.judgement.verdict(on: response, code: label, message: message)
    }

    private func rightsFailure(_ response: ProbeResponse) -> ProbeVerdict {
        let verdict = failure(response)
        return verdict.causes == [.missingRight]
            ? Self.unknownRights(code: verdict.code, message: verdict.message) : verdict
    }

    /// The key works, but what it may do stays in the dark.
    private static func unknownRights(code: String?, message: String?) -> ProbeVerdict {
        .failed(
            [.rightsUnknown], code: code, message: message,
            cure: "The key works, but Gate does not tell its rights: allow it to read the account. A sub-account's key "
                + "cannot ask at all; check on Gate's page that it may not withdraw, then save it unverified.")
    }

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let time = String(stamp.time.seconds)
        let text = Self.text(call, time: time)
        let signature = HMACSignature.sha512(
            Array(text.utf8), key: Array(credential.text("\(name)_secret_key").utf8))
        return ProbeRequest(
            call,
            headers: [
                "KEY": credential.text("\(name)_api_key"), "Timestamp": time, "SIGN": Hex.text(signature),
                "Content-Type": "application/json",
            ])
    }

    /// What is signed; the time is in seconds since 1970, which may have a fraction.
    static func text(_ call: ProbeCall, time: String) -> String {
        let bodyDigest = Hex.text(SHA512.hash(data: Array(call.body.utf8)))
        return [call.route.method.rawValue, call.route.path, call.query, bodyDigest, time].joined(separator: "\n")
    }
}
