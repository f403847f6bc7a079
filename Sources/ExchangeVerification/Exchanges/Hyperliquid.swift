internal import Credentials
internal import OrderedJSON
internal import WalletKeys

/// Hyperliquid: the private key is checked against its address here; the exchange is only asked what is public.
///
/// There is no signed question, and everything that is signed changes something, so nothing is signed. For an API wallet
/// `userRole` tells whose it is and `extraAgents` until when; for a vault or sub-account `userRole` and `vaultDetails` tell
/// whose it is.
///
/// Sources: Hyperliquid's documentation ("Info endpoint") and its Python library.
struct HyperliquidProbe: ExchangeProbe {
    static let all = [
        HyperliquidProbe("hyperliquid", host: "api.hyperliquid.xyz"),
        HyperliquidProbe("hyperliquid_perpetual", host: "api.hyperliquid.xyz"),
        HyperliquidProbe("hyperliquid_testnet", host: "api.hyperliquid-testnet.xyz"),
        HyperliquidProbe("hyperliquid_perpetual_testnet", host: "api.hyperliquid-testnet.xyz"),
    ]

    let connector: ConnectorName
    private let name: String
    private let host: String

    private init(_ connector: StaticString, host: String) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        self.host = host
    }

    var routes: [ProbeCall.Route] { [ProbeCall(.post, host, "/info").route] }

    /// Nothing is signed, so no time is needed.
    func clock(for credential: Credential) -> ServerClock? { nil }

    let proof = ProbeProof(
        [.secret, .address, .rights],
        note: "The private key is checked against the address on this machine. For an API wallet, Hyperliquid confirms "
            + "that it is approved for the address and until when; it can trade but not withdraw. A wallet's own key can do everything."
    )

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_secret_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        let (signer, address): (EthereumAddress, EthereumAddress)
        do throws(WalletText.Fault) {
            signer = try WalletText.ethereumKey(credential.text("\(name)_secret_key")).address
            address = try WalletText.ethereumAddress(credential.text("\(name)_address"))
        } catch {
            return .judge(error.verdict)
        }
        if let last = answers.last, last.response.status != 200 || last.response.json == nil {
            return .judge(AnswerJudgement.verdict(byStatusOf: last.response, code: nil, message: nil))
        }
        let check = Check(
            signer: signer, address: address, isAPIWallet: credential.text("\(name)_mode") == "api_wallet",
            usesVault: credential.isTrue("use_vault"))
        return check.next(after: answers) { question in
            ProbeCall(.post, host, "/info", body: question.text(), isSigned: false)
        }
    }

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        ProbeRequest(call, headers: ["Content-Type": "application/json"])
    }
}

extension HyperliquidProbe {
    /// What an address is to Hyperliquid.
    private enum Role: Equatable {
        case user
        /// An API wallet, with the address that it signs for.
        case agent(of: EthereumAddress)
        case vault
        case subAccount(of: EthereumAddress)
        /// Never seen.
        case missing

        init?(_ json: JSON) {
            switch json["role"]?.stringValue {
            case "user": self = .user
            case "vault": self = .vault
            case "missing": self = .missing
            case "agent":
                guard let user = json["data"]?["user"]?.stringValue.flatMap(EthereumAddress.init) else { return nil }
                self = .agent(of: user)
            case "subAccount":
                guard let main = json["data"]?["master"]?.stringValue.flatMap(EthereumAddress.init) else { return nil }
                self = .subAccount(of: main)
            default: return nil
            }
        }
    }

    /// The questions in their order and what the answers mean.
    private struct Check {
        /// The address of the private key.
        let signer: EthereumAddress
        /// The address that was entered.
        let address: EthereumAddress
        let isAPIWallet: Bool
        let usesVault: Bool

