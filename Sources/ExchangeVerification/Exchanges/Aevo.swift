internal import Credentials
internal import OrderedJSON
internal import WalletKeys

/// Aevo: HMAC-SHA256 of key, time, method, path and body with commas, lower-case hex, in a header.
///
/// `GET /account` proves the API key and tells the account's address and its registered signing keys, so that the signing
/// key, which never leaves this machine, is checked by its address.
///
/// Sources: Aevo's documentation ("Authentication", "GET /account").
struct AevoProbe: ExchangeProbe {
    static let all = [
        AevoProbe("aevo_perpetual", host: "api.aevo.xyz"),
        AevoProbe("aevo_perpetual_testnet", host: "api-testnet.aevo.xyz"),
    ]

    let connector: ConnectorName
    private let name: String
    private let account: ProbeCall

    private init(_ connector: StaticString, host: String) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        account = ProbeCall(.get, host, "/account")
    }

    let proof = ProbeProof(
        [.key, .secret, .address],
        note:
            "Aevo takes the signature and names the account's address and its signing keys, among which the address of "
            + "the entered one is looked for.")

    var routes: [ProbeCall.Route] { [account.route] + [clock.call.route] }

    private var clock: ServerClock {
        ServerClock(ProbeCall(.get, account.route.host, "/time", isSigned: false)) {
            $0["timestamp"]?.wholeNumber.map(ServerClock.milliseconds(ofAnyUnit:))
        }
    }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let signer = try? EthereumPrivateKey(hex: credential.text("\(name)_signing_key")).address else {
            return .judge(.failed([.wrongSecret], cure: VerificationCause.privateKeyForm))
        }
        guard let address = EthereumAddress(credential.text("\(name)_account_address")) else {
            return .judge(.failed([.wrongAddress], cure: "Enter the account's address: 0x and 40 hex digits."))
        }
        guard let answer = answers.last else { return .ask(account) }
        guard answer.response.status == 200, let json = answer.response.json,
            let owner = json["account"]?.stringValue.flatMap(EthereumAddress.init)
        else { return .judge(Self.failure(answer.response)) }
        guard owner == address else {
            return .judge(
                .failed(
                    [.wrongAddress],
                    cure:
                        "The API key belongs to another account; enter the address of the wallet with which it was made."
                ))
        }
        return .judge(Self.verdict(on: json, signer: signer, apiKey: credential.text("\(name)_api_key")))
    }

    private static func verdict(on json: JSON, signer: EthereumAddress, apiKey: String) -> ProbeVerdict {
        var rights = KeyRights()
        rights.read = true
        let key = json["api_keys"]?.arrayValue?.first { $0["api_key"]?.stringValue == apiKey }
        rights.tradeDerivatives = key?["read_only"]?.boolValue.map { !$0 }
        let signingKeys = json["signing_keys"]?.arrayValue
        let addresses = signingKeys?.compactMap { $0["signing_key"]?.stringValue.flatMap(EthereumAddress.init) }
        guard let signingKeys, addresses?.count == signingKeys.count else {
            return .valid(
                rights,
                warnings: ["The signing key could not be checked: Aevo's answer does not list the signing keys."])
        }
        let entry = signingKeys.first { $0["signing_key"]?.stringValue.flatMap(EthereumAddress.init) == signer }
        guard let entry else {
            return .failed(
                [.wrongSecret],
                cure:
                    "The API key works, but the signing key is not registered for this account: enter the one that Aevo "
                    + "showed with it, or make a new one.", rights: rights)
        }
        rights.expires = entry["expiry"]?.wholeNumber.flatMap {
            $0 > 0 ? UnixTime(milliseconds: ServerClock.milliseconds(ofAnyUnit: $0)) : nil
        }
        return .valid(rights)
    }

    // MARK: Failures

    private static let judgement = AnswerJudgement(causes: [
        "INVALID_API_KEY": [.wrongKey, .wrongEnvironment], "INVALID_SIGNATURE": [.wrongSecret],
        "UNAUTHORIZED": [.wrongKey, .missingRight, .clockSkew],
    ])

    private static func failure(_ response: ProbeResponse) -> ProbeVerdict {
        let error = response.json?["error"]?.stringValue
        if let error, judgement.causes[error] != nil {
            return judgement.verdict(on: response, code: error, message: nil)
        }
        if error?.lowercased().replacing("_", with: " ").contains("ip not allowed") == true {
            return .failed([.addressNotAllowed], message: error)
        }
        return AnswerJudgement.verdict(
            onRefusal: response, with: [401], causes: [.wrongKey, .wrongSecret])
    }

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let key = credential.text("\(name)_api_key")
        // In nanoseconds.
        let time = String(stamp.time.milliseconds) + "000000"
        let signature = HMACSignature.sha256(
            Self.text(call, key: key, time: time), key: credential.text("\(name)_api_secret"))
        return ProbeRequest(
            call, headers: ["AEVO-KEY": key, "AEVO-TIMESTAMP": time, "AEVO-SIGNATURE": Hex.text(signature)])
    }

    /// What is signed; the query is left out.
    static func text(_ call: ProbeCall, key: String, time: String) -> String {
        [key, time, call.route.method.rawValue, call.route.path, call.body].joined(separator: ",")
    }
}
