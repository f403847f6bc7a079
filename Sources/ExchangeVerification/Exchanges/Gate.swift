internal import Credentials
internal import Crypto
internal import OrderedJSON

/// Gate: HMAC-SHA512 of method, path, query, digest of the body and time in lines, lower-case hex, in a header.
///
/// `GET /spot/accounts`, which Hummingbot asks, proves the key; `GET /account/main_keys` tells the rights of the main
/// account's keys, where the key is found by the characters that Gate shows of it. Sub-accounts' keys and keys that may not
/// read the account cannot ask that, and their check stays inconclusive: that nothing is told does not mean that the key
/// cannot withdraw.
///
/// Sources: Gate's documentation of API v4 ("APIv4 signed request requirements", "Retrieve key information").
struct GateProbe: ExchangeProbe {
    static let all = [GateProbe()]

    private static let host = "api.gateio.ws"
    private static let balances = ProbeCall(.get, host, "/api/v4/spot/accounts")
    private static let keys = ProbeCall(.get, host, "/api/v4/account/main_keys")

    let connector = ConnectorName(constant: "gate_io")
    private let clock = ServerClock(ProbeCall(.get, host, "/api/v4/spot/time", isSigned: false)) {
        $0["server_time"]?.integerValue
    }

    let proof = ProbeProof(
        [.key, .secret, .rights],
        note: "Gate takes the signature, shows the spot balance, and tells the rights of a main account's keys.")

    var routes: [ProbeCall.Route] { [Self.balances.route, Self.keys.route] + [clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("gate_io_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let last = answers.last else { return .ask(Self.balances) }
        if last.call == Self.balances {
            guard last.response.status == 200, Self.isList(last.response.json, of: "currency") else {
                return .judge(failure(last.response))
            }
            return .ask(Self.keys)
        }
        guard last.response.status == 200, let json = last.response.json,
            Self.isList(json, of: "key") || json["key"]?.stringValue != nil
        else { return .judge(rightsFailure(last.response)) }
        let key = credential.text("gate_io_api_key")
        let entries = (json.arrayValue ?? [json]).filter { Self.isMasked($0["key"]?.stringValue, key) }
        guard !entries.isEmpty else { return .judge(Self.unknownRights(code: nil, message: nil)) }
        let all = entries.compactMap(Self.rights(in:))
        guard all.count == entries.count, let first = all.first else {
            return .judge(AnswerJudgement.verdict(byStatusOf: last.response, code: nil, message: nil))
        }
        let rights = all.dropFirst().reduce(first, Self.merged)
        var warnings: [String] = []
        if entries.contains(where: { $0["currency_pairs"]?.arrayValue?.isEmpty == false }) {
            warnings.append("The key may trade only some pairs, those of its list on Gate's page.")
        }
        return .judge(.valid(rights, warnings: warnings))
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
        .inconclusive(
            [.missingRight], code: code, message: message,
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
            Array(text.utf8), key: Array(credential.text("gate_io_secret_key").utf8))
        return ProbeRequest(
            call,
            headers: [
                "KEY": credential.text("gate_io_api_key"), "Timestamp": time, "SIGN": Hex.text(signature),
                "Content-Type": "application/json",
            ])
    }

    /// What is signed; the time is in seconds since 1970, which may have a fraction.
    static func text(_ call: ProbeCall, time: String) -> String {
        let bodyDigest = Hex.text(SHA512.hash(data: Array(call.body.utf8)))
        return [call.route.method.rawValue, call.route.path, call.query, bodyDigest, time].joined(separator: "\n")
    }
}
