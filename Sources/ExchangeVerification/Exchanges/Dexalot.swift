internal import Credentials
internal import OrderedJSON
internal import WalletKeys

/// Dexalot: the wallet's own key signs the fixed text "dexalot" (EIP-191), and the signature goes along in a header.
///
/// Key and address are compared here. `GET /privapi/signed/orders`, which Hummingbot itself asks, shows that the exchange
/// takes the signature. Dexalot documents no refusals, so they are judged by their status.
///
/// Source: Hummingbot's connector.
struct DexalotProbe: ExchangeProbe {
    static let all = [
        DexalotProbe("dexalot", host: "api.dexalot.com"), DexalotProbe("dexalot_testnet", host: "api.dexalot-test.com"),
    ]

    let connector: ConnectorName
    private let name: String
    private let orders: ProbeCall

    private init(_ connector: StaticString, host: String) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        orders = ProbeCall(.get, host, "/privapi/signed/orders")
    }

    let proof = ProbeProof(
        [.secret, .address],
        note: "The private key is checked against the address on this machine, and Dexalot takes its signature. "
            + "It is the wallet's own key, which can do everything.")

    var routes: [ProbeCall.Route] { [orders.route] }

    /// The signature holds no time.
    func clock(for credential: Credential) -> ServerClock? { nil }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_api_secret") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        do throws(WalletText.Fault) {
            let signer = try WalletText.ethereumKey(credential.text("\(name)_api_secret")).address
            let address = try WalletText.ethereumAddress(credential.text("\(name)_api_key"))
            guard signer == address else {
                throw .address(
                    "This private key belongs to another address, \(signer.checksummed). "
                        + VerificationCause.wrongAddress.cure)
            }
        } catch {
            return .judge(error.verdict)
        }
        guard let response = answers.last?.response else { return .ask(orders) }
        if response.status == 200, response.json?["rows"]?.arrayValue != nil {
            return .judge(.valid(nil, warnings: [Warnings.onlyWalletKey]))
        }
        return .judge(
            AnswerJudgement.verdict(
                onRefusal: response, causes: [.wrongKey, .wrongEnvironment],
                cure:
                    "The private key and the address belong together, but Dexalot did not take the wallet: check that it "
                    + "has been used on Dexalot, and on this network."))
    }

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        guard let key = try? EthereumPrivateKey(hex: credential.text("\(name)_api_secret")),
            let signature = try? key.signature(ofMessage: "dexalot")
        else { throw UnusableSecret() }
        return ProbeRequest(
            call, headers: ["x-signature": "\(key.address.checksummed):\(signature.ethereumText)"])
    }
}
