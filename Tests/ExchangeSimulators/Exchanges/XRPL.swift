import OrderedJSON

/// A node of the XRP Ledger: JSON-RPC, errors with status 200. Nothing is signed.
///
/// Source: xrpl.org, "account_info", "Error formatting".
struct XRPL: SimulatedExchange {
    private static let disableMaster = 0x0010_0000

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        guard request.method == "POST", request.path == "/" else { throw .noSuchPath }
        guard let call = request.json, let method = call["method"]?.stringValue else { throw .badParameter("method") }
        let asked = call["params"]?.arrayValue?.first
        switch method {
        case "server_info":
            return result([
                "info": ["build_version": "2.4.0", "server_state": "full", "complete_ledgers": "32570-90000000"],
                "status": "success",
            ])
        case "account_info":
            guard let address = asked?["account"]?.stringValue else { throw .missing("account") }
            guard AddressText.isRipple(address) else { throw .malformedKey }
            guard let wallet = desk.wallet(address) else { throw .unknownKey }
            return result([
                "account_data": .object(report(on: wallet)), "ledger_index": 90_000_000, "status": "success",
                "validated": true,
            ])
        default: throw .badParameter("command")
        }
    }

    private func report(on wallet: SimulatedWallet) -> JSONObject {
        var data: JSONObject = [
            "Account": .string(wallet.address), "Balance": .string(wallet.accountValue ?? "10000000"),
            "Flags": .integer(wallet.isMasterDisabled == true ? Self.disableMaster : 0),
            "LedgerEntryType": "AccountRoot", "OwnerCount": 0,
            "PreviousTxnID": "0D5FB50FA65C9FE1538FD7E398FFFE9D1908DFA4576D8D7A020040686F93C77D",
            "PreviousTxnLgrSeq": 89_999_999, "Sequence": 7,
            "index": "4F83A2CF7E70F77F79A307E6A472BFC2585B806A70833CCD1C26105BAE0D6E05",
        ]
        if let regular = wallet.regularKey { data["RegularKey"] = .string(regular) }
        return data
    }

    func kind(of request: SimulatedRequest) -> String? {
        request.json?["method"]?.stringValue.map { String($0.prefix(40)) }
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        let asked = request.json?["params"]?.arrayValue?.first ?? [:]
        return switch refusal {
        case .unknownKey: error("actNotFound", 19, "Account not found.", asked: asked)
        case .malformedKey: error("actMalformed", 35, "Account malformed.", asked: asked)
        case .badParameter("command"): error("unknownCmd", 32, "Unknown method.", asked: asked)
        case .noSuchPath: .text("Not Found", status: 404)
        default: error("invalidParams", 31, "Invalid parameters.", asked: asked)
        }
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited: error("slowDown", 10, "You are placing too much load on the server.", asked: [:])
        case .banned: .text("Too Many Requests", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error("noNetwork", 17, "Not synced to the network.", asked: [:])
        }
    }

    private func result(_ value: JSON) -> SimulatedAnswer { .json(["result": value]) }

    private func error(_ name: String, _ code: Int, _ message: String, asked: JSON) -> SimulatedAnswer {
        result([
            "error": .string(name), "error_code": .integer(code), "error_message": .string(message),
            "request": asked, "status": "error",
        ])
    }
}
