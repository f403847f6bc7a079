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
        let isWhole =
            switch last.response.json?["pagination"]?["next_key"] {
            case nil, .null?, .string("")?: true
            default: false
            }
        return .judge(verdict(on: list.map(Grant.init), isWhole: isWhole, to: wallet, warnings: warnings))
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

    private func verdict(
        on grants: [Grant], isWhole: Bool, to wallet: CosmosAddress, warnings: [String]
    ) -> ProbeVerdict {
        guard !grants.isEmpty || !isWhole else {
            return .failed(
                [.missingRight, .wrongKey, .wrongEnvironment],
                cure:
                    "The granter has granted nothing to \(wallet), the wallet of this key: grant it the right to trade, or "
                    + "check key, granter and network, main network or testnet.")
        }
        let known = grants.compactMap(\.message)
        let powers = known.map(\.power)
        // What the chain did not tell whole, or in words that nobody knows here, is no "may not".
        let isTold = isWhole && known.count == grants.count && !powers.contains(.unknown)
        func told(_ truth: Bool) -> Bool? { truth || isTold ? truth : nil }
        var rights = KeyRights()
        rights.read = true
        rights.withdraw = told(powers.contains(.withdraw))
        rights.transferOut = told(powers.contains(.transferOut))
        rights.transfer = told(powers.contains(.transferOut) || powers.contains(.transfer))
        let (spot, perpetual) = (known.filter(\.tradesSpot), known.filter(\.tradesDerivatives))
        (rights.tradeSpot, rights.tradeDerivatives) = (told(!spot.isEmpty), told(!perpetual.isEmpty))
        // Trading ends with the last of them; one that does not run out keeps it going.
        let needed = isPerpetual ? perpetual : spot
        rights.expires = needed.contains { $0.expires == nil } ? nil : needed.compactMap(\.expires).max()
        guard isTold else {
            var verdict = ProbeVerdict.failed(
                [.rightsUnknown],
                cure:
                    "The granter has granted \(wallet) something that keys-manager cannot read or does not know: look on "
                    + "the chain whether it lets funds leave, and save the key unverified if not; or grant a new wallet no "
                    + "more than the right to trade (MsgBatchUpdateOrders).", rights: rights)
            verdict.warnings = warnings
            return verdict
        }
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

extension InjectiveProbe {
    /// What one wallet lets another do; without a message where it cannot be read.
    private struct Grant {
        /// What a message is good for.
        enum Power {
            /// Orders and positions, and what else moves no funds.
            case trade
            /// Moves funds between the granter's own accounts.
            case transfer
            /// Pays others in a roundabout way, such as through a contract.
            case transferOut
            /// Sends funds away, or takes that right for itself.
            case withdraw
            /// Nobody knows here.
            case unknown
        }

        struct Message {
            /// The last part of the message's name, such as `MsgBatchUpdateOrders`.
            let name: String
            /// `nil` when the grant does not run out.
            let expires: UnixTime?

            var tradesSpot: Bool { holds("BatchUpdateOrders", "CreateSpotLimitOrder", "CreateSpotMarketOrder") }
            var tradesDerivatives: Bool {
                holds("BatchUpdateOrders", "CreateDerivativeLimitOrder", "CreateDerivativeMarketOrder")
            }

            /// Whoever may let wrap or grant messages may do everything that the granter may.
            var power: Power {
                if name.hasPrefix("MsgSend") || holds("MultiSend", "SendAuth") { return .withdraw }
                if ["MsgExec", "MsgGrant"].contains(name) { return .withdraw }
                if holds("ExternalTransfer", "ExecuteContract", "ContractExecution", "InstantiateContract") {
                    return .transferOut
                }
                if name == "MsgTransfer" || name.hasPrefix("TransferAuth") { return .transferOut }
                if holds("SubaccountTransfer") || ["MsgDeposit", "MsgWithdraw"].contains(name) { return .transfer }
                if holds("Order", "Position", "Vote", "Delegat", "delegat", "StakeAuth") { return .trade }
                return .unknown
            }

            private func holds(_ words: String...) -> Bool { words.contains { name.contains($0) } }
        }

        let message: Message?

        init(_ json: JSON) {
            let authorization = json["authorization"]
            let type = authorization?["@type"]?.stringValue
            // A general authorisation names its message, and is none without it.
            let isGeneral = type?.hasSuffix(".GenericAuthorization") == true
            let name = authorization?["msg"]?.stringValue ?? (isGeneral ? nil : type)
            var expires: UnixTime?
            switch json["expiration"] {
            case nil, .null?: break
            case let time?:
                expires = time.stringValue.flatMap(UnixTime.init(iso8601:))
                if expires == nil {
                    message = nil
                    return
                }
            }
            message = name?.split(separator: ".").last.map { Message(name: String($0), expires: expires) }
        }
    }
}
