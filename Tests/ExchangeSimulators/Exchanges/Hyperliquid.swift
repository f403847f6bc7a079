import Foundation
import OrderedJSON

/// Hyperliquid: one public endpoint that says what an address is. Nothing here is signed, and nothing is traded.
///
/// Source: hyperliquid.gitbook.io, "Info endpoint"; the shapes of `userRole` and `extraAgents` after its mirrors.
struct Hyperliquid: SimulatedExchange {
    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        guard request.method == "POST", request.path == "/info" else { throw .noSuchPath }
        guard request["Content-Type"]?.lowercased().hasPrefix("application/json") == true,
            let question = try? JSON(parsing: request.body), let type = question["type"]?.stringValue
        else { throw .badParameter("body") }
        if let answer = publicAnswer(to: type) { return answer }
        let field = type == "vaultDetails" ? "vaultAddress" : "user"
        guard let address = question[field]?.stringValue, Self.isAddress(address) else { throw .badParameter(field) }
        let wallet = desk.wallets[address.lowercased()] ?? SimulatedWallet(address: address, role: .missing)
        switch type {
        case "userRole": return .json(role(of: wallet))
        case "extraAgents": return .json(.array((wallet.agents ?? []).map(report)))
        case "clearinghouseState": return .json(perpetualState(of: wallet, at: desk))
        case "spotClearinghouseState": return .json(["balances": wallet.accountValue.map { [spotBalance($0)] } ?? []])
        case "userAbstraction": return .json(JSON.string("disabled"))
        case "vaultDetails":
            guard wallet.role == .vault else { return .json(JSON.null) }
            return .json(vault(wallet))
        case "openOrders", "frontendOpenOrders", "subAccounts": return .json(JSON.array([]))
        default: throw .badParameter("type")
        }
    }

    /// The `type` of a question, for the record; nil when it has none that may be recorded.
    func kind(of request: SimulatedRequest) -> String? {
        guard let type = try? JSON(parsing: request.body)["type"]?.stringValue else { return nil }
        return type.utf8.count <= 40 && !type.hasPrefix("0x") ? type : nil
    }

    private static func isAddress(_ text: String) -> Bool {
        text.hasPrefix("0x") && text.utf8.count == 42 && text.dropFirst(2).allSatisfy(\.isHexDigit)
    }

    private func role(of wallet: SimulatedWallet) -> JSON {
        let master = JSON.string(wallet.master?.lowercased() ?? "")
        return switch wallet.role {
        case .user: ["role": "user"]
        case .agent: ["role": "agent", "data": ["user": master]]
        case .vault: ["role": "vault"]
        case .subAccount: ["role": "subAccount", "data": ["master": master]]
        case .missing: ["role": "missing"]
        }
    }

    private func report(on agent: SimulatedWallet.Agent) -> JSON {
        [
            "name": .string(agent.name), "address": .string(agent.address.lowercased()),
            "validUntil": .integer(Int(agent.validUntil.timeIntervalSince1970 * 1000)),
        ]
    }

    private func perpetualState(of wallet: SimulatedWallet, at desk: ExchangeDesk) -> JSON {
        let value = wallet.accountValue ?? "0.0"
        let summary: JSON = [
            "accountValue": .string(value), "totalNtlPos": "0.0", "totalRawUsd": .string(value),
            "totalMarginUsed": "0.0",
        ]
        return [
            "marginSummary": summary, "crossMarginSummary": summary, "crossMaintenanceMarginUsed": "0.0",
            "withdrawable": .string(value), "assetPositions": [], "time": .integer(desk.milliseconds),
        ]
    }

    private func spotBalance(_ total: String) -> JSON {
        ["coin": "USDC", "token": 0, "total": .string(total), "hold": "0.0", "entryNtl": "0.0"]
    }

    private func vault(_ wallet: SimulatedWallet) -> JSON {
        [
            "name": "Vault", "vaultAddress": .string(wallet.address.lowercased()),
            "leader": .string(wallet.master?.lowercased() ?? ""), "description": "", "portfolio": [], "apr": 0,
            "followerState": nil, "leaderFraction": 1, "leaderCommission": 0, "followers": [], "maxDistributable": 0,
            "maxWithdrawable": 0, "isClosed": false, "relationship": ["type": "normal"], "allowDeposits": true,
        ]
    }

    private func publicAnswer(to type: String) -> SimulatedAnswer? {
        switch type {
        case "meta": .json(HyperliquidText.meta)
        case "metaAndAssetCtxs": .json("[\(HyperliquidText.meta),[\(HyperliquidText.context)]]")
        case "spotMeta": .json(HyperliquidText.spotMeta)
        case "spotMetaAndAssetCtxs": .json("[\(HyperliquidText.spotMeta),[\(HyperliquidText.spotContext)]]")
        case "perpDexs": .json("[null]")
        case "allMids": .json(#"{"BTC":"35000.0"}"#)
        case "exchangeStatus": .json(#"{"specialStatuses":null,"time":1700000000000}"#)
        default: nil
        }
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        guard request.path != "/exchange" else {
            return .json([
                "status": "err",
                "response": "User or API Wallet 0x0000000000000000000000000000000000000000 does not exist.",
            ])
        }
        if case .badParameter = refusal {
            return .text("Failed to deserialize the JSON body into the target type", status: 422)
        }
        return .text("Not Found", status: 404)
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: .json(JSON.null, status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: .text("502 Bad Gateway", status: 502)
        }
    }
}

/// What Hyperliquid says that is the same for everybody.
private enum HyperliquidText {
    static let meta = """
        {"universe":[{"szDecimals":5,"name":"BTC","maxLeverage":40,"marginTableId":56}],"marginTables":[[56,\
        {"description":"","marginTiers":[{"lowerBound":"0.0","maxLeverage":40}]}]],"collateralToken":0}
        """

    static let context = """
        {"funding":"0.0000125","openInterest":"1.0","prevDayPx":"35000.0","dayNtlVlm":"1.0","premium":"0.0",\
        "oraclePx":"35000.0","markPx":"35000.0","midPx":"35000.0","impactPxs":["35000.0","35000.0"],\
        "dayBaseVlm":"1.0"}
        """

    static let spotMeta = """
        {"universe":[{"tokens":[1,0],"name":"PURR/USDC","index":0,"isCanonical":true}],"tokens":[{"name":"USDC",\
        "szDecimals":8,"weiDecimals":8,"index":0,"tokenId":"0x6d1e7cde53ba9467b783cb7c530ce054","isCanonical":true,\
        "evmContract":null,"fullName":null},{"name":"PURR","szDecimals":0,"weiDecimals":5,"index":1,\
        "tokenId":"0xc1fb593aeffbeb02f85e0308e9956a90","isCanonical":true,"evmContract":null,"fullName":null}]}
        """

    static let spotContext = """
        {"prevDayPx":"0.2","dayNtlVlm":"1.0","markPx":"0.2","midPx":"0.2","circulatingSupply":"1.0",\
        "coin":"PURR/USDC","totalSupply":"1.0","dayBaseVlm":"1.0"}
        """
}
