internal import Credentials
internal import OrderedJSON
internal import WalletKeys

/// Lighter: an API key (Schnorr on a curve of its own) signs; only Lighter's own library can make its signatures.
///
/// So nothing is signed, and a check that goes well ends as not provable: what is public shows that the wallet has an
/// account and that a key is registered under the index, not that it is this one.
///
/// Source: Lighter's documentation ("Account", "API keys").
struct LighterProbe: ExchangeProbe {
    static let all = [
        LighterProbe("lighter", host: "mainnet.zklighter.elliot.ai"),
        LighterProbe("lighter_perpetual", host: "mainnet.zklighter.elliot.ai"),
        LighterProbe("lighter_testnet", host: "testnet.zklighter.elliot.ai"),
        LighterProbe("lighter_perpetual_testnet", host: "testnet.zklighter.elliot.ai"),
    ]

    private static let keyDigitCount = 80
    private static let highestKeyIndex = 254

    let connector: ConnectorName
    private let name: String
    private let host: String

    private init(_ connector: StaticString, host: String) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        self.host = host
    }

    let proof = ProbeProof(
        [.account],
        note:
            "Lighter knows the wallet's account and a key under the index. That the private key is the registered one "
            + "cannot be shown without Lighter's own library; its form is checked.")

    var routes: [ProbeCall.Route] { [account(of: "").route, apiKey(0, of: 0).route] }

    /// Nothing is signed, so no time is needed.
    func clock(for credential: Credential) -> ServerClock? { nil }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_api_private_key") }

    private func account(of address: String) -> ProbeCall {
        ProbeCall(.get, host, "/api/v1/account", query: "by=l1_address&value=\(address)", isSigned: false)
    }

    private func apiKey(_ index: Int, of account: Int) -> ProbeCall {
        ProbeCall(
            .get, host, "/api/v1/apikeys", query: "account_index=\(account)&api_key_index=\(index)", isSigned: false)
    }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        let address: EthereumAddress
        do throws(WalletText.Fault) {
            address = try WalletText.ethereumAddress(credential.text("\(name)_l1_address"))
            try Self.check(credential.text("\(name)_api_private_key"), of: address)
        } catch {
            return .judge(error.verdict)
        }
        guard let keyIndex = credential.integer("\(name)_api_key_index"), (0...Self.highestKeyIndex).contains(keyIndex)
        else {
            return .judge(.failed([.wrongKey], cure: "Enter the API key's index: 0 to \(Self.highestKeyIndex)."))
        }
        let accountCall = account(of: address.checksummed)
        guard let first = answers.first else { return .ask(accountCall) }
        guard let accounts = Self.list("accounts", in: first.response) else {
            return .judge(Self.failure(first.response))
        }
        let indexes = accounts.compactMap { ($0["index"] ?? $0["account_index"])?.wholeNumber }
        guard let main = indexes.first else { return .judge(Self.unknownAddress(first.response)) }
        let index = credential.integer("\(name)_account_index") ?? main
        guard indexes.contains(index) else {
            return .judge(
                .failed(
                    [.wrongAccount],
                    cure: "The account index is none of this wallet's accounts; leave it empty for the main account."))
        }
        guard answers.count > 1, let last = answers.last else { return .ask(apiKey(keyIndex, of: index)) }
        if let code = last.response.json?["code"]?.codeText, code == "21109" {
            return .judge(Self.unknownKey(keyIndex, code: code, message: last.response.words))
        }
        guard let keys = Self.list("api_keys", in: last.response) else { return .judge(Self.failure(last.response)) }
        let isRegistered = keys.contains {
            $0["api_key_index"]?.wholeNumber == keyIndex && $0["public_key"]?.stringValue?.isEmpty == false
        }
        return .judge(isRegistered ? Self.registered(keyIndex) : Self.unknownKey(keyIndex))
    }

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        ProbeRequest(call)
    }

    /// A key that signs on Ethereum is no key of Lighter's.
    private static func check(_ text: String, of address: EthereumAddress) throws(WalletText.Fault) {
        if WalletText.isHex(text, digitCount: keyDigitCount) { return }
        if let key = try? EthereumPrivateKey(hex: text) {
            throw .secret(
                (key.address == address
                    ? "This is the private key of the wallet itself, which can do everything. "
                    : "This is the private key of a wallet. ")
                    + "Enter the private key of an API key, \(keyDigitCount) hex digits, which Lighter shows once when it is "
                    + "made.")
        }
        throw .secret("Enter the API key's private key: \(keyDigitCount) hex digits, with or without 0x before them.")
    }

    private static func registered(_ index: Int) -> ProbeVerdict {
        var verdict = ProbeVerdict.inconclusive(
            [.notProvable],
            cure:
                "Lighter knows the wallet's account and has a key under index \(index). Whether it is this private key only "
                + "Lighter's own library could show: start a bot with it to see.")
        verdict.warnings = [
            "Not proven: that the private key is the one that is registered under index \(index). API keys of Lighter can "
                + "trade, and withdraw to the wallet's own address."
        ]
        return verdict
    }

    // MARK: Failures

    /// The entries of an answer; `nil` for anything but the documented success.
    private static func list(_ name: String, in response: ProbeResponse) -> [JSON]? {
        guard response.status == 200, response.json?["code"]?.wholeNumber == 200 else { return nil }
        return response.json?[name]?.arrayValue
    }

    private static let judgement = AnswerJudgement(
        causes: [
            "21100": [.wrongAddress, .wrongEnvironment], "23000": [.rateLimited], "23001": [.rateLimited],
            "23002": [.rateLimited], "23003": [.rateLimited],
        ], cures: ["21100": unknownAddressCure])

    private static let unknownAddressCure =
        "Lighter knows no account of this wallet on this network: check the address, deposit first, and check whether it is "
        + "the main network or the testnet."

    private static func failure(_ response: ProbeResponse) -> ProbeVerdict {
        judgement.verdict(on: response, code: response.json?["code"]?.codeText, message: response.words)
    }

    private static func unknownAddress(_ response: ProbeResponse) -> ProbeVerdict {
        .failed([.wrongAddress, .wrongEnvironment], message: response.words, cure: unknownAddressCure)
    }

    private static func unknownKey(_ index: Int, code: String? = nil, message: String? = nil) -> ProbeVerdict {
        .failed(
            [.wrongKey], code: code, message: message,
            cure:
                "The account has no API key under index \(index): enter the index that Lighter shows for the key, or make "
                + "one on this network's site.")
    }
}
