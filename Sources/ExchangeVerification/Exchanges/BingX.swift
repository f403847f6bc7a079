internal import Credentials
internal import OrderedJSON

/// BingX: HMAC-SHA256 of the sorted query, lower-case hex, as its last parameter.
///
/// `GET /openApi/v1/account/apiPermissions` tells the key's rights, in one of two forms; then the spot balance, which
/// Hummingbot itself asks for, shows that the market is open to the key.
///
/// Sources: BingX's documentation of its API ("Signature", "Query API key permissions", "Error codes").
struct BingXProbe: ExchangeProbe {
    static let all = [BingXProbe()]

    private static let host = "open-api.bingx.com"
    private static let permissions = ProbeCall(.get, host, "/openApi/v1/account/apiPermissions")
    private static let balance = ProbeCall(.get, host, "/openApi/spot/v1/account/balance")

    let connector = ConnectorName(constant: "bing_x")
    private let clock = ServerClock(ProbeCall(.get, host, "/openApi/swap/v2/server/time", isSigned: false)) {
        $0["data"]?["serverTime"]?.wholeNumber
    }

    let proof = ProbeProof(
        [.key, .secret, .rights],
        note: "BingX takes the signature, tells the key's rights, and shows the spot balance to it.")

    var routes: [ProbeCall.Route] { [Self.permissions.route, Self.balance.route] + [clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("bingx_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let last = answers.last else { return .ask(Self.permissions) }
        let json = last.response.json
        // The older form of the rights comes without a code.
        guard last.response.status == 200, let json, json["code"] == nil || json["code"]?.codeText == "0" else {
            return .judge(Self.verdict(on: last.response))
        }
        let rights = rights(toldBy: answers)
        if last.call == Self.balance {
            guard json["data"]?["balances"]?.arrayValue != nil else { return .judge(Self.verdict(on: last.response)) }
            return .judge(.valid(rights))
        }
        guard let rights else { return .judge(Self.verdict(on: last.response)) }
        if rights.read == false {
            return .judge(
                .failed([.missingRight], cure: "Allow \"Read\" for the key on BingX's page.", rights: rights))
        }
        return .ask(Self.balance)
    }

    func rights(toldBy answers: [ProbeAnswer]) -> KeyRights? {
        guard let answer = answers.first, answer.call == Self.permissions, answer.response.status == 200 else {
            return nil
        }
        return answer.response.json.flatMap(Self.rights(in:))
    }

    private static func rights(in json: JSON) -> KeyRights? {
        let data = json["data"] ?? json
        return newRights(in: data) ?? oldRights(in: data)
    }

    private static func newRights(in data: JSON) -> KeyRights? {
        guard let read = data["enableReading"]?.boolValue, let withdraw = data["enableWithdrawals"]?.boolValue,
            let spot = data["enableSpotAndMarginTrading"]?.boolValue
        else { return nil }
        var rights = KeyRights()
        (rights.read, rights.withdraw, rights.tradeSpot) = (read, withdraw, spot)
        rights.tradeDerivatives = data["enableFutures"]?.boolValue
        let transfers = ["enableInternalTransfer", "permitsUniversalTransfer"].compactMap { data[$0]?.boolValue }
        rights.transfer = transfers.isEmpty ? nil : transfers.contains(true)
        rights.addresses = data["ipRestrict"]?.boolValue.map { $0 ? .on([]) : .off }
        rights.created = data["createTime"]?.wholeNumber.map { UnixTime(milliseconds: $0) }
        return rights
    }

    /// Numbers for rights: 1 trades spot, 2 reads, 3 trades futures, 4 transfers, 5 withdraws.
    private static func oldRights(in data: JSON) -> KeyRights? {
        guard let values = data["permissions"]?.arrayValue, !values.isEmpty else { return nil }
        let granted = Set(values.compactMap(\.wholeNumber))
        guard values.allSatisfy({ $0.wholeNumber != nil }) else { return nil }
        var rights = KeyRights()
        (rights.read, rights.withdraw, rights.tradeSpot) = (
            granted.contains(2), granted.contains(5), granted.contains(1)
        )
        (rights.tradeDerivatives, rights.transfer) = (granted.contains(3), granted.contains(4))
        rights.addresses = data["ipAddresses"]?.texts.map { $0.isEmpty ? .off : .on($0) }
        return rights
    }

    // MARK: Failures

    private static let judgement = AnswerJudgement(causes: [
        "100413": [.wrongKey], "100001": [.wrongSecret], "100419": [.addressNotAllowed], "100004": [.missingRight],
        "100414": [.accountSuspended], "100421": [.clockSkew], "100410": [.rateLimited], "429": [.rateLimited],
    ])

    private static func verdict(on response: ProbeResponse) -> ProbeVerdict {
        judgement.verdict(
            on: response, code: response.json?["code"]?.codeText, message: response.json?["msg"]?.stringValue)
    }

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let time = "timestamp=\(stamp.time.milliseconds)"
        let query = SortedQuery.text(call.query.split(separator: "&").map(String.init) + [time])
        let signature = Hex.text(HMACSignature.sha256(query, key: credential.text("bingx_api_secret")))
        return ProbeRequest(
            call, query: query + "&signature=" + signature,
            headers: ["X-BX-APIKEY": credential.text("bingx_api_key")])
    }
}
