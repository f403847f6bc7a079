import Foundation
import OrderedJSON

/// Derive, API v3 and the v2 before it: a time signed with an Ethereum wallet (EIP-191). Errors are those of JSON-RPC.
///
/// The wallet of v3 is the owner's; that of v2 is a contract whose owner is its master. Who signs with neither must be
/// among the session keys, unexpired. Only the owner's time must be fresh; within how much is not documented, 60 s
/// here, nor what a stale one gets: the answer of a wrong signature. v3 turns away callers without a User-Agent.
/// Source: docs.derive.xyz, "Authentication", "Session keys", "Error codes"; ccxt's tables.
struct Derive: SimulatedExchange {
    private static let tolerance = 60_000

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        let isNew = request.path.hasPrefix("/v3/")
        let path = isNew ? String(request.path.dropFirst(3)) : request.path
        if isNew, request["User-Agent"] == nil { throw .missing("User-Agent") }
        if path == "/public/get_time" { return result(.integer(desk.milliseconds)) }
        guard path.hasPrefix("/private/"), request.method == "POST" else { throw .noSuchPath }
        let wallet = try checkSignature(of: request, header: isNew ? "X-Derive" : "X-Lyra", at: &desk)
        guard let body = request.json else { throw .badParameter("body") }
        switch path {
        case "/private/get_subaccount":
            guard let number = body["subaccount_id"]?.integerValue else { throw .badParameter("body") }
            guard wallet.subaccounts?.contains(number) == true else {
                let isOthers = desk.wallets.values.contains { $0.subaccounts?.contains(number) == true }
                throw .badParameter(isOthers ? "wallet" : "subaccount_id")
            }
            return result([
                "subaccount_id": .integer(number), "currency": "USDC", "margin_type": "SM", "label": "",
                "subaccount_value": .string(wallet.accountValue ?? "0"), "is_under_liquidation": false,
                "collaterals": [
                    ["asset_name": "USDC", "asset_type": "erc20", "amount": .string(wallet.accountValue ?? "0")]
                ], "positions": [], "open_orders": [],
            ])
        case "/private/get_subaccounts":
            try checkAsked(body, of: wallet)
            return result([
                "wallet": .string(wallet.address),
                "subaccount_ids": .array((wallet.subaccounts ?? []).map(JSON.integer)),
            ])
        case "/private/session_keys":
            try checkAsked(body, of: wallet)
            return result(["public_session_keys": .array((wallet.agents ?? []).map(report))])
        default: throw .noSuchPath
        }
    }

    private func checkSignature(
        of request: SimulatedRequest, header: String, at desk: inout ExchangeDesk
    ) throws(Refusal) -> SimulatedWallet {
        guard let address = request["\(header)Wallet"] else { throw .missing("\(header)Wallet") }
        guard EthereumMessage.isAddress(address) else { throw .malformedKey }
        guard let text = request["\(header)Timestamp"], let time = Int(text) else { throw .malformedTimestamp }
        guard let wallet = desk.wallet(address) else { throw .unknownKey }
        guard let signature = request["\(header)Signature"],
            let signer = EthereumMessage.signer(
                of: text, signature: signature.hasPrefix("0x") ? signature : "0x" + signature)
        else { throw .wrongSecret }
        if [address, wallet.master].contains(where: { $0?.lowercased() == signer }) {
            try desk.checkTime(time, atMostBehind: Self.tolerance, atMostAhead: Self.tolerance)
        } else {
            guard let agent = wallet.agents?.first(where: { $0.address.lowercased() == signer }) else {
                throw .badParameter("signer")
            }
            guard agent.validUntil > desk.time else { throw .expired }
            guard agent.ipAllowList?.contains(desk.seenAddress) ?? true else { throw .addressNotAllowed }
        }
        desk.accept(wallet)
        return wallet
    }

    private func checkAsked(_ body: JSON, of wallet: SimulatedWallet) throws(Refusal) {
        guard let asked = body["wallet"]?.stringValue else { throw .badParameter("body") }
        guard asked.lowercased() == wallet.address.lowercased() else { throw .badParameter("wallet") }
    }

    private func report(on key: SimulatedWallet.Agent) -> JSON {
        [
            "public_session_key": .string(key.address),
            "protocol_scopes": .array((key.permissions ?? ["admin"]).map(JSON.string)), "offchain_scopes": [],
            "subaccount_ids": [],
            "expiry_sec": .integer(Int(key.validUntil.timeIntervalSince1970)),
            "ip_whitelist": .array((key.ipAllowList ?? []).map(JSON.string)), "label": .string(key.name),
            "registered_sec": 1_690_000_000,
        ]
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .missing("User-Agent"): .page("403 Forbidden", status: 403)
        case .missing: error(14021)
        case .malformedKey: error(14013)
        case .unknownKey: error(14000)
        case .badParameter("signer"): error(14023)
        case .badParameter("wallet"): error(14020)
        case .badParameter("subaccount_id"): error(14001)
        case .badParameter: error(-32602)
        case .addressNotAllowed: error(14029)
        case .expired: error(14030)
        case .missingRight: error(14031)
        case .suspended: error(16001)
        case .wrongSecret, .wrongPassphrase, .wrongEnvironment, .clockSkew, .nonceOutOfOrder, .malformedTimestamp:
            error(14014)
        case .noSuchPath: .page("404 Not Found", status: 404)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? { error(Int(code) ?? 0) }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error(-32000)
        case .regionBlocked: error(16000)
        case .maintenance: .page("503 Service Unavailable", status: 503)
        }
    }

    private static let messages = [
        -32000: "Rate limit exceeded", -32100: "Number of concurrent websocket clients limit exceeded",
        -32602: "Invalid params", 14000: "Account not found", 14001: "Subaccount not found",
        14012: "Address must be checksummed", 14013: "String is not a valid ethereum address",
        14014: "Signature invalid for message or transaction",
        14020: "The X-DeriveWallet header does not match the requested subaccount_id or wallet",
        14021: "The X-DeriveWallet header not provided",
        14023: "Signer in on-chain related request is not wallet owner or registered session key",
        14029: "Session key IP not whitelisted", 14030: "Session key expired", 14031: "Unauthorized key scope",
        16000: "You are in a restricted region that violates our terms of service.",
        16001: "Account is disabled due to compliance violations, please contact support to enable it.",
    ]

    private func result(_ value: JSON) -> SimulatedAnswer { .json(["result": value, "id": "1"]) }

    private func error(_ code: Int) -> SimulatedAnswer {
        .json([
            "error": ["code": .integer(code), "message": .string(Self.messages[code] ?? "Refused"), "data": nil],
            "id": "1",
        ])
    }
}
