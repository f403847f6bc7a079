internal import Credentials
internal import OrderedJSON

/// HTX: HMAC-SHA256 of method, host, path and sorted query in lines, base64, as the query's last parameter.
///
/// `GET /v1/account/accounts`, which Hummingbot asks first, proves the key. Then `GET /v2/user/uid` and
/// `GET /v2/user/api-key` tell the rights of a main user's keys; keys of sub-users cannot ask that, and their check stays
/// inconclusive: that nothing is told does not mean that the key cannot withdraw.
///
/// Sources: HTX's documentation ("Authentication", "Get all Accounts of the Current User", "Get UID", "API key query").
struct HTXProbe: ExchangeProbe {
    static let all = [HTXProbe()]

    private static let host = "api.huobi.pro"
    private static let accounts = ProbeCall(.get, host, "/v1/account/accounts")
    private static let user = ProbeCall(.get, host, "/v2/user/uid")
    private static let keyPath = "/v2/user/api-key"
    private static let dayMilliseconds = 86_400_000

    let connector = ConnectorName(constant: "htx")
    private let clock = ServerClock(ProbeCall(.get, host, "/v1/common/timestamp", isSigned: false)) {
        $0["data"]?.wholeNumber
    }

    let proof = ProbeProof(
        [.key, .secret, .rights],
        note: "HTX takes the signature, lists the accounts, and tells the rights of a main user's keys; the "
            + "check of a sub-user's stays inconclusive.")

    var routes: [ProbeCall.Route] {
        [Self.accounts.route, Self.user.route, Self.keys(of: "").route] + [clock.call.route]
    }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("htx_api_key") }

    /// The key itself joins the query when the request is put together.
    private static func keys(of user: String) -> ProbeCall {
        ProbeCall(.get, host, keyPath, query: "uid=" + PercentEncoding.text(user))
    }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let last = answers.last else { return .ask(Self.accounts) }
        let json = last.response.status == 200 ? last.response.json : nil
        switch last.call.route.path {
        case Self.accounts.route.path:
            guard json?["status"]?.stringValue == "ok", json?["data"]?.arrayValue != nil else {
                return .judge(Self.failure(last.response))
            }
            return .ask(Self.user)
        case Self.user.route.path:
            guard json?["code"]?.wholeNumber == 200, let user = json?["data"]?.codeText else {
                return .judge(Self.rightsFailure(last.response))
            }
            return .ask(Self.keys(of: user))
        default:
            guard json?["code"]?.wholeNumber == 200, let entries = json?["data"]?.arrayValue else {
                return .judge(Self.rightsFailure(last.response))
            }
            guard let entry = entries.first else { return .judge(Self.unknownRights(code: nil, message: nil)) }
            return .judge(
                Self.verdict(on: entry, at: last.time, accounts: answers.first?.response.json)
                    ?? Self.failure(last.response))
        }
    }

    private static func verdict(on entry: JSON, at time: UnixTime, accounts: JSON?) -> ProbeVerdict? {
        guard let granted = entry["permission"]?.stringValue?.commaSeparated, !granted.isEmpty else { return nil }
        var rights = KeyRights()
        rights.read = true
        rights.tradeSpot = granted.contains("trade")
        rights.withdraw = granted.contains("withdraw")
        rights.addresses = entry["ipAddresses"]?.stringValue.map {
            $0.commaSeparated.isEmpty ? .off : .on($0.commaSeparated)
        }
        rights.created = entry["createTime"]?.wholeNumber.map { UnixTime(milliseconds: $0) }
        rights.isSubAccount = false
        if entry["status"]?.stringValue == "expired" { return .failed([.expired], rights: rights) }
        // Whole days, or -1 for ever. A key that is normal and has none left still has the rest of one.
        rights.expires = entry["validDays"]?.wholeNumber.flatMap { days -> UnixTime? in
            let (left, isTooLong) = max(days, 1).multipliedReportingOverflow(by: dayMilliseconds)
            return days < 0 || isTooLong ? nil : time.advanced(by: left)
        }
        var warnings: [String] = []
        let hasSpotAccount = accounts?["data"]?.arrayValue?.contains {
            $0["type"]?.stringValue == "spot" && $0["state"]?.stringValue == "working"
        }
        if hasSpotAccount != true {
            warnings.append("HTX lists no working spot account, which this connector needs; open it on HTX's page.")
        }
        return .valid(rights, warnings: warnings)
    }

    // MARK: Failures

    /// HTX gives one code for whatever is wrong with a signature, and tells in words which it is.
    private static let signatureWords: KeyValuePairs<String, [VerificationCause]> = [
        "incorrect access key": [.wrongKey], "verification failure": [.wrongSecret],
        "invalid submission time": [.clockSkew], "incorrect time format": [.clockSkew],
        "ip address": [.addressNotAllowed], "no permission": [.missingRight],
        "abnormal account": [.expired, .accountSuspended], "expired": [.expired],
    ]

    private static let judgement = AnswerJudgement(causes: [
        "api-signature-not-valid": [.wrongKey, .wrongSecret, .addressNotAllowed, .expired],
        "1003": [.wrongSecret, .wrongKey], "1002": [.missingRight],
        "base-request-exceed-frequency-limit": [.rateLimited], "gateway-internal-error": [.exchangeUnavailable],
    ])

    private static func failure(_ response: ProbeResponse) -> ProbeVerdict {
        let json = response.json
        let code = (json?["err-code"] ?? json?["code"])?.codeText
        let message = (json?["err-msg"] ?? json?["message"])?.stringValue
        if code == "api-signature-not-valid" || code == "1003", let message {
            let words = message.lowercased()
            for (phrase, causes) in signatureWords where words.contains(phrase) {
                return .failed(causes, code: code, message: message)
            }
        }
        return judgement.verdict(on: response, code: code, message: message)
    }

    private static func rightsFailure(_ response: ProbeResponse) -> ProbeVerdict {
        let verdict = failure(response)
        // The key itself was taken a moment ago, so a refusal without a known reason is about this question.
        let isRefusal = response.status == 200 && verdict.code != nil && verdict.causes == [.exchangeUnavailable]
        return verdict.causes == [.missingRight] || isRefusal
            ? unknownRights(code: verdict.code, message: verdict.message) : verdict
    }

    /// The key works, but what it may do stays in the dark.
    private static func unknownRights(code: String?, message: String?) -> ProbeVerdict {
        .failed(
            [.rightsUnknown], code: code, message: message,
            cure:
                "The key works, but HTX does not tell its rights, as it does not to a sub-user's key: check on HTX's page "
                + "that it may not withdraw, then save it unverified.")
    }

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let key = PercentEncoding.text(credential.text("htx_api_key"))
        var parameters = call.query.split(separator: "&").map(String.init)
        if call.route.path == Self.keyPath, !call.query.isEmpty { parameters.append("accessKey=" + key) }
        let time = PercentEncoding.text(String(stamp.time.description.dropLast()))
        parameters += [
            "AccessKeyId=" + key, "SignatureMethod=HmacSHA256", "SignatureVersion=2", "Timestamp=" + time,
        ]
        let query = SortedQuery.text(parameters)
        let text = [call.route.method.rawValue, call.route.host, call.route.path, query].joined(separator: "\n")
        let signature = Base64.text(HMACSignature.sha256(text, key: credential.text("htx_secret_key")))
        return ProbeRequest(call, query: query + "&Signature=" + PercentEncoding.text(signature))
    }
}
