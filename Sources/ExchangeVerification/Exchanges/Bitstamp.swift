internal import Credentials
internal import OrderedJSON

/// Bitstamp: HMAC-SHA256 of key, method, address, a random identifier, time and body, lower-case hex, in a header.
///
/// `POST /api/v2/account_balances/`, which Hummingbot itself asks, proves the key and its right to read the balance. The
/// body is empty, and so no type of it is sent or signed.
///
/// Sources: Bitstamp's documentation ("API authentication", "Account balances", error codes).
struct BitstampProbe: ExchangeProbe {
    static let all = [BitstampProbe()]

    private static let host = "www.bitstamp.net"
    private static let balances = ProbeCall(.post, host, "/api/v2/account_balances/")

    let connector = ConnectorName(constant: "bitstamp")
    private let clock = ServerClock(ProbeCall(.get, host, "/api/v2/status/", isSigned: false)) {
        $0["server_time"]?.wholeNumber.map(ServerClock.milliseconds(ofAnyUnit:))
    }

    let proof = ProbeProof(
        [.key, .secret],
        note:
            "Bitstamp takes the signature and shows the balances. It does not tell what else a key may do: check on its "
            + "page that this one may trade and not withdraw.")

    var routes: [ProbeCall.Route] { [Self.balances.route] + [clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("bitstamp_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let answer = answers.last else { return .ask(Self.balances) }
        let json = answer.response.json
        guard answer.response.status == 200,
            json?.arrayValue?.allSatisfy({ $0["currency"]?.stringValue != nil }) == true
        else {
            return .judge(
                Self.judgement.verdict(
                    on: answer.response, code: (json?["code"] ?? json?["response_code"])?.codeText,
                    message: json?["reason"]?.stringValue ?? answer.response.words))
        }
        return .judge(.valid(nil))
    }

    private static let judgement = AnswerJudgement(
        causes: [
            "API0001": [.wrongKey], "API0008": [.wrongKey], "API0011": [.wrongKey], "API0005": [.wrongSecret],
            "API0002": [.addressNotAllowed], "API0003": [.missingRight], "API0006": [.accountSuspended],
            "API0009": [.accountSuspended], "API0004": [.nonceOutOfOrder], "API0017": [.clockSkew],
            "API0018": [.clockSkew], "400.002": [.rateLimited],
        ],
        cures: [
            "API0003": "Allow the key to read the account balance, and to trade, on Bitstamp's page.",
            "API0009": "Bitstamp lacks the account's FATCA information; log in on its page and fill it in.",
        ])

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let key = "BITSTAMP " + credential.text("bitstamp_api_key")
        let (nonce, time) = (Self.identifier(stamp.random), String(stamp.time.milliseconds))
        let type = call.body.isEmpty ? "" : "application/x-www-form-urlencoded"
        let text = [
            key, call.route.method.rawValue, call.route.host, call.target, type, nonce, time, "v2", call.body,
        ].joined()
        var request = ProbeRequest(
            call,
            headers: [
                "X-Auth": key, "X-Auth-Nonce": nonce, "X-Auth-Timestamp": time, "X-Auth-Version": "v2",
                "X-Auth-Signature": Hex.text(
                    HMACSignature.sha256(text, key: credential.text("bitstamp_api_secret"))),
            ])
        if !type.isEmpty { request.headers.append(.init(name: "Content-Type", value: type)) }
        return request
    }

    /// A random UUID (RFC 9562, version 4) of 16 bytes, in lower case.
    private static func identifier(_ random: [UInt8]) -> String {
        var bytes = Array((random + [UInt8](repeating: 0, count: 16)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let groups = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16]
        return groups.map { Hex.text(bytes[$0]) }.joined(separator: "-")
    }
}
