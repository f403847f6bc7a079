import Foundation
import OrderedJSON

/// A node of Injective, its REST side: public reports on addresses and on what one may do for another.
///
/// The keys that a wallet approved are the grantees of its authorisations; their permissions are types of messages.
/// Source: docs.cosmos.network, "gRPC-Gateway": auth, authz, bank.
struct Injective: SimulatedExchange {
    private static let usualMessages = [
        "MsgCreateSpotLimitOrder", "MsgCreateSpotMarketOrder", "MsgCancelSpotOrder", "MsgBatchUpdateOrders",
        "MsgCreateDerivativeLimitOrder", "MsgCreateDerivativeMarketOrder", "MsgCancelDerivativeOrder",
    ].map { "/injective.exchange.v1beta1.\($0)" }

    /// The chain's name.
    let chain: String

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        guard request.method == "GET" else { throw .noSuchPath }
        let parts = request.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch (parts.dropLast().joined(separator: "/"), parts.last ?? "") {
        case ("/cosmos/base/tendermint/v1beta1", "node_info"):
            return .json(["default_node_info": ["network": .string(chain), "moniker": "simulated"]])
        case ("/cosmos/auth/v1beta1/accounts", let address):
            try check(address)
            guard let wallet = desk.wallet(address) else { throw .unknownKey }
            return .json([
                "account": [
                    "@type": "/injective.types.v1beta1.EthAccount",
                    "base_account": [
                        "address": .string(wallet.address), "pub_key": nil, "account_number": "1", "sequence": "0",
                    ], "code_hash": "xdJGAYb3IzySfn2y3McDwOUAtlPKgic7e/rYBF2FpHA=",
                ]
            ])
        case ("/cosmos/bank/v1beta1/balances", let address):
            try check(address)
            let balances: JSON =
                desk.wallet(address)?.accountValue.map { [["denom": "inj", "amount": .string($0)]] } ?? []
            return .json(["balances": balances, "pagination": ["next_key": nil, "total": "1"]])
        case ("/cosmos/authz/v1beta1", "grants"):
            let granter = request.queryValue("granter") ?? "", grantee = request.queryValue("grantee") ?? ""
            try check(granter)
            try check(grantee)
            let type = request.queryValue("msg_type_url")?.removingPercentEncoding ?? ""
            let grants = (desk.wallet(granter)?.agents ?? []).filter {
                $0.address == grantee && $0.validUntil > desk.time
            }
            let listed = grants.flatMap { report(on: $0, granter: granter, type: type) }
            guard type.isEmpty || !listed.isEmpty else { throw .missingRight(.tradeSpot) }
            return .json([
                "grants": .array(listed), "pagination": ["next_key": nil, "total": .string(String(listed.count))],
            ])
        default: throw .noSuchPath
        }
    }

    private func check(_ address: String) throws(Refusal) {
        guard AddressText.isBech32(address, prefix: "inj") else { throw .malformedKey }
    }

    private func report(on grantee: SimulatedWallet.Agent, granter: String, type: String) -> [JSON] {
        (grantee.permissions ?? Self.usualMessages).filter { type.isEmpty || $0 == type }.map { message in
            [
                "granter": .string(granter), "grantee": .string(grantee.address),
                "authorization": [
                    "@type": "/cosmos.authz.v1beta1.GenericAuthorization", "msg": .string(message),
                ], "expiration": .string(grantee.validUntil.formatted(.iso8601)),
            ]
        }
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        let address = request.path.split(separator: "/").last.map(String.init) ?? ""
        return switch refusal {
        case .unknownKey:
            error(5, "rpc error: code = NotFound desc = account \(address) not found: key not found", status: 404)
        case .malformedKey: error(3, "decoding bech32 failed: invalid checksum: invalid address", status: 400)
        case .missingRight: error(5, "no authorization found: authorization not found", status: 404)
        case .noSuchPath: error(12, "Not Implemented", status: 501)
        default: error(3, "invalid request", status: 400)
        }
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: .text("Too Many Requests", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: .page("503 Service Temporarily Unavailable", status: 503)
        }
    }

    private func error(_ code: Int, _ message: String, status: Int) -> SimulatedAnswer {
        .json(["code": .integer(code), "message": .string(message), "details": []], status: status)
    }
}
