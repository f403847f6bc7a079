import Foundation
import OrderedJSON

/// dYdX v4's indexer: public reports on addresses. Nothing is signed.
///
/// Source: docs.dydx.xyz, "Indexer HTTP API".
struct DYDX: SimulatedExchange {
    private static let blocked = """
        Because you appear to be a resident of, or trading from, a jurisdiction that violates our terms of use, \
        you have been blocked.
        """

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        guard request.method == "GET" else { throw .noSuchPath }
        if request.path == "/v4/time" {
            return .json([
                "iso": .string(desk.time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))),
                "epoch": .number(String(Double(desk.milliseconds) / 1000)),
            ])
        }
        let parts = request.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4 || parts.count == 6 && parts[4] == "subaccountNumber", parts[1] == "v4",
            parts[2] == "addresses"
        else { throw .noSuchPath }
        guard AddressText.isBech32(parts[3], prefix: "dydx") else { throw .malformedKey }
        let wallet = desk.wallet(parts[3])
        let held = wallet.map { $0.subaccounts ?? [0] } ?? []
        guard parts.count == 6 else {
            guard let wallet else { throw .unknownKey }
            return .json([
                "subaccounts": .array(held.map { report(on: $0, of: wallet) }), "totalTradingRewards": "0",
            ])
        }
        guard let number = Int(parts[5]), 0...128_000 ~= number else { throw .badParameter("subaccountNumber") }
        guard let wallet, held.contains(number) else { throw .unknownKey }
        return .json(["subaccount": report(on: number, of: wallet)])
    }

    private func report(on number: Int, of wallet: SimulatedWallet) -> JSON {
        let value = JSON.string(wallet.accountValue ?? "0")
        return [
            "address": .string(wallet.address), "subaccountNumber": .integer(number), "equity": value,
            "freeCollateral": value, "openPerpetualPositions": [:], "assetPositions": [:], "marginEnabled": true,
            "updatedAtHeight": "1", "latestProcessedBlockHeight": "2",
        ]
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        let parts = request.path.split(separator: "/").map(String.init)
        return switch refusal {
        case .unknownKey where parts.count == 5:
            error(
                "No subaccount found with address \(parts[2]) and subaccountNumber \(parts[4])", status: 404)
        case .unknownKey: error("No subaccounts found for address \(parts[2])", status: 404)
        case .malformedKey: error("address must be a valid dydx address", status: 400)
        case .badParameter(let name): error("\(name) must be a non-negative integer less than 128001", status: 400)
        default: error("Not Found", status: 404)
        }
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error("Too many requests", status: 429)
        case .regionBlocked:
            .json(
                [
                    "errors": [
                        [
                            "msg": .string(Self.blocked), "code": "GEOBLOCKED",
                        ]
                    ]
                ], status: 403)
        case .maintenance: .page("503 Service Unavailable", status: 503)
        }
    }

    private func error(_ message: String, status: Int) -> SimulatedAnswer {
        .json(["errors": [["msg": .string(message)]]], status: status)
    }
}
