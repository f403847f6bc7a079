internal import Credentials
internal import OrderedJSON
internal import WalletKeys

/// dYdX v4: the secret phrase signs transactions of its chain; nothing that can be asked is signed.
///
/// Phrase and address are compared here, which proves that they belong together. The indexer is asked for what is public:
/// whether the address has ever had funds at dYdX.
///
/// Source: dYdX's documentation ("Indexer API").
struct DydxProbe: ExchangeProbe {
    static let all = [DydxProbe()]

    private static let host = "indexer.dydx.trade"
    private static let prefix = "dydx"

    let connector = ConnectorName(constant: "dydx_v4_perpetual")
    let proof = ProbeProof(
        [.secret, .address],
        note:
            "The secret phrase is checked, word by word and as a whole, and against the address on this machine. dYdX "
            + "tells whether the address has ever been used. The phrase can do everything with the wallet.")

    var routes: [ProbeCall.Route] { [Self.subaccount("{}").route] }

    /// Nothing is signed, so no time is needed.
    func clock(for credential: Credential) -> ServerClock? { nil }

    func identity(of credential: Credential) -> Secret { credential.secret("dydx_v4_perpetual_secret_phrase") }

    private static func subaccount(_ address: String) -> ProbeCall {
        ProbeCall(.get, host, "/v4/addresses/\(address)/subaccountNumber/0", isSigned: false)
    }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        let address: CosmosAddress
        do throws(WalletText.Fault) {
            address = try Self.address(of: credential)
        } catch {
            return .judge(error.verdict)
        }
        guard let response = answers.last?.response else { return .ask(Self.subaccount(address.description)) }
        switch response.status {
        case 200 where response.json?["subaccount"]?.objectValue != nil:
            return .judge(.valid(nil, warnings: [Warnings.onlyWalletKey]))
        case 404 where response.json?["errors"]?.arrayValue != nil:
            return .judge(
                .valid(
                    nil,
                    warnings: [
                        Warnings.onlyWalletKey,
                        "dYdX has never seen funds of this address; deposit before a bot can trade, and check that it is the "
                            + "right wallet.",
                    ]))
        default:
            let message = response.json?["errors"]?.arrayValue?.first?["msg"]?.stringValue
            if response.status == 403, response.json != nil {
                return .judge(.failed([.regionBlocked], code: "HTTP 403", message: message))
            }
            return .judge(AnswerJudgement.verdict(byStatusOf: response, code: nil, message: message))
        }
    }

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        ProbeRequest(call)
    }

    /// The address, when it is the phrase's.
    private static func address(of credential: Credential) throws(WalletText.Fault) -> CosmosAddress {
        let phrase = try WalletText.phrase(credential.text("dydx_v4_perpetual_secret_phrase"))
        let address = try WalletText.cosmosAddress(
            credential.text("dydx_v4_perpetual_chain_address"), prefix: prefix, chain: "dYdX Chain")
        guard let key = try? CosmosPrivateKey(phrase: phrase) else {
            throw .secret("No key can be derived from this secret phrase; use another wallet.")
        }
        let own = key.address(prefix: prefix)
        guard own == address else {
            throw .address(
                "The secret phrase belongs to another address, \(own). Enter that one, or the phrase that dYdX exports for "
                    + "the address you entered; the phrase of the Ethereum wallet that you connected is another.")
        }
        return address
    }
}
