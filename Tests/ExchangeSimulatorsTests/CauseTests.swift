import ExchangeSimulators
import Foundation
import Testing

/// What an exchange answers for one cause: a status, and a code in the body.
struct DocumentedAnswer: Sendable, CustomTestStringConvertible {
    enum Cause: String, Sendable {
        case unknownKey, wrongSecret, wrongPassphrase, address, right, expired, early, late, suspended
    }

    let host: ExchangeHost
    let cause: Cause
    let status: Int
    let text: String

    init(_ host: ExchangeHost, _ cause: Cause, _ status: Int, _ text: String) {
        self.host = host
        self.cause = cause
        self.status = status
        self.text = text
    }

    var testDescription: String { "\(host.rawValue) \(cause.rawValue): \(status) \(text)" }

    static let all: [DocumentedAnswer] = [
        .init(.binance, .unknownKey, 401, "-2015"), .init(.binance, .wrongSecret, 400, "-1022"),
        .init(.binance, .address, 401, "-2015"), .init(.binance, .right, 401, "-2015"),
        .init(.binance, .early, 400, "-1021"), .init(.binance, .late, 400, "-1021"),
        .init(.binance, .suspended, 401, "-2015"),
        .init(.binanceFuturesTestnet, .unknownKey, 401, "-2015"), .init(.binanceFuturesTestnet, .right, 401, "-2015"),
        .init(.coinbase, .unknownKey, 401, "Unauthorized"), .init(.coinbase, .wrongSecret, 401, "Unauthorized"),
        .init(.coinbase, .address, 401, "Unauthorized"), .init(.coinbase, .expired, 401, "Unauthorized"),
        .init(.coinbase, .early, 401, "Unauthorized"), .init(.coinbase, .late, 401, "Unauthorized"),
        .init(.coinbase, .right, 403, "PERMISSION_DENIED"),
        .init(.kraken, .unknownKey, 200, "EAPI:Invalid key"),
        .init(.kraken, .wrongSecret, 200, "EAPI:Invalid signature"),
        .init(.kraken, .address, 200, "EAPI:Invalid key"), .init(.kraken, .expired, 200, "EAPI:Invalid key"),
        .init(.kraken, .right, 200, "EGeneral:Permission denied"),
        .init(.kraken, .suspended, 200, "EAuth:Account temporary disabled"),
        .init(.kucoin, .unknownKey, 401, "400003"), .init(.kucoin, .wrongSecret, 401, "400005"),
        .init(.kucoin, .wrongPassphrase, 401, "400004"), .init(.kucoin, .address, 401, "400006"),
        .init(.kucoin, .right, 403, "400007"), .init(.kucoin, .early, 401, "400002"),
        .init(.kucoin, .late, 401, "400002"), .init(.kucoin, .suspended, 403, "411100"),
        .init(.gate, .unknownKey, 401, "INVALID_KEY"), .init(.gate, .wrongSecret, 401, "INVALID_SIGNATURE"),
        .init(.gate, .address, 403, "Request IP not in whitelist: 203.0.113.7"), .init(.gate, .right, 403, "FORBIDDEN"),
        .init(.gate, .early, 403, "REQUEST_EXPIRED"), .init(.gate, .late, 403, "REQUEST_EXPIRED"),
        .init(.gate, .suspended, 403, "ACCOUNT_LOCKED"), .init(.gate, .expired, 401, "INVALID_KEY"),
        .init(.okx, .unknownKey, 401, "50119"), .init(.okx, .wrongSecret, 401, "50113"),
        .init(.okx, .wrongPassphrase, 401, "50105"), .init(.okx, .address, 401, "Your IP 203.0.113.7 is not included"),
        .init(.okx, .right, 401, "50120"), .init(.okx, .early, 401, "50102"), .init(.okx, .late, 401, "50102"),
        .init(.okx, .suspended, 401, "50100"), .init(.okx, .expired, 401, "50119"),
        .init(.okxUS, .unknownKey, 401, "50119"), .init(.okxEEA, .unknownKey, 401, "50119"),
        .init(.bybit, .unknownKey, 200, "10003"), .init(.bybit, .wrongSecret, 200, "10004"),
        .init(.bybit, .address, 200, "10010"), .init(.bybit, .right, 200, "10005"), .init(.bybit, .early, 200, "10002"),
        .init(.bybit, .late, 200, "10002"), .init(.bybit, .suspended, 200, "10008"),
        .init(.bybit, .expired, 200, "33004"), .init(.bybitTestnet, .unknownKey, 200, "10003"),
    ]

