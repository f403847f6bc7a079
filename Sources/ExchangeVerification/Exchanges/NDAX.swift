internal import Credentials
internal import OrderedJSON

/// NDAX: HMAC-SHA256 of nonce, user id and key, lower-case hex, in a header of a login; its token opens the rest.
///
/// `POST /AP/Authenticate` proves key, secret and user id, `GET /AP/GetAccountPositions` shows the balance, as Hummingbot
/// asks for it, and `GET /AP/GetUserAccountInfos` the accounts' names. The nonce is this machine's time in whole seconds,
/// as Hummingbot counts; see ``NonceRule``. A login that was refused is never tried again.
///
/// Sources: NDAX's documentation ("Authenticate", "GetAccountPositions", "GetUserAccountInfos").
struct NDAXProbe: ExchangeProbe {
    static let all = [
        NDAXProbe("ndax", host: "api.ndax.io:8443"),
        NDAXProbe("ndax_testnet", host: "ndaxmarginstaging.cdnhop.net:8443", isTestnet: true),
    ]

    let connector: ConnectorName
    private let name: String
    private let login: ProbeCall
    private let isTestnet: Bool

    private init(_ connector: StaticString, host: String, isTestnet: Bool = false) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        login = ProbeCall(.post, host, "/AP/Authenticate")
        self.isTestnet = isTestnet
    }

    let nonceRule = NonceRule.wholeSeconds
    let proof = ProbeProof(
        [.key, .secret, .account],
        note:
            "NDAX logs in with key, secret and user id, shows the balance and the accounts' names. What a key may "
            + "do is not asked: look on NDAX's page.")

    var routes: [ProbeCall.Route] { [login.route, positions(of: 0).route, accounts(of: 0).route] }

    /// NDAX tells no time, and Hummingbot uses this machine's.
    func clock(for credential: Credential) -> ServerClock? { nil }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_api_key") }

    private func positions(of account: Int) -> ProbeCall {
        ProbeCall(
            .get, login.route.host, "/AP/GetAccountPositions", query: "OMSId=1&AccountId=\(account)", isSigned: false)
    }

    private func accounts(of user: Int) -> ProbeCall {
        ProbeCall(
            .get, login.route.host, "/AP/GetUserAccountInfos", query: "OMSId=1&UserId=\(user)", isSigned: false)
    }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        guard let first = answers.first, let last = answers.last else { return .ask(login) }
        let json = last.response.status == 200 ? last.response.json : nil
        let user = first.response.json?["User"]
        switch last.call.route {
        case login.route:
            if json?["Locked"]?.boolValue == true { return .judge(.failed([.accountSuspended])) }
            if json?["Requires2FA"]?.boolValue == true {
                return .judge(
                    .failed(
                        [.unusableByHummingbot],
                        cure: "NDAX wants a second factor with this key, which a bot cannot give; make a key without."))
            }
            guard json?["Authenticated"]?.boolValue == true, Self.token(in: answers) != nil,
                let account = user?["AccountId"]?.wholeNumber
            else { return .judge(Self.refusal(first.response)) }
            return .ask(positions(of: account))
        case positions(of: 0).route:
            guard json?.arrayValue?.allSatisfy({ $0["ProductSymbol"]?.stringValue != nil }) == true else {
                return .judge(Self.failure(last.response))
            }
            guard let number = user?["UserId"]?.wholeNumber else { return .judge(verdict(names: nil, credential)) }
            return .ask(accounts(of: number))
        default:
            let names = json?.arrayValue?.compactMap { $0["AccountName"]?.stringValue }
            return .judge(verdict(names: names, credential))
        }
    }

    /// The verdict on a key that works. Hummingbot's requests do without the account's name, so that only gets a warning.
    private func verdict(names: [String]?, _ credential: Credential) -> ProbeVerdict {
        var warnings: [String] = []
        if let names, !names.isEmpty {
            if !names.contains(credential.text("\(name)_account_name")) {
                warnings.append("NDAX lists no account of the name that was entered; compare it with NDAX's page.")
            }
        } else {
            warnings.append("The account's name could not be checked; compare it with NDAX's page.")
        }
        if isTestnet {
            warnings.append(
                "Hummingbot logs in at NDAX's main network even for this connector, which does not know the testnet's keys; "
                    + "a bot may fail with a key that is good here.")
        }
        return .valid(nil, warnings: warnings)
    }

    private static func token(in answers: [ProbeAnswer]) -> String? {
        answers.first?.response.json?["SessionToken"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    // MARK: Failures

    /// NDAX tells in words why it refuses a login, if at all.
    private static func refusal(_ response: ProbeResponse) -> ProbeVerdict {
        let message = response.json?["errormsg"]?.stringValue
        let isNotAuthorized = response.json?["errorcode"]?.codeText == notAuthorized
        guard response.json?["Authenticated"]?.boolValue == false || isNotAuthorized else { return failure(response) }
        if message?.lowercased().contains("nonce") == true { return .failed([.nonceOutOfOrder], message: message) }
        if message?.lowercased().contains("too many requests") == true {
            return .failed([.rateLimited], message: message)
        }
        if message?.lowercased().contains("ip address") == true {
            return .failed([.addressNotAllowed], message: message)
        }
        return .failed(
            [.wrongKey, .wrongSecret, .wrongAccount], code: isNotAuthorized ? notAuthorized : nil, message: message,
            cure:
                "Enter user id, API key and secret once more as NDAX shows them together: it does not tell which of them "
                + "is wrong. If a bot uses the same key, stop it first: its request numbers may be the reason.")
    }

    private static let notAuthorized = "20"

    private static let judgement = AnswerJudgement(causes: [notAuthorized: [.missingRight, .wrongKey]])

    private static func failure(_ response: ProbeResponse) -> ProbeVerdict {
        let words = String(decoding: response.body.prefix(400), as: UTF8.self).lowercased()
        if words.contains("too many requests") { return .failed([.rateLimited], message: response.words) }
        guard let code = response.json?["errorcode"]?.codeText else {
            return AnswerJudgement.verdict(
                onRefusal: response, with: [401], causes: [.wrongKey, .wrongSecret, .wrongAccount])
        }
        return judgement.verdict(on: response, code: code, message: response.words)
    }

    // MARK: Signing

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        if !call.isSigned {
            return ProbeRequest(
                call,
                headers: ["APToken": Self.token(in: stamp.answers) ?? "", "Content-Type": "application/json"])
        }
        let (user, key) = (credential.text("\(name)_uid"), credential.text("\(name)_api_key"))
        let text = String(stamp.nonce) + user + key
        return ProbeRequest(
            call,
            headers: [
                "Nonce": String(stamp.nonce), "UserId": user, "APIKey": key,
                "Signature": Hex.text(HMACSignature.sha256(text, key: credential.text("\(name)_secret_key"))),
            ])
    }
}
