internal import Credentials
internal import OrderedJSON
internal import WalletKeys

/// The XRP Ledger: the wallet's seed signs transactions; nothing that can be asked is signed.
///
/// The account's address is derived here, and a node is asked whether the account is active and may still sign with its
/// first key. Hummingbot derives a wrong address from raw keys that begin with `00`, so those are refused.
///
/// Source: the XRP Ledger's documentation ("account_info", "AccountRoot").
struct XRPLProbe: ExchangeProbe {
    static let all = [XRPLProbe()]

    private static let host = "xrplcluster.com"
    private static let masterKeyIsDisabled = 0x0010_0000

    let connector = ConnectorName(constant: "xrpl")
    let proof = ProbeProof(
        [.secret],
        note:
            "The seed is checked by its own checksum and its address derived on this machine; a node tells whether the "
            + "account is active and may sign with this key, which can do everything. Test networks are not asked.")

    var routes: [ProbeCall.Route] { [Self.account("").route] }

    /// Nothing is signed, so no time is needed.
    func clock(for credential: Credential) -> ServerClock? { nil }

    func identity(of credential: Credential) -> Secret { credential.secret("xrpl_secret_key") }

    private static func account(_ address: String) -> ProbeCall {
        let question: JSON = [
            "method": "account_info",
            "params": [["account": .string(address), "ledger_index": "validated"]],
        ]
        return ProbeCall(.post, host, "/", body: question.text(), isSigned: false)
    }

    func next(after answers: [ProbeAnswer], for credential: Credential) -> ProbeStep {
        let address: String
        do throws(WalletText.Fault) {
            address = try Self.address(of: credential.text("xrpl_secret_key"))
        } catch {
            return .judge(error.verdict)
        }
        if Self.usesTestNetwork(credential) { return .judge(Self.testNetwork(address)) }
        guard let response = answers.last?.response else { return .ask(Self.account(address)) }
        let result = response.status == 200 ? response.json?["result"] : nil
        if let account = result?["account_data"], account.objectValue != nil {
            return .judge(Self.verdict(on: account, address))
        }
        let error = result?["error"]?.stringValue
        if error == "actNotFound" {
            return .judge(
                .valid(
                    nil,
                    warnings: [
                        Warnings.onlyWalletKey,
                        "The seed belongs to \(address), which is not active on the main network: send the reserve of 1 XRP "
                            + "there before a bot can trade, and check that it is not a testnet's wallet.",
                    ]))
        }
        return .judge(
            Self.judgement.verdict(on: response, code: error, message: result?["error_message"]?.stringValue))
    }

    func request(
        for call: ProbeCall, of credential: Credential, stamp: ProbeStamp
    ) throws(UnusableSecret) -> ProbeRequest {
        ProbeRequest(call, headers: ["Content-Type": "application/json"])
    }

    // MARK: Fields

    private static func address(of text: String) throws(WalletText.Fault) -> String {
        if RippleKey.isAddress(text) {
            throw .secret(
                "The field of the seed holds an address. Enter the wallet's seed, which begins with s or, for Ed25519, with "
                    + "sEd.")
        }
        if WalletText.isPhrase(text) {
            throw .secret("Hummingbot takes no secret phrases here; enter the wallet's seed, which begins with s.")
        }
        let key: RippleKey
        do {
            key = try RippleKey(text)
        } catch .wrongChecksum {
            throw .secret("A character of the seed is wrong: its checksum does not fit. Copy it once more.")
        } catch {
            throw .secret(
                WalletText.isHexKey(text)
                    ? "This is a raw key without its kind; enter the wallet's seed, which begins with s."
                    : "Enter the wallet's seed, which begins with s or, for Ed25519, with sEd.")
        }
        guard key.form != .raw else {
            throw WalletText.Fault(
                verdict: .failed(
                    [.unusableByHummingbot],
                    cure: "Hummingbot derives a wrong address from a raw key that begins with 00 (the right one is "
                        + "\(key.address)); enter the wallet's seed, which begins with s."))
        }
        return key.address
    }

    /// Whether all nodes that were chosen belong to networks for tests, where the same seeds have other accounts.
    private static func usesTestNetwork(_ credential: Credential) -> Bool {
        guard case .list(let nodes)? = credential.values["wss_node_urls"], !nodes.isEmpty else { return false }
        return nodes.allSatisfy { node in
            ["altnet", "devnet", "testnet", "rippletest"].contains { node.lowercased().contains($0) }
        }
    }

    // MARK: Judgement

    private static func verdict(on account: JSON, _ address: String) -> ProbeVerdict {
        let flags = account["Flags"]?.wholeNumber ?? 0
        guard flags & masterKeyIsDisabled == 0 || account["RegularKey"]?.stringValue == address else {
            return .failed(
                [.missingRight],
                cure:
                    "The seed belongs to \(address), whose first key is switched off on the ledger, so nothing that is "
                    + "signed with it counts. Hummingbot signs with it only: use another wallet.")
        }
        return .valid(nil, warnings: [Warnings.onlyWalletKey, "The seed belongs to \(address)."])
    }

    private static func testNetwork(_ address: String) -> ProbeVerdict {
        var verdict = ProbeVerdict.inconclusive(
            [.notProvable],
            cure:
                "The seed is well-formed and belongs to \(address). The chosen nodes are a test network's, which is not "
                + "asked.")
        verdict.warnings = ["Not proven: that the account is active on the test network."]
        return verdict
    }

    private static let judgement = AnswerJudgement(causes: ["slowDown": [.rateLimited], "tooBusy": [.rateLimited]])
}
