internal import Credentials
internal import OrderedJSON
internal import WalletKeys

/// GRVT: the API key is handed in for a cookie that opens the rest; the private key signs orders and nothing else.
///
/// `POST /auth/api_key/login` proves the API key, `POST /full/v1/account_summary`, which Hummingbot itself asks, that the
/// trading account is the key's. The private key never leaves this machine; its address is compared with the signer of
/// the API key where the login names one.
///
/// Sources: GRVT's documentation ("API setup", "Account summary", error codes) and Hummingbot's connector.
struct GRVTProbe: ExchangeProbe {
    static let all = [
        GRVTProbe("grvt_perpetual", domain: "grvt.io"), GRVTProbe("grvt_perpetual_testnet", domain: "testnet.grvt.io"),
    ]

    let connector: ConnectorName
    private let name: String
    private let login: ProbeCall
    private let summary: ProbeCall

    private init(_ connector: StaticString, domain: String) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        login = ProbeCall(.post, "edge.\(domain)", "/auth/api_key/login")
        summary = ProbeCall(.post, "trades.\(domain)", "/full/v1/account_summary", isSigned: false)
    }

    let proof = ProbeProof(
        [.key, .account],
        note:
            "GRVT logs in with the API key and shows the trading account. The private key is compared with the API key's "
            + "signer where the login names one; else only its form is checked.")

    var routes: [ProbeCall.Route] { [login.route, summary.route] }

    /// Nothing is signed, so no time is needed.
    func clock(for credential: Credential) -> ServerClock? { nil }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let signer = try? EthereumPrivateKey(hex: credential.text("\(name)_private_key")).address else {
            return .judge(.failed([.wrongSecret], cure: VerificationCause.privateKeyForm))
        }
        let account = credential.text("\(name)_trading_account_id")
        guard !account.isEmpty, account.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return .judge(.failed([.wrongAccount], cure: "Enter the trading account's id: digits only."))
        }
        guard let last = answers.last else { return .ask(login) }
        if last.call == login {
            return Self.session(in: answers) == nil ? .judge(Self.loginFailure(last.response)) : .ask(summary)
        }
        guard last.response.status == 200, last.response.json?["result"]?.objectValue != nil else {
            return .judge(Self.failure(last.response))
        }
        return .judge(Self.verdict(on: signer, namedIn: answers.first?.response.json))
    }

    /// The verdict on a key that works, from what the login says of its signer; GRVT documents neither that it does nor
    /// how.
    private static func verdict(on signer: EthereumAddress, namedIn login: JSON?) -> ProbeVerdict {
        let named = (login?["signer"] ?? login?["signer_address"])?.stringValue.flatMap(EthereumAddress.init)
        switch named {
        case signer: return .valid(nil)
        case nil:
            return .valid(
                nil,
                warnings: [
                    "The private key could not be checked: GRVT's login does not name the API key's signer. Compare the "
                        + "address \(signer.checksummed) with the one that GRVT shows beside the key."
                ])
        default:
            return .inconclusive(
                [.wrongSecret],
                cure: "The API key works, but GRVT names another signer than \(signer.checksummed), the address of the "
                    + "private key: enter the two that GRVT showed together.")
        }
    }

    /// What a login gives: a cookie and, for most keys, the id of the main account.
    private static func session(in answers: [ProbeAnswer]) -> (cookie: String, account: String?)? {
        guard let first = answers.first, first.response.status == 200 else { return nil }
        return first.response.cookie("gravity").map { ($0, first.response.header("X-Grvt-Account-Id")) }
    }

    // MARK: Failures

    private static let judgement = AnswerJudgement(causes: [
        // After a login that went well, this is no fault of the key.
        "1000": [.exchangeUnavailable], "1001": [.missingRight, .wrongAccount], "1008": [.addressNotAllowed],
        "1006": [.rateLimited],
        "2003": [.wrongAccount],
    ])

    private static func code(in response: ProbeResponse) -> String? {
        (response.json?["code"] ?? response.json?["error"]?["code"])?.codeText
    }

    private static let loginJudgement = AnswerJudgement(causes: [
        "1000": unknownKey, "1001": [.missingRight], "1006": [.rateLimited], "1008": [.addressNotAllowed],
    ])

    private static let unknownKey: [VerificationCause] = [.wrongKey, .wrongEnvironment]

    private static func loginFailure(_ response: ProbeResponse) -> ProbeVerdict {
        if let code = code(in: response) {
            return loginJudgement.verdict(on: response, code: code, message: response.words)
        }
        // GRVT answers an unknown key with 200, too, and then sets no cookie.
        if response.status == 200, let json = response.json, json.objectValue != nil, json["status"] != "success" {
            return .failed(unknownKey, message: response.words)
        }
        return AnswerJudgement.verdict(onRefusal: response, with: [401], causes: unknownKey)
    }

    private static func failure(_ response: ProbeResponse) -> ProbeVerdict {
        judgement.verdict(on: response, code: code(in: response), message: response.words)
    }

    // MARK: The session

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        guard call.isSigned else {
            let body: JSON = ["sub_account_id": .string(credential.text("\(name)_trading_account_id"))]
            let session = Self.session(in: stamp.answers)
            var request = ProbeRequest(
                call, body: body.text(),
                headers: ["Cookie": "gravity=" + (session?.cookie ?? ""), "Content-Type": "application/json"])
            if let account = session?.account {
                request.headers.append(.init(name: "X-Grvt-Account-Id", value: account))
            }
            return request
        }
        let body: JSON = ["api_key": .string(credential.text("\(name)_api_key"))]
        return ProbeRequest(
            call, body: body.text(), headers: ["Cookie": "rm=true;", "Content-Type": "application/json"])
    }
}
