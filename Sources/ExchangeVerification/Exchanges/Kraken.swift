internal import Credentials
internal import Crypto
internal import OrderedJSON

/// Kraken: HMAC-SHA512, under the decoded secret, of path and SHA-256 of nonce and body, base64, in a header.
///
/// `POST /0/private/GetApiKeyInfo` needs no right and tells all rights, so it is the only request: each one raises the
/// key's nonce. The nonce is this machine's time in whole seconds, as Hummingbot counts; see ``NonceRule``. A wrong key or
/// signature is never tried again, because Kraken locks keys out for that.
///
/// Sources: Kraken's documentation ("Spot REST Authentication", "Get API Key Info", "API error messages").
struct KrakenProbe: ExchangeProbe {
    static let all = [KrakenProbe()]

    private static let keyInfo = ProbeCall(.post, "api.kraken.com", "/0/private/GetApiKeyInfo")
    private static let secretByteCount = 64
    /// More digits than a nonce in seconds has for the next 200 years.
    private static let fineNonceDigits = 11

    let connector = ConnectorName(constant: "kraken")
    private let clock = ServerClock(
        ProbeCall(.get, "api.kraken.com", "/0/public/Time", isSigned: false)
    ) { json in
        // Half a second more, because the rest of the second is cut off.
        json["result"]?["unixtime"]?.integerValue.flatMap {
            let (product, isTooLarge) = $0.multipliedReportingOverflow(by: 1000)
            return isTooLarge ? nil : product + 500
        }
    }

    let nonceRule = NonceRule.wholeSeconds
    let proof = ProbeProof([.key, .secret, .rights], note: "Kraken takes the signature and tells the key's rights.")

    var routes: [ProbeCall.Route] { [Self.keyInfo.route] + [clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("kraken_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard Base64.bytes(credential.text("kraken_secret_key"))?.count == Self.secretByteCount else {
            return .judge(
                .failed(
                    [.wrongSecret],
                    cure: "Enter Kraken's private key whole: it is 88 characters of base64 and ends with ==."))
        }
        guard let answer = answers.last else { return .ask(Self.keyInfo) }
        let json = answer.response.json
        let errors = json?["error"]?.texts
        if answer.response.status == 200, errors?.isEmpty == true, let result = json?["result"],
            let granted = result["permissions"]?.texts
        {
            return .judge(verdict(on: result, granted: granted))
        }
        let code = errors?.first
        if code == Self.invalidNonce, answers.count == 1 { return .ask(Self.keyInfo, after: .seconds(2)) }
        return .judge(Self.judgement.verdict(on: answer.response, code: code, message: errors?.joined(separator: ", ")))
    }

    private func verdict(on result: JSON, granted: [String]) -> ProbeVerdict {
        var rights = KeyRights()
        rights.read = granted.contains("query-funds")
        rights.tradeSpot = granted.contains("modify-trades") && granted.contains("close-trades")
        rights.withdraw = granted.contains("withdraw-funds")
        if let addresses = result["ipAllowlist"]?.texts { rights.addresses = addresses.isEmpty ? .off : .on(addresses) }
        rights.created = Self.time(result["createdTime"])
        rights.expires = Self.time(result["validUntil"])
        if rights.read == false {
            return .failed(
                [.missingRight], cure: "Allow \"Query Funds\" for the key on Kraken's page.", rights: rights)
        }
        let needed: KeyValuePairs = [
            "query-open-trades": "Query open orders & trades", "query-closed-trades": "Query closed orders & trades",
            "create-ws-token": "WebSocket interface",
        ]
        var warnings = needed.filter { !granted.contains($0.key) }.map { Warnings.missing($0.value) }
        if granted.contains("add-withdraw-address") || granted.contains("update-withdraw-address") {
            warnings.append("The key may change the addresses for withdrawals. A bot does not need that.")
        }
        if let nonce = result["nonce"]?.codeText, nonce.utf8.count >= Self.fineNonceDigits {
            warnings.append(
                "Another program has used this key with finer request numbers than Hummingbot's, which Kraken may refuse; "
                    + "give Hummingbot a key of its own.")
        }
        return .valid(rights, warnings: warnings)
    }

    /// Seconds since 1970 as a text; `0` stands for never.
    private static func time(_ value: JSON?) -> UnixTime? {
        value?.wholeNumber.flatMap { $0 > 0 ? UnixTime(seconds: $0) : nil }
    }

    // MARK: Failures

    private static let invalidNonce = "EAPI:Invalid nonce"

    private static let judgement = AnswerJudgement(
        causes: [
            "EAPI:Invalid key": [.wrongKey, .expired], "EAPI:Invalid signature": [.wrongSecret],
            invalidNonce: [.nonceOutOfOrder], "EGeneral:Permission denied": [.missingRight],
            "EAPI:Invalid permissions": [.missingRight], "EAPI:Rate limit exceeded": [.rateLimited],
            "EGeneral:Too many requests": [.rateLimited],
            "EAuth:Rate limit exceeded": [.rateLimited], "EAuth:Too many requests": [.rateLimited],
            "EAuth:Account temporary disabled": [.accountSuspended], "EAuth:Account unconfirmed": [.accountSuspended],
            "EGeneral:Temporary lockout": [.rateLimited],
            "EService:Unavailable": [.exchangeUnavailable], "EService:Busy": [.exchangeUnavailable],
            "EService:Timeout": [.exchangeUnavailable],
        ],
        cures: [
            "EAPI:Invalid key":
                "Copy the API key once more and check on Kraken's page that it exists, has not expired, "
                + "and, if it is bound to IP addresses, that this machine's is among them.",
            invalidNonce:
                "Stop other programs that use this key and try again. If it was ever used with another program "
                + "than Hummingbot, make a key for Hummingbot alone: Kraken then expects higher request numbers.",
            "EGeneral:Temporary lockout":
                "Kraken has locked the key out for a while after failed logins; wait 15 minutes.",
        ])

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        guard let secret = Base64.bytes(credential.text("kraken_secret_key")) else { throw UnusableSecret() }
        let nonce = String(stamp.nonce)
        let body = "nonce=" + nonce + (call.body.isEmpty ? "" : "&" + call.body)
        let digest = SHA256.hash(data: Array((nonce + body).utf8))
        let signature = HMACSignature.sha512(Array(call.route.path.utf8) + Array(digest), key: secret)
        return ProbeRequest(
            call, body: body,
            headers: [
                "API-Key": credential.text("kraken_api_key"), "API-Sign": Base64.text(signature),
                "Content-Type": "application/x-www-form-urlencoded",
            ])
    }
}
