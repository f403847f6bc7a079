import OrderedJSON

/// Dexalot: one word signed with an Ethereum wallet (EIP-191) stands for the wallet for ever; and the chain's own RPC.
///
/// The answers to refusals are not documented: 401 for a signature that is not the address's, 403 for an address that
/// the exchange refuses. An address that never traded has no orders.
/// Source: Hummingbot's connector; ethereum.org, "JSON-RPC API".
struct Dexalot: SimulatedExchange {
    /// The chain's number: the main network's or the test network's.
    let chain: Int
    /// The network's name in the RPC's path.
    let network: String

    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        if request.method == "POST", request.path == "/dexalot/\(network)/rpc" { return try call(request, at: desk) }
        guard request.method == "GET", request.path.hasPrefix("/privapi/signed/") else { throw .noSuchPath }
        guard let field = request["x-signature"] else { throw .missing("x-signature") }
        let halves = field.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2, EthereumMessage.isAddress(halves[0]) else { throw .malformedKey }
        guard EthereumMessage.signer(of: "dexalot", signature: halves[1]) == halves[0].lowercased() else {
            throw .wrongSecret
        }
        desk.accept(desk.wallet(halves[0]) ?? SimulatedWallet(address: halves[0], role: .missing))
        return switch request.path {
        case "/privapi/signed/orders": .json(["count": 0, "rows": []])
        case "/privapi/signed/portfoliobalance": .json("[]")
        default: throw .noSuchPath
        }
    }

    private func call(_ request: SimulatedRequest, at desk: ExchangeDesk) throws(Refusal) -> SimulatedAnswer {
        guard let call = request.json, let method = call["method"]?.stringValue else { throw .badParameter("body") }
        let result: JSON
        switch method {
        case "eth_chainId": result = .string("0x" + String(chain, radix: 16))
        case "eth_getBalance":
            guard let address = call["params"]?.arrayValue?.first?.stringValue, EthereumMessage.isAddress(address)
            else {
                throw .badParameter("address")
            }
            result = .string(desk.wallet(address) == nil ? "0x0" : "0xde0b6b3a7640000")
        default:
            return .json([
                "jsonrpc": "2.0", "id": call["id"] ?? nil,
                "error": ["code": -32601, "message": .string("the method \(method) does not exist/is not available")],
            ])
        }
        return .json(["jsonrpc": "2.0", "id": call["id"] ?? nil, "result": result])
    }

    func kind(of request: SimulatedRequest) -> String? {
        request.path.hasSuffix("/rpc") ? request.json?["method"]?.stringValue.map { String($0.prefix(40)) } : nil
    }

    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer {
        switch refusal {
        case .addressNotAllowed, .missingRight, .suspended: error("Forbidden", status: 403)
        case .badParameter: error("Bad Request", status: 400)
        case .noSuchPath: error("Not Found", status: 404)
        default: error("Unauthorized", status: 401)
        }
    }

    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? {
        error("Forbidden", status: Int(code) ?? 403)
    }

    func answer(to trouble: Trouble) -> SimulatedAnswer {
        switch trouble {
        case .rateLimited, .banned: error("Too Many Requests", status: 429)
        case .regionBlocked: .page("Access denied", status: 403)
        case .maintenance: error("Service Unavailable", status: 503)
        }
    }

    private func error(_ message: String, status: Int) -> SimulatedAnswer {
        .json(["message": .string(message)], status: status)
    }
}
