internal import Credentials
internal import OrderedJSON

/// BitMart: HMAC-SHA256 of time, memo and query or body, lower-case hex, in a header.
///
/// The balances, which Hummingbot asks for, are told to whoever knows the key: BitMart does not look at their signature.
/// So what is asked here are the open orders, or the list of transfers of the futures account; both are signed reads.
///
/// Sources: BitMart's documentation ("Authentication", "Error Code") and its Python library, which marks what is signed.
struct BitMartProbe: ExchangeProbe {
    static let all = [
        BitMartProbe(
            "bitmart", secret: "secret_key",
            orders: ProbeCall(
                .post, "api-cloud.bitmart.com", "/spot/v4/query/open-orders", body: #"{"orderMode":"spot","limit":1}"#)),
        BitMartProbe(
            "bitmart_perpetual", secret: "api_secret",
            orders: ProbeCall(
                .post, "api-cloud-v2.bitmart.com", "/account/v1/transfer-contract-list", body: #"{"page":1,"limit":10}"#
            )),
    ]

    let connector: ConnectorName
    private let name: String
    private let secretField: String
    private let orders: ProbeCall

    private init(_ connector: StaticString, secret: String, orders: ProbeCall) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        secretField = "\(connector)_\(secret)"
        self.orders = orders
    }

    let proof = ProbeProof(
        [.key, .secret, .passphrase],
        note:
            "BitMart takes a signature of key, secret and memo. It does not tell what a key may do: check on its page "
            + "that this one may trade and not withdraw.")

    var routes: [ProbeCall.Route] { [orders.route] + [clock.call.route] }

    private var clock: ServerClock {
        ServerClock(ProbeCall(.get, orders.route.host, "/system/time", isSigned: false)) {
            $0["data"]?["server_time"]?.wholeNumber
        }
    }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let answer = answers.last else { return .ask(orders) }
        let json = answer.response.json
        let data = json?["data"]
        guard answer.response.status == 200, json?["code"]?.wholeNumber == 1000,
            data?.arrayValue != nil || data?.objectValue != nil
        else {
            return .judge(
                Self.judgement.verdict(
                    on: answer.response, code: json?["code"]?.codeText,
                    message: (json?["message"] ?? json?["msg"])?.stringValue)
            )
        }
        return .judge(.valid(nil))
    }

    private static let judgement = AnswerJudgement(
        causes: [
            "30002": [.wrongKey], "30003": [.accountSuspended], "30005": [.wrongSecret, .wrongPassphrase],
            "30010": [.addressNotAllowed], "30011": [.expired], "30012": [.missingRight], "30019": [.missingRight],
            "30007": [.clockSkew], "30008": [.clockSkew], "30013": [.rateLimited], "30017": [.rateLimited],
            "30014": [.exchangeUnavailable], "30016": [.exchangeUnavailable],
        ],
        cures: [
            "30003": "BitMart has frozen this key; ask its support why, or make a new one.",
            "30005":
                "Enter secret and memo once more: BitMart does not tell which of them is wrong. The memo is the one that was "
                + "chosen when the key was made.",
        ])

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let time = String(stamp.time.milliseconds)
        let parameters = call.route.method == .get ? call.query : call.body
        let text = [time, credential.text("\(name)_memo"), parameters].joined(separator: "#")
        var request = ProbeRequest(
            call,
            headers: [
                "X-BM-KEY": credential.text("\(name)_api_key"), "X-BM-TIMESTAMP": time,
                "X-BM-SIGN": Hex.text(HMACSignature.sha256(text, key: credential.text(secretField))),
            ])
        if !call.body.isEmpty { request.headers.append(.init(name: "Content-Type", value: "application/json")) }
        return request
    }
}
