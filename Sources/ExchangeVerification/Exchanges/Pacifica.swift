internal import Credentials
internal import OrderedJSON
internal import WalletKeys

/// Pacifica: an agent wallet signs (Ed25519) JSON with sorted names for the wallet that holds the funds.
///
/// Key and address of the agent are compared here. `POST /account/api_keys`, which lists and changes nothing and which
/// Hummingbot itself asks at its start, proves that the agent is bound to the wallet. What can be read of an account
/// without a signature proves nothing and is not asked.
///
/// Sources: Pacifica's documentation ("Get Exchange Info") and Python library, Hummingbot's connector, and ccxt.
struct PacificaProbe: ExchangeProbe {
    static let all = [
        PacificaProbe("pacifica_perpetual", host: "api.pacifica.fi"),
        PacificaProbe("pacifica_perpetual_testnet", host: "test-api.pacifica.fi"),
    ]

    private static let signedType = "list_api_keys"
    private static let window = 5000

    let connector: ConnectorName
    private let name: String
    private let list: ProbeCall
    /// Pacifica tells its time nowhere but in the header of every answer.
    private let clock: ServerClock

    private init(_ connector: StaticString, host: String) {
        self.connector = ConnectorName(constant: connector)
        name = connector.description
        list = ProbeCall(.post, host, "/api/v1/account/api_keys")
        clock = ServerClock(dateOf: ProbeCall(.get, host, "/api/v1/info", isSigned: false))
    }

    let proof = ProbeProof(
        [.key, .secret, .address],
        note:
            "The agent's private key is checked against its address on this machine, and Pacifica takes its signature for "
            + "the wallet. Pacifica does not tell what an agent may do.")

    var routes: [ProbeCall.Route] { [list.route, clock.call.route] }

    func clock(for credential: Credential) -> ServerClock? { clock }

    func identity(of credential: Credential) -> Secret { credential.secret("\(name)_agent_wallet_private_key") }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        let (agent, user): (String, String)
        do throws(WalletText.Fault) {
            agent = try Self.key(credential.text("\(name)_agent_wallet_private_key")).solanaAddress
            guard try Self.address(credential.text("\(name)_agent_wallet_public_key")) == agent else {
                throw .address(
                    "The agent's private key belongs to another address, \(agent). "
                        + VerificationCause.wrongAddress.cure)
            }
            user = try Self.address(credential.text("\(name)_user_wallet_public_key"))
        } catch {
            return .judge(error.verdict)
        }
        guard let response = answers.last?.response else { return .ask(list) }
        if response.status == 200, response.json?["success"]?.boolValue == true,
            response.json?["data"]?["active_api_keys"]?.arrayValue != nil
        {
            return .judge(.valid(nil, warnings: agent == user ? [Warnings.walletKey] : []))
        }
        return .judge(Self.failure(response))
    }

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        let time = stamp.time.milliseconds
        guard let key = try? Ed25519PrivateKey(solana: credential.text("\(name)_agent_wallet_private_key")),
            let signature = try? key.signature(of: Array(Self.text(type: Self.signedType, time: time).utf8))
        else { throw UnusableSecret() }
        let body: JSON = [
            "account": .string(credential.text("\(name)_user_wallet_public_key")),
            "agent_wallet": .string(key.solanaAddress), "signature": .string(Base58.bitcoin.text(signature)),
            "timestamp": .integer(time), "expiry_window": .integer(Self.window),
        ]
        var request = ProbeRequest(call, body: body.text(), headers: ["Content-Type": "application/json"])
        // It raises the limits of requests and opens nothing.
        let configKey = credential.text("\(name)_api_config_key")
        if !configKey.isEmpty { request.headers.append(ProbeRequest.Header(name: "PF-API-KEY", value: configKey)) }
        return request
    }

    /// What is signed: compact, with the names in order on every level.
    ///
    /// - Parameters:
    ///   - type: What is asked.
    ///   - time: In milliseconds.
    ///   - data: The question's own members, in order.
    /// - Returns: The JSON text.
    static func text(type: String, time: Int, data: JSON = [:]) -> String {
        ([
            "data": data, "expiry_window": .integer(window), "timestamp": .integer(time), "type": .string(type),
        ] as JSON).text()
    }

    // MARK: Fields

    private static func key(_ text: String) throws(WalletText.Fault) -> Ed25519PrivateKey {
        do {
            return try Ed25519PrivateKey(solana: text)
        } catch .wrongPublicKey {
            throw .secret("The two halves of the agent's private key do not belong together; copy it once more.")
        } catch {
            throw .secret(
                Base58.bitcoin.bytes(text)?.count == 32
                    ? "The field of the agent's private key holds an address or half a key; enter the whole private key, "
                        + "about 88 characters."
                    : "Enter the agent's private key as Pacifica shows it: about 88 letters and digits (base58).")
        }
    }

    private static func address(_ text: String) throws(WalletText.Fault) -> String {
        try WalletText.refuseSecret(text, inFieldOfAddress: "about 44 letters and digits")
        switch Base58.bitcoin.bytes(text)?.count {
        case 32: return text
        case 64:
            throw .address(
                "The field of an address holds a private key. Enter the address there (about 44 letters and digits) and "
                    + "keep the private key to its own field.")
        default: throw .address("Enter the Solana address: about 44 letters and digits (base58).")
        }
    }

    // MARK: Failures

    private static let judgement = AnswerJudgement(causes: [
        "401": [.wrongSecret], "402": [.wrongKey, .wrongEnvironment], "429": [.rateLimited],
    ])

    /// By Pacifica's words, which say more than its codes, else by code.
    private static func failure(_ response: ProbeResponse) -> ProbeVerdict {
        let json = response.json
        let code = json?["code"]?.codeText
        let message = json?["error"]?.stringValue ?? json?["message"]?.stringValue
        let words = message?.lowercased() ?? ""
        // The signature is made here with the right key, so what it was refused for lies elsewhere.
        let unknown =
            "Pacifica does not take this agent for the wallet: bind it on the site of this network, main network or testnet, "
            + "and check your wallet's address."
        switch (code, words) {
        case (_, _) where words.contains("invalid public key"):
            return .failed([.wrongAddress], code: code, message: message)
        case (_, _) where words.contains("invalid message"):
            return .failed([.clockSkew, .exchangeUnavailable], code: code, message: message)
        case ("401", _), ("402", _),
            (_, _)
        where words.contains("invalid sign") || words.contains("verification failed")
            || words.contains("not authorized"):
            return .failed([.wrongKey, .wrongEnvironment], code: code, message: message, cure: unknown)
        case ("403", _) where json?["success"]?.boolValue == false:
            return .failed([.regionBlocked, .missingRight], code: code, message: message)
        default: return judgement.verdict(on: response, code: code, message: message)
        }
    }
}
