internal import Credentials
internal import OrderedJSON
internal import WalletKeys

/// Injective: a trading wallet signs for the wallet that holds the funds, which has granted it the right to (authz).
///
/// The trading wallet's address is derived here and never its key sent. The chain is asked for what is public: whether
/// the wallets exist, and what the one has granted the other, until when.
///
/// Sources: the Cosmos SDK's documentation (authz, auth) and Injective's ("Authz").
struct InjectiveProbe: ExchangeProbe {
    static let all = [
        InjectiveProbe("injective_v2", isPerpetual: false), InjectiveProbe("injective_v2_perpetual", isPerpetual: true),
    ]

    private static let mainnet = "sentry.lcd.injective.network"
    private static let testnet = "testnet.sentry.lcd.injective.network"

    let connector: ConnectorName
    private let isPerpetual: Bool

    private init(_ connector: StaticString, isPerpetual: Bool) {
        self.connector = ConnectorName(constant: connector)
        self.isPerpetual = isPerpetual
    }

    let proof = ProbeProof(
        [.secret, .address, .rights],
        note:
            "The trading wallet's address is derived on this machine; the chain tells what the granter has granted it and "
            + "until when. A read-only account has nothing to prove, and custom networks are not asked.")

    var routes: [ProbeCall.Route] {
        [Self.mainnet, Self.testnet].flatMap { [Self.account("{}", at: $0).route, Self.grants("", "", at: $0).route] }
    }

    /// Nothing is signed, so no time is needed.
    func clock(for credential: Credential) -> ServerClock? { nil }

    func identity(of credential: Credential) -> Secret { Secret(credential.text("private_key", in: "account_type")) }

    private static func account(_ address: String, at host: String) -> ProbeCall {
        ProbeCall(.get, host, "/cosmos/auth/v1beta1/accounts/\(address)", isSigned: false)
    }