        func next(after answers: [ProbeAnswer], call: (JSON) -> ProbeCall) -> ProbeStep {
            let roleCall = call(["type": "userRole", "user": .string(signer.description)])
            guard let first = answers.first else { return .ask(roleCall) }
            guard let role = first.response.json.flatMap(Role.init) else { return .judge(Self.undocumented) }
            let agent = agent(role)
            switch agent {
            case .failure(let verdict): return .judge(verdict.value)
            case .success(let owner):
                var rest = answers.dropFirst()
                let isAgent = owner != signer
                var expires: UnixTime?
                if isAgent {
                    let agentsCall = call(["type": "extraAgents", "user": .string(owner.description)])
                    guard let answer = rest.popFirst() else { return .ask(agentsCall) }
                    guard let agents = answer.response.json?.arrayValue else { return .judge(Self.undocumented) }
                    // The one agent without a name may not be listed; who it signs for is known all the same.
                    expires =
                        agents.first { $0["address"]?.stringValue.flatMap(EthereumAddress.init) == signer }?[
                            "validUntil"]?
                        .wholeNumber.map { UnixTime(milliseconds: $0) }
                }
                if usesVault {
                    let vaultRoleCall = call(["type": "userRole", "user": .string(address.description)])
                    guard let answer = rest.popFirst() else { return .ask(vaultRoleCall) }
                    guard let vaultRole = answer.response.json.flatMap(Role.init) else {
                        return .judge(Self.undocumented)
                    }
                    switch vaultRole {
                    case .subAccount(let main) where main == owner: break
                    case .vault:
                        let detailsCall = call(["type": "vaultDetails", "vaultAddress": .string(address.description)])
                        guard let answer = rest.popFirst() else { return .ask(detailsCall) }
                        guard let leader = answer.response.json?["leader"]?.stringValue.flatMap(EthereumAddress.init)
                        else { return .judge(Self.undocumented) }
                        guard leader == owner else { return .judge(Self.foreignVault) }
                    case .subAccount: return .judge(Self.foreignVault)
                    case .user, .agent, .missing: return .judge(Self.noVault)
                    }
                }
                return .judge(verdict(isAgent: isAgent, isUnused: role == .missing, expires: expires))
            }
        }

        /// Whose account the key signs for.
        private func agent(_ role: Role) -> Result<EthereumAddress, Refusal> {
            switch role {
            case .agent(let owner):
                if !usesVault, owner != address {
                    return .failure(
                        Refusal(
                            signer == address
                                ? "This address is an API wallet's own. Enter the address of the main wallet that approved "
                                    + "it, and choose the mode api_wallet."
                                : "This API wallet is approved for another address; enter that one, or make an API wallet "
                                    + "with the wallet of this address."))
                }
                return isAPIWallet
                    ? .success(owner)
                    : .failure(Refusal("This is an API wallet's private key: choose the mode api_wallet."))
            case .user, .missing, .vault, .subAccount:
                if usesVault ? !isAPIWallet : signer == address { return .success(signer) }
                if isAPIWallet, role == .missing { return .failure(Refusal(.notApproved)) }
                return .failure(
                    Refusal(
                        isAPIWallet
                            ? "This is the private key of a wallet that is not approved as an API wallet for the address."
                            : "This private key belongs to another address. " + VerificationCause.wrongAddress.cure))
            }
        }

        private func verdict(isAgent: Bool, isUnused: Bool, expires: UnixTime?) -> ProbeVerdict {
            guard isAgent else {
                // What a wallet's own key may do is no right that the exchange reports, so it cannot refuse the key.
                let unused =
                    "Hyperliquid has never seen this address; deposit funds before a bot can trade, and check that it is the "
                    + "right network."
                return .valid(nil, warnings: [Warnings.walletKey] + (isUnused ? [unused] : []))
            }
            var rights = KeyRights()
            (rights.read, rights.tradeSpot, rights.tradeDerivatives) = (true, true, true)
            (rights.withdraw, rights.transferOut) = (false, false)
            rights.expires = expires
            return .valid(rights)
        }

        private static let undocumented = ProbeVerdict.failed([.exchangeUnavailable])
        private static let foreignVault = ProbeVerdict.failed(
            [.wrongAddress],
            cure: "The vault or sub-account belongs to another wallet; enter one of this key's, or its owner's key.")
        private static let noVault = ProbeVerdict.failed(
            [.wrongAddress],
            cure: "The address is neither a vault nor a sub-account; enter one, or turn off trading for a vault.")
    }

    /// A refusal on its way through a result.
    private struct Refusal: Error {
        let value: ProbeVerdict

        enum Kind { case notApproved }

        /// Address and key do not belong together.
        init(_ cure: String) { value = .failed([.wrongAddress], cure: cure) }

        init(_ kind: Kind) {
            value = .failed(
                [.wrongKey, .wrongEnvironment],
                cure: "Hyperliquid does not know this API wallet: approve it with the main wallet on the site of this "
                    + "network, main network or testnet; API wallets that have run out are forgotten.")
        }
    }
}
