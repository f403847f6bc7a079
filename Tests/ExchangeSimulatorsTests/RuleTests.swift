import ExchangeSimulators
import Foundation
import OrderedJSON
import Testing

@Suite("Simulated exchanges: rules of their own")
struct RuleTests {
    private let start = Date(timeIntervalSince1970: 1_700_000_000)

    @Test("Kraken's nonces must rise, and a refused signature does not raise them")
    func nonces() async throws {
        let simulator = ExchangeSimulator(.kraken)
        var request = SignedRequest(.kraken)
        await simulator.register(request.key)
        func verdict(_ nonce: Int, secret: String? = nil) async throws -> String? {
            var request = request
            request.nonce = nonce
            request.key.secret = secret ?? request.key.secret
            _ = try await simulator.answer(to: request.made())
            return await simulator.requests.last?.verdict
        }
        #expect(try await verdict(10) == "accepted")
        #expect(try await verdict(10) == "nonce_out_of_order")
        #expect(try await verdict(9) == "nonce_out_of_order")
        #expect(try await verdict(99, secret: "c2VjcmV0") == "wrong_secret")
        #expect(try await verdict(11) == "accepted")
        request.key.nonceWindow = 5
        request.key.highestNonce = 20
        await simulator.register(request.key)
        #expect(try await verdict(15) == "nonce_out_of_order")
        #expect(try await verdict(16) == "accepted")
        #expect(try await verdict(16) == "nonce_out_of_order")
        #expect(await simulator.registered(request.key.key)?.highestNonce == 20)
    }

    @Test("Coinbase takes a token for its own method, host and path only")
    func uri() async throws {
        let simulator = ExchangeSimulator(.coinbase, clock: { start })
        let request = SignedRequest(.coinbase)
        await simulator.register(request.key)
        let made = try request.made()
        let field = try #require(made["Authorization"])
        let elsewhere = SimulatedRequest(
            method: "GET", target: "/api/v3/brokerage/accounts", fields: [("Authorization", field)], body: [])
        #expect(try await simulator.answer(to: elsewhere).status == 401)
        #expect(try await simulator.answer(to: made).status == 200)
    }

    @Test("OKX keeps demo keys and live keys apart")
    func environments() async throws {
        let simulator = ExchangeSimulator(.okx, clock: { start })
        var request = SignedRequest(.okx)
        await simulator.register(request.key)
        request.spoil = { $0.append(("x-simulated-trading", "1")) }
        #expect(try await simulator.answer(to: request.made()).text.contains("50101"))
        request.key.isDemo = true
        await simulator.register(request.key)
        #expect(try await simulator.answer(to: request.made()).status == 200)
    }

    @Test("Binance bounds the window that a caller may choose")
    func window() async throws {
        let simulator = ExchangeSimulator(.binance, clock: { start })
        let request = SignedRequest(.binance)
        await simulator.register(request.key)
        let wide = SimulatedRequest(
            method: "GET", target: "/api/v3/account?timestamp=1700000000000&recvWindow=60001&signature=00",
            fields: [("X-MBX-APIKEY", request.key.key)], body: [])
        #expect(try await simulator.answer(to: wide).text.contains("-1131"))
    }

    @Test("an order is never taken, whoever signs it")
    func orders() async throws {
        let simulator = ExchangeSimulator(.kraken)
        let request = SignedRequest(.kraken, path: "/0/private/AddOrder")
        await simulator.register(request.key)
        #expect(try await simulator.answer(to: request.made()).text.contains("EGeneral:Unknown method"))
        #expect(await simulator.requests.first?.verdict == "no_such_path")
    }

    @Test("Hyperliquid tells whose an API wallet is and until when")
    func agents() async throws {
        let simulator = ExchangeSimulator(.hyperliquid, clock: { start })
        let agent = "0x14791697260e4c9a71f18484c9f997b308e59325"
        let master = "0x1719884eb866cb12b2287399b15f7db5e7d775ea"
        #expect(try await simulator.answer(to: SignedRequest(.hyperliquid).made()).text == #"{"role":"missing"}"#)
        await simulator.register(
            SimulatedWallet(address: agent.uppercased().replacing("0X", with: "0x"), role: .agent, master: master))
        await simulator.register(
            SimulatedWallet(
                address: master, role: .user, agents: [.init(name: "bot", address: agent, validUntil: start)]))
        #expect(
            try await simulator.answer(to: SignedRequest(.hyperliquid).made()).text
                == #"{"role":"agent","data":{"user":"\#(master)"}}"#)
        let agents = SimulatedRequest(
            method: "POST", target: "/info", fields: [("Content-Type", "application/json")],
            body: Array(#"{"type":"extraAgents","user":"\#(master)"}"#.utf8))
        #expect(
            try await simulator.answer(to: agents).text
                == #"[{"name":"bot","address":"\#(agent)","validUntil":1700000000000}]"#)
        let malformed = SimulatedRequest(method: "POST", target: "/info", fields: [], body: [])
        #expect(try await simulator.answer(to: malformed).status == 422)
    }

    @Test("the record holds neither key, secret, passphrase nor signature", arguments: ExchangeHost.allCases)
    func record(_ host: ExchangeHost) async throws {
        let simulator = ExchangeSimulator(host, clock: { start })
        let request = SignedRequest(host)
        await simulator.admit(request)
        let made = try request.made()
        _ = try await simulator.answer(to: made)
        let record = String(decoding: try JSONEncoder().encode(await simulator.requests), as: UTF8.self)
        for hidden in [request.key.key, request.key.secret, request.key.passphrase, made.query, made.body]
        where hidden?.isEmpty == false {
            #expect(hidden.map(record.contains) == false)
        }
    }
}
