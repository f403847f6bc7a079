internal import Credentials
internal import OrderedJSON
internal import WalletKeys

/// GRVT: the API key is handed in for a cookie that opens the rest; the private key signs orders and nothing else.
///
/// `POST /auth/api_key/login` proves the API key, `POST /full/v1/account_summary`, which Hummingbot itself asks, that the
/// trading account is the key's. The private key never leaves this machine, and GRVT does not tell which one belongs to
/// the API key.
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
            "GRVT logs in with the API key and shows the trading account. Of the private key only the form is checked, "
            + "because GRVT does not tell which one belongs to the API key.")

    var routes: [ProbeCall.Route] { [login.route, summary.route] }

    /// Nothing is signed, so no time is needed.
    func clock(for credential: Credential) -> ServerClock? { nil }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_api_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        if (try? EthereumPrivateKey(hex: credential.text("\(name)_private_key"))) == nil {
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
        return .judge(
            .valid(
                nil,
                warnings: [
                    "The private key could not be checked: GRVT does not tell which one belongs to the API key. Compare its "
                        + "address with the one that GRVT shows beside the key."
                ]))
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

    private static func loginFailure(_ response: ProbeResponse) -> ProbeVerdict {
        let code = code(in: response)
        if let code, ["1006", "1008"].contains(code) { return failure(response) }
        // GRVT answers an unknown key with 200, too, and then sets no cookie.
        if response.status == 200, response.json?.objectValue != nil {
            return .failed([.wrongKey, .wrongEnvironment], code: code, message: response.words)
        }
        return AnswerJudgement.verdict(
            onRefusal: response, causes: [.wrongKey, .wrongEnvironment, .addressNotAllowed], code: code)
    }

    private static func failure(_ response: ProbeResponse) -> ProbeVerdict {
        let code = code(in: response)
        if let code, judgement.causes[code] != nil {
            return judgement.verdict(on: response, code: code, message: response.words)
        }
        return AnswerJudgement.verdict(onRefusal: response, causes: [.wrongAccount, .missingRight], code: code)
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