    /// The request that brings the cause about, and the key as the exchange has it; nil for none.
    func scene() throws -> (request: SimulatedRequest, key: SimulatedKey?) {
        let rightPath: [ExchangeHost: String] = [
            .binance: "/api/v3/account", .coinbase: "/api/v3/brokerage/accounts", .kraken: "/0/private/Balance",
            .bybit: "/v5/account/wallet-balance",
        ]
        var request = SignedRequest(host, path: cause == .right ? rightPath[host] : nil)
        var key: SimulatedKey? = request.key
        switch cause {
        case .unknownKey: key = nil
        case .wrongSecret: request.key.secret = SignedRequest.key(for: host).secret.otherSecret
        case .wrongPassphrase: request.key.passphrase = "another"
        case .address: key?.ipAllowList = ["198.51.100.1"]
        case .right: key?.rights = []
        case .expired: key?.expires = request.time
        case .early: request.time -= 61
        case .late: request.time += 61
        case .suspended: key?.state = .suspended
        }
        if host == .coinbase, cause == .early { request.time -= 60 }
        return (try request.made(), key)
    }
}

extension String {
    /// Another secret of the same kind: Coinbase's are new each time, Kraken's are Base64.
    fileprivate var otherSecret: String { hasPrefix("-----") ? self : (hasSuffix("=") ? "c2VjcmV0" : self + "x") }
}

@Suite("Simulated exchanges: causes")
struct CauseTests {
    @Test("each cause has its documented status and code", arguments: DocumentedAnswer.all)
    func documented(_ expected: DocumentedAnswer) async throws {
        let simulator = ExchangeSimulator(expected.host, clock: { Date(timeIntervalSince1970: 1_700_000_000) })
        let (request, key) = try expected.scene()
        if let key { await simulator.register(key) }
        let answer = try await simulator.answer(to: request)
        #expect(answer.status == expected.status)
        #expect(answer.text.contains(expected.text))
    }

    @Test("a good key's rights are reported", arguments: ExchangeHost.allCases)
    func good(_ host: ExchangeHost) async throws {
        let simulator = ExchangeSimulator(host, clock: { Date(timeIntervalSince1970: 1_700_000_000) })
        let request = SignedRequest(host)
        await simulator.register(request.key)
        let answer = try await simulator.answer(to: request.made())
        #expect(answer.status == 200)
        #expect(
            await simulator.requests.first?.verdict
                == (host.connectors.first?.hasPrefix("hyper") == true ? "public" : "accepted"))
    }

    @Test(
        "a right to withdraw shows in the report",
        arguments: [
            (ExchangeHost.binance, #""enableWithdrawals":true"#), (.coinbase, #""can_transfer":true"#),
            (.kraken, "withdraw-funds"), (.kucoin, "General,Spot,Futures,Transfer"),
            (.gate, #"{"name":"withdraw","read_only":false}"#), (.okx, "read_only,withdraw,trade"),
            (.bybit, #""Withdraw""#),
        ])
    func withdrawal(_ host: ExchangeHost, _ text: String) async throws {
        let simulator = ExchangeSimulator(host, clock: { Date(timeIntervalSince1970: 1_700_000_000) })
        var request = SignedRequest(host)
        await simulator.register(request.key)
        #expect(try await !simulator.answer(to: request.made()).text.contains(text))
        request.key.rights.insert(.withdraw)
        request.nonce += 1
        var key = request.key
        key.highestNonce = request.nonce - 1
        await simulator.register(key)
        #expect(try await simulator.answer(to: request.made()).text.contains(text))
    }
}
