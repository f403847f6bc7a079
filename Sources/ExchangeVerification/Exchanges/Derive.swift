internal import Credentials
internal import OrderedJSON
internal import WalletKeys

/// Derive, API v3: the time in milliseconds is signed as a message (EIP-191) with the session key.
///
/// `private/get_subaccount` proves key, wallet and subaccount; `private/session_keys` tells what the session key may do,
/// until when and from where. The wallet's own key is not among the session keys and needs no registration.
///
/// Sources: Derive's documentation ("Session keys", error codes), its Python library, and ccxt.
struct DeriveProbe: ExchangeProbe {
    static let all = [
        DeriveProbe("derive", host: "api.derive.xyz"), DeriveProbe("derive_perpetual", host: "api.derive.xyz"),
        DeriveProbe("derive_testnet", host: "testnet.api.derive.xyz"),
        DeriveProbe("derive_perpetual_testnet", host: "testnet.api.derive.xyz"),
    ]

    let connector: ConnectorName
    private let name: String
    private let host: String
    private let clock: ServerClock

    private init(_ connector: StaticString, host: String) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        self.host = host
        clock = ServerClock(ProbeCall(.post, host, "/v3/public/get_time", body: "{}", isSigned: false)) {
            $0["result"]?.wholeNumber
        }
    }

    let proof = ProbeProof(
        [.secret, .address, .account, .rights],
        note: "Derive takes the signature for the wallet and the subaccount, and tells the session key's rights, its "
            + "expiry and its IP addresses. The wallet's own key is recognised.")

    var routes: [ProbeCall.Route] { [subaccount(0).route, sessionKeys("").route, clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("session_private_key") }

    private func subaccount(_ number: Int) -> ProbeCall {
        ProbeCall(.post, host, "/v3/private/get_subaccount", body: (["subaccount_id": .integer(number)] as JSON).text())
    }

    private func sessionKeys(_ wallet: String) -> ProbeCall {
        ProbeCall(.post, host, "/v3/private/session_keys", body: (["wallet": .string(wallet)] as JSON).text())
    }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        let (signer, wallet): (EthereumAddress, EthereumAddress)
        do throws(WalletText.Fault) {
            signer = try WalletText.ethereumKey(credential.text("session_private_key")).address
            wallet = try WalletText.ethereumAddress(credential.text("\(name)_wallet_address"))
        } catch {
            return .judge(error.verdict)
        }
        let digits = credential.text("subacct_id")
        guard let number = Int(digits), number >= 0, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return .judge(.failed([.wrongAccount], cure: "Enter the number of the subaccount: digits only."))
        }
        guard let last = answers.last else { return .ask(subaccount(number)) }
        guard last.response.status == 200, let result = last.response.json?["result"], result.objectValue != nil else {
            return .judge(failure(last, signer: signer))
        }
        if last.call == subaccount(number) {
            return signer == wallet
                ? .judge(.valid(nil, warnings: [Warnings.walletSessionKey])) : .ask(sessionKeys(wallet.checksummed))
        }
        let keys = result["public_session_keys"]?.arrayValue ?? []
        guard
            let key = keys.first(where: {
                $0["public_session_key"]?.stringValue.flatMap(EthereumAddress.init) == signer
            })
        else {
            return .judge(
                .failed(
                    [.rightsUnknown],
                    cure:
                        "Derive takes the signature, but does not list the session key \(signer.checksummed), so nobody "
                        + "can tell what it may do. Check it on Derive's developer page."))
        }
        return .judge(
            Self.verdict(on: key, subaccount: number)
                ?? AnswerJudgement.verdict(byStatusOf: last.response, code: nil, message: nil))
    }

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let time = String(stamp.time.milliseconds)
        guard let key = try? EthereumPrivateKey(hex: credential.text("session_private_key")),
            let signature = try? key.signature(ofMessage: time),
            let wallet = EthereumAddress(credential.text("\(name)_wallet_address"))
        else { throw UnusableSecret() }
        return ProbeRequest(
            call,
            headers: [
                "Content-Type": "application/json", "X-DeriveWallet": wallet.checksummed, "X-DeriveTimestamp": time,
                "X-DeriveSignature": signature.ethereumText,
            ])
    }

    // MARK: Rights

    /// - Returns: `nil` where no scope is told, as in no documented answer.
    private static func verdict(on key: JSON, subaccount: Int) -> ProbeVerdict? {
        // Derive has told one scope by name before it told a list of them.
        let (list, single) = (key["protocol_scopes"]?.texts, key["scope"]?.stringValue)
        guard list != nil || single != nil else { return nil }
        let scopes = Set((list ?? []) + [single].compactMap { $0 })
        func holds(_ names: String...) -> Bool { !scopes.isDisjoint(with: names) }
        var rights = KeyRights()
        let mayTradeAll = holds("admin", "account", "trade:all", "trade:orderbook:all")
        rights.read = true
        rights.tradeSpot = mayTradeAll || holds("trade:orderbook:spot")
        rights.tradeDerivatives = mayTradeAll || holds("trade:orderbook:perp")
        // What may make a session key can make one that may withdraw.
        rights.withdraw = holds("admin", "withdraw", "create_session_key")
        rights.transferOut = holds("admin", "transfer:all", "transfer:different_owner_subaccount")
        rights.transfer =
            rights.transferOut == true || holds("transfer:existing_subaccount", "transfer:new_subaccount")
        rights.addresses = key["ip_whitelist"]?.texts.map { $0.isEmpty ? .off : .on($0) }
        rights.expires = key["expiry_sec"]?.wholeNumber.map { UnixTime(seconds: $0) }
        let subaccounts = key["subaccount_ids"]?.arrayValue?.compactMap(\.wholeNumber) ?? []
        guard subaccounts.isEmpty || subaccounts.contains(subaccount) else {
            return .failed(
                [.wrongAccount],
                cure:
                    "The session key is registered for other subaccounts; enter one of those, or register it for this one.",
                rights: rights)
        }
        return .valid(rights)
    }

    // MARK: Failures

    private static let judgement = AnswerJudgement(
        causes: [
            "14000": [.wrongAddress, .wrongEnvironment], "14001": [.wrongAccount, .wrongEnvironment],
            "14014": [.wrongSecret, .clockSkew], "14020": [.wrongAccount, .wrongAddress], "14021": [.wrongAddress],
            "14023": [.wrongKey, .wrongAddress], "14026": [.wrongKey, .wrongAddress], "14029": [.addressNotAllowed],
            "14030": [.expired], "14031": [.missingRight], "16000": [.regionBlocked], "16001": [.accountSuspended],
            "-32000": [.rateLimited], "-32100": [.rateLimited],
        ],
        cures: [
            "14000":
                "Derive knows no account of this wallet on this network: enter the wallet that owns the account, not the "
                + "session key's address, and check whether it is the main network or the testnet.",
            "14001":
                "Derive knows no subaccount of this number on this network: enter the one that Derive's page shows.",
            "14020":
                "The subaccount belongs to another wallet: enter the number of one of this wallet's, or its owner.",
        ])

    private func failure(_ answer: ProbeAnswer, signer: EthereumAddress) -> ProbeVerdict {
        let response = answer.response
        let error = response.json?["error"]
        let code = error?["code"]?.codeText
        let detail = error?["data"]?.stringValue.map { ": " + $0 } ?? ""
        let message = error?["message"]?.stringValue.map { $0 + detail }
        switch code {
        case "14023", "14026":
            return .failed(
                [.wrongKey, .wrongAddress], code: code, message: message,
                cure:
                    "Derive does not know \(signer.checksummed), the address of this private key, as a session key of "
                    + "the wallet: register it on the developer page of this network, or enter the wallet that owns it."
            )
        case "14031" where answer.call.route.path.hasSuffix("/session_keys"):
            return .failed(
                [.rightsUnknown], code: code, message: message,
                cure:
                    "The session key works, but may not see its own rights; give it the right account_info on Derive's "
                    + "developer page so that they can be checked.")
        case nil where [404, 410].contains(response.status):
            return .failed(
                [.exchangeUnavailable], code: "HTTP \(response.status)",
                cure:
                    "Derive does not answer at this address any more; its API may have moved on to another version. This "
                    + "says nothing about the key: update keys-manager and Hummingbot.")
        default: return Self.judgement.verdict(on: response, code: code, message: message)
        }
    }
}

extension Warnings {
    fileprivate static let walletSessionKey =
        "This is the wallet's own private key, which can do everything, withdrawing included. Register a session key on "
        + "Derive's developer page and use that instead."
}
