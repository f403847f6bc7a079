internal import Credentials
internal import OrderedJSON
internal import WalletKeys

/// Decibel: an API wallet (Ed25519 on Aptos) signs transactions; questions carry only the API key of geomi.dev.
///
/// The key of the API wallet is read here and never sent. `account_overviews` shows that the API key is taken and that the
/// main wallet is known; the chain's own `accounts` whether the API wallet has been seen on this network. That the main
/// wallet lets the API wallet trade, and that the gas station's key is right, only a transaction would show, so a check
/// that goes well ends as not provable.
///
/// Source: Hummingbot's connector.
struct DecibelProbe: ExchangeProbe {
    static let all = [
        DecibelProbe("decibel_perpetual", host: "api.mainnet.aptoslabs.com"),
        DecibelProbe("decibel_perpetual_testnet", host: "api.testnet.aptoslabs.com"),
    ]

    let connector: ConnectorName
    private let name: String
    private let host: String

    private init(_ connector: StaticString, host: String) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        self.host = host
    }

    let proof = ProbeProof(
        [.key],
        note:
            "Decibel takes the API key and knows the main wallet; the API wallet's key is read on this machine. That the "
            + "main wallet lets the API wallet trade, and the gas station's key, only a transaction would show.")

    var routes: [ProbeCall.Route] { [overview("").route, account("{}").route] }

    /// Nothing is signed, so no time is needed.
    func clock(for credential: Credential) -> ServerClock? { nil }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_api_key") }

    private func overview(_ address: String) -> ProbeCall {
        ProbeCall(.get, host, "/decibel/api/v1/account_overviews", query: "account=\(address)")
    }

    private func account(_ address: String) -> ProbeCall { ProbeCall(.get, host, "/v1/accounts/\(address)") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        let key: Ed25519PrivateKey
        let main: String
        do throws(WalletText.Fault) {
            key = try Self.key(credential.text("\(name)_api_wallet_private_key"))
            main = try Self.address(
                credential.text("\(name)_main_wallet_public_key"), beside: key, of: credential, name)
        } catch {
            return .judge(error.verdict)
        }
        guard let last = answers.last else { return .ask(overview(main)) }
        let response = last.response
        if last.call == overview(main) {
            if response.status == 200, response.json?["perp_equity_balance"] != nil {
                return .ask(account(key.aptosAddress))
            }
            return .judge(Self.failure(response))
        }
        // What else may be answered here says nothing about the key.
        let isSeen = response.status == 200 && response.json?["authentication_key"] != nil
        guard isSeen || response.status == 404 && response.json?.objectValue != nil else {
            return .judge(AnswerJudgement.verdict(byStatusOf: response, code: nil, message: response.words))
        }
        return .judge(verdict(of: key, main: main, isSeen: isSeen))
    }

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        ProbeRequest(call, headers: ["Authorization": "Bearer \(credential.text("\(name)_api_key"))"])
    }

    private func verdict(of key: Ed25519PrivateKey, main: String, isSeen: Bool) -> ProbeVerdict {
        var verdict = ProbeVerdict.inconclusive(
            [.notProvable],
            cure: "Decibel takes the API key and knows the main wallet. That the main wallet lets the API wallet "
                + "\(key.aptosAddress) trade cannot be asked: compare the address with the one on Decibel's page of API "
                + "wallets.")
        verdict.warnings = [
            "Not proven: that the main wallet lets the API wallet trade, and the gas station's API key."
        ]
        if key.aptosAddress == main.lowercased() { verdict.warnings.append(Warnings.walletKey) }
        if !isSeen {
            verdict.warnings.append(
                "The API wallet has not been seen on this network yet; check that it was made for this network.")
        }
        return verdict
    }

    // MARK: Fields

    private static func key(_ text: String) throws(WalletText.Fault) -> Ed25519PrivateKey {
        if text.hasPrefix("secp256k1-priv-") {
            throw .unusable(
                "This is a secp256k1 key, which Hummingbot cannot use here: make an Ed25519 API wallet on Decibel's site."
            )
        }
        if WalletText.isPhrase(text) {
            throw .secret("The field of the private key holds a secret phrase; enter the API wallet's private key.")
        }
        do {
            return try Ed25519PrivateKey(aptos: text)
        } catch {
            throw .secret(
                "Enter the API wallet's private key: 64 hex digits, with or without ed25519-priv-0x before them.")
        }
    }

    /// Addresses and keys are both 64 hex digits here, so they are told apart by what belongs to the key.
    private static func address(
        _ text: String, beside key: Ed25519PrivateKey, of credential: Credential, _ name: String
    ) throws(WalletText.Fault) -> String {
        let form = "0x and 64 hex digits"
        func digits(_ text: String) -> String { String(text.lowercased().suffix(64)) }
        if text.hasPrefix(Ed25519PrivateKey.aptosPrefix) || WalletText.isPhrase(text)
            || digits(text) == digits(credential.text("\(name)_api_wallet_private_key"))
        {
            throw .address(
                "The field of the main wallet's address holds a secret. Enter the address there (\(form)) and keep the "
                    + "secret to its own field.")
        }
        if WalletText.isHex(text, digitCount: 64), digits(text) == Hex.text(key.publicKey) {
            throw .address("This is the API wallet's public key; enter the main wallet's address (\(form)).")
        }
        guard text.hasPrefix("0x"), WalletText.isHex(text, digitCount: 64) else {
            throw .address("Enter the main wallet's address: \(form).")
        }
        return text
    }

    // MARK: Failures

    private static func failure(_ response: ProbeResponse) -> ProbeVerdict {
        if response.status == 404, response.json != nil {
            return .failed(
                [.wrongAddress, .wrongEnvironment], code: "HTTP 404", message: response.words,
                cure:
                    "Decibel takes the API key but does not know the main wallet's address: check it, deposit before a bot "
                    + "trades, and check that it is the right network.")
        }
        return AnswerJudgement.verdict(
            onRefusal: response, causes: [.wrongKey, .wrongEnvironment],
            cure:
                "Decibel did not take the API key: copy it once more from geomi.dev and check that it is for this network."
        )
    }
}

extension WalletText.Fault {
    /// A key of a kind that Hummingbot does not know here.
    fileprivate static func unusable(_ cure: String) -> WalletText.Fault {
        WalletText.Fault(verdict: .failed([.unusableByHummingbot], cure: cure))
    }
}