    private static func grants(_ granter: String, _ grantee: String, at host: String) -> ProbeCall {
        ProbeCall(
            .get, host, "/cosmos/authz/v1beta1/grants", query: "granter=\(granter)&grantee=\(grantee)", isSigned: false)
    }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        if credential.text("private_key", in: "account_type").isEmpty {
            return .judge(
                .inconclusive(
                    [.notProvable],
                    cure:
                        "This is a read-only account without a key, so there is nothing to check; a bot cannot trade with "
                        + "it. Choose delegate_account for that."))
        }
        let (wallet, granter): (CosmosAddress, CosmosAddress)
        do throws(WalletText.Fault) {
            wallet = try Self.key(credential.text("private_key", in: "account_type")).address.injective
            granter = try WalletText.cosmosAddress(
                credential.text("granter_address", in: "account_type"), prefix: "inj", chain: "Injective")
        } catch {
            return .judge(error.verdict)
        }
        guard let host = Self.host(of: credential) else { return .judge(Self.customNetwork(wallet)) }
        guard let first = answers.first else { return .ask(Self.account(wallet.description, at: host)) }
        let isUnused = Self.isMissing(first.response)
        guard isUnused || first.response.status == 200 && first.response.json?["account"]?.objectValue != nil else {
            return .judge(Self.failure(first.response))
        }
        let warnings = isUnused ? [Self.unused] : []
        if wallet == granter { return .judge(.valid(nil, warnings: [Self.ownKey] + warnings)) }
        guard answers.count > 1, let last = answers.last else {
            return .ask(Self.grants(granter.description, wallet.description, at: host))
        }
        let list = Self.isMissing(last.response) ? [] : last.response.json?["grants"]?.arrayValue
        guard let list, last.response.status == 200 || list.isEmpty else { return .judge(Self.failure(last.response)) }
        return .judge(verdict(on: list.compactMap(Grant.init), to: wallet, warnings: warnings))
    }

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        ProbeRequest(call)
    }

    // MARK: Fields

    private static func key(_ text: String) throws(WalletText.Fault) -> EthereumPrivateKey {
        if text.hasPrefix("inj1") {
            throw .secret("The field of the private key holds an address; enter the trading wallet's private key.")
        }
        guard text.contains(where: \.isWhitespace) else { return try WalletText.ethereumKey(text) }
        let phrase = try WalletText.phrase(text)
        guard let key = try? EthereumPrivateKey(phrase: phrase) else {
            throw .secret("No key can be derived from this secret phrase; use another wallet.")
        }
        return key
    }

    /// The node of the chosen network; `nil` for a custom one.
    private static func host(of credential: Credential) -> String? {
        guard case .map(let network)? = credential.values["network"] else { return mainnet }
        if network["lcd_endpoint"] != nil { return nil }
        return network["testnet_node"] == nil ? mainnet : testnet
    }

    // MARK: Judgement

    /// What one wallet lets another do.
    private struct Grant {
        /// The last part of the message's name, such as `MsgBatchUpdateOrders`.
        let message: String
        /// `nil` when it does not run out.
        let expires: UnixTime?

        init?(_ json: JSON) {
            let authorization = json["authorization"]
            guard let name = (authorization?["msg"] ?? authorization?["@type"])?.stringValue,
                let message = name.split(separator: ".").last
            else { return nil }
            self.message = String(message)
            expires = json["expiration"]?.stringValue.flatMap(UnixTime.init(iso8601:))
        }

        func holds(_ words: String...) -> Bool { words.contains { message.contains($0) } }
    }

    private func verdict(on grants: [Grant], to wallet: CosmosAddress, warnings: [String]) -> ProbeVerdict {
        let spot = grants.filter { $0.holds("BatchUpdateOrders", "CreateSpotLimitOrder", "CreateSpotMarketOrder") }
        let perpetual = grants.filter {
            $0.holds("BatchUpdateOrders", "CreateDerivativeLimitOrder", "CreateDerivativeMarketOrder")
        }
        let needed = isPerpetual ? perpetual : spot
        guard !grants.isEmpty else {
            return .failed(
                [.missingRight, .wrongKey, .wrongEnvironment],
                cure:
                    "The granter has granted nothing to \(wallet), the wallet of this key: grant it the right to trade, or "
                    + "check key, granter and network, main network or testnet.")
        }
        var rights = KeyRights()
        rights.read = true
        (rights.tradeSpot, rights.tradeDerivatives) = (!spot.isEmpty, !perpetual.isEmpty)
        rights.withdraw = grants.contains { $0.message.hasPrefix("MsgSend") || $0.holds("MsgMultiSend", "SendAuth") }
        rights.transferOut = grants.contains { $0.holds("ExternalTransfer") || $0.message.hasSuffix("MsgTransfer") }
        rights.transfer =
            rights.transferOut == true || grants.contains { $0.holds("SubaccountTransfer", "MsgWithdraw") }
        guard !needed.isEmpty else {
            return .failed(
                [.missingRight],
                cure: "The granter has granted \(wallet) other messages than this connector needs: grant "
                    + "MsgBatchUpdateOrders too.", rights: rights)
        }
        // Trading ends with the last of them; one that does not run out keeps it going.
        rights.expires = needed.contains { $0.expires == nil } ? nil : needed.compactMap(\.expires).max()
        return .valid(rights, warnings: warnings)
    }

    private static let ownKey =
        "This is the key of the wallet that holds the funds, which can do everything, withdrawing included. Make a trading "
        + "wallet beside it, grant it the right to trade, and use its key instead."

    private static let unused =
        "The trading wallet has never been used on this network; check that it is the right one."

    private static func customNetwork(_ wallet: CosmosAddress) -> ProbeVerdict {
        var verdict = ProbeVerdict.inconclusive(
            [.notProvable],
            cure:
                "The key is well-formed and belongs to \(wallet). Custom networks are not asked, so check there what the "
                + "granter has granted it.")
        verdict.warnings = ["Not proven: that the granter lets the trading wallet trade on this custom network."]
        return verdict
    }

    /// Whether the chain says that there is none; its code for that is 5.
    private static func isMissing(_ response: ProbeResponse) -> Bool {
        response.status == 404 && response.json?["code"]?.wholeNumber == 5
    }

    private static func failure(_ response: ProbeResponse) -> ProbeVerdict {
        AnswerJudgement.verdict(
            byStatusOf: response, code: response.json?["code"]?.codeText, message: response.words)
    }
}
