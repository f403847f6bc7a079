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
        .init(.bitget, .unknownKey, 400, "40037"), .init(.bitget, .wrongSecret, 400, "40009"),
        .init(.bitget, .wrongPassphrase, 400, "40012"), .init(.bitget, .address, 400, "40018"),
        .init(.bitget, .right, 400, "40014"), .init(.bitget, .expired, 400, "40037"),
        .init(.bitget, .early, 400, "40008"), .init(.bitget, .late, 400, "40008"),
        .init(.bitget, .suspended, 400, "40031"),
        .init(.mexc, .unknownKey, 400, "10072"), .init(.mexc, .wrongSecret, 400, "700002"),
        .init(.mexc, .address, 403, "IP [203.0.113.7] not in the ip white list"), .init(.mexc, .right, 403, "700007"),
        .init(.mexc, .expired, 400, "700002"), .init(.mexc, .early, 400, "700003"), .init(.mexc, .late, 400, "700003"),
        .init(.mexc, .suspended, 403, "Access Denied"),
        .init(.htx, .unknownKey, 200, "1003"), .init(.htx, .wrongSecret, 200, "1003"),
        .init(.htx, .address, 200, "1002"), .init(.htx, .right, 200, "API key has no permission"),
        .init(.htx, .expired, 200, "1003"), .init(.htx, .early, 200, "1003"), .init(.htx, .late, 200, "1003"),
        .init(.bingX, .unknownKey, 200, "100413"), .init(.bingX, .wrongSecret, 200, "100001"),
        .init(.bingX, .address, 200, "100419"), .init(.bingX, .right, 200, "100004"),
        .init(.bingX, .expired, 200, "100413"), .init(.bingX, .early, 200, "100421"),
        .init(.bingX, .late, 200, "100421"), .init(.bingX, .suspended, 200, "100414"),
        .init(.bitMart, .unknownKey, 401, "30002"), .init(.bitMart, .wrongSecret, 401, "30005"),
        .init(.bitMart, .wrongPassphrase, 401, "30005"), .init(.bitMart, .address, 403, "30010"),
        .init(.bitMart, .right, 403, "30012"), .init(.bitMart, .expired, 403, "30011"),
        .init(.bitMart, .early, 401, "30007"), .init(.bitMart, .late, 401, "30007"),
        .init(.bitMart, .suspended, 401, "30003"),
        .init(.bitrue, .unknownKey, 401, "-2015"), .init(.bitrue, .wrongSecret, 400, "-1022"),
        .init(.bitrue, .address, 401, "-2015"), .init(.bitrue, .right, 401, "-2015"),
        .init(.bitrue, .early, 400, "-1021"), .init(.bitrue, .late, 400, "-1021"),
        .init(.bitrue, .suspended, 401, "-2015"),
        .init(.bitstamp, .unknownKey, 403, "API0001"), .init(.bitstamp, .wrongSecret, 403, "API0005"),
        .init(.bitstamp, .address, 403, "API0002"), .init(.bitstamp, .right, 403, "API0003"),
        .init(.bitstamp, .expired, 403, "API0001"), .init(.bitstamp, .early, 403, "API0017"),
        .init(.bitstamp, .late, 403, "API0017"), .init(.bitstamp, .suspended, 403, "API0006"),
        .init(.backpack, .unknownKey, 401, "UNAUTHORIZED"), .init(.backpack, .wrongSecret, 401, "INVALID_SIGNATURE"),
        .init(.backpack, .address, 403, "FORBIDDEN"), .init(.backpack, .right, 403, "FORBIDDEN"),
        .init(.backpack, .early, 400, "Request has expired"), .init(.backpack, .late, 400, "Invalid timestamp"),
        .init(.btcMarkets, .unknownKey, 401, "InvalidApiKey"),
        .init(.btcMarkets, .wrongSecret, 401, "InvalidAuthSignature"),
        .init(.btcMarkets, .right, 403, "InsufficientAPIPermission"),
        .init(.btcMarkets, .early, 400, "InvalidTimeWindow"), .init(.btcMarkets, .late, 400, "InvalidTimeWindow"),
        .init(.foxbit, .unknownKey, 401, "2003"), .init(.foxbit, .wrongSecret, 401, "2002"),
        .init(.foxbit, .address, 401, "2005"), .init(.foxbit, .right, 403, "3001"), .init(.foxbit, .early, 401, "2004"),
        .init(.foxbit, .late, 401, "2004"), .init(.foxbit, .suspended, 403, "3003"),
        .init(.gemini, .unknownKey, 400, "InvalidApiKey"), .init(.gemini, .wrongSecret, 400, "InvalidSignature"),
        .init(.gemini, .address, 403, "IPNotAllowed"), .init(.gemini, .right, 403, "MissingRole"),
        .init(.gemini, .early, 400, "InvalidNonce"), .init(.gemini, .late, 400, "InvalidNonce"),
        .init(.ndax, .unknownKey, 200, #""Authenticated":false"#), .init(.ndax, .wrongSecret, 200, "Invalid signature"),
        .init(.ndax, .address, 200, #""Authenticated":false"#), .init(.ndax, .suspended, 200, #""Locked":true"#),
        .init(.ndax, .right, 401, #""errorcode":20"#),
        .init(.ndaxTestnet, .unknownKey, 200, #""Authenticated":false"#),
        .init(.lambdaplex, .unknownKey, 401, "-2015"), .init(.lambdaplex, .wrongSecret, 400, "-1022"),
        .init(.lambdaplex, .right, 401, "-2015"), .init(.lambdaplex, .early, 400, "-1021"),
        .init(.lambdaplex, .late, 400, "-1021"),
        .init(.kalshi, .unknownKey, 401, "authentication_error"),
        .init(.kalshi, .wrongSecret, 401, "authentication_error"), .init(.kalshi, .right, 403, "permission_denied"),
        .init(.kalshi, .early, 401, "authentication_error"), .init(.kalshi, .late, 401, "authentication_error"),
        .init(.kalshi, .expired, 401, "authentication_error"),
        .init(.architect, .unknownKey, 401, "unauthorized"), .init(.architect, .wrongSecret, 401, "unauthorized"),
        .init(.architect, .address, 403, "forbidden"), .init(.architectSandbox, .unknownKey, 401, "unauthorized"),
        .init(.evedex, .unknownKey, 401, "Unauthorized"), .init(.evedex, .right, 403, "Forbidden"),
        .init(.evedex, .address, 403, "Forbidden"),
        .init(.aevo, .unknownKey, 401, "INVALID_API_KEY"), .init(.aevo, .wrongSecret, 401, "INVALID_SIGNATURE"),
        .init(.aevo, .address, 403, "IP_NOT_ALLOWED"), .init(.aevo, .right, 403, "UNAUTHORIZED"),
        .init(.aevo, .early, 401, "UNAUTHORIZED"), .init(.aevo, .late, 401, "UNAUTHORIZED"),
        .init(.aevoTestnet, .unknownKey, 401, "INVALID_API_KEY"),
        .init(.grvt, .unknownKey, 401, "1000"), .init(.grvt, .address, 401, "1008"),
        .init(.grvt, .expired, 401, "1000"),
        .init(.grvtTestnet, .unknownKey, 401, "1000"),
        .init(.decibel, .unknownKey, 401, "Unauthorized"), .init(.decibel, .address, 403, "Forbidden"),
        .init(.decibel, .expired, 401, "Unauthorized"),
    ]

    /// The request that brings the cause about, and the key as the exchange has it; nil for none.
    func scene() throws -> (request: SimulatedRequest, key: SimulatedKey?) {
        let rightPath: [ExchangeHost: String] = [
            .binance: "/api/v3/account", .coinbase: "/api/v3/brokerage/accounts", .kraken: "/0/private/Balance",
            .bybit: "/v5/account/wallet-balance", .gemini: "/v1/balances", .htx: "/v1/account/accounts",
            .ndax: "/AP/GetAccountPositions?OMSId=1&AccountId=77", .evedex: "/api/market/available-balance",
        ]
        let widest: [ExchangeHost: TimeInterval] = [.htx: 301, .bitstamp: 151]
        let shift = widest[host] ?? 61
        var request = SignedRequest(host, path: cause == .right ? rightPath[host] : nil)
        var key: SimulatedKey? = request.key
        switch cause {
        case .unknownKey: key = nil
        case .wrongSecret: request.key.secret = SignedRequest.otherSecret(for: host)
        case .wrongPassphrase: request.key.passphrase = "another"
        case .address: key?.ipAllowList = ["198.51.100.1"]
        case .right: key?.rights = []
        case .expired: key?.expires = request.time
        case .early, .late:
            key?.hasTimeBasedNonce = true
            request.key.hasTimeBasedNonce = true
            request.time += cause == .early ? -shift : shift
        case .suspended: key?.state = .suspended
        }
        if host == .coinbase, cause == .early { request.time -= 60 }
        return (try request.made(), key)
    }
}

@Suite("Simulated exchanges: causes")
struct CauseTests {
    @Test("each cause has its documented status and code", arguments: DocumentedAnswer.all)
    func documented(_ expected: DocumentedAnswer) async throws {
        let simulator = ExchangeSimulator(expected.host, clock: { Date(timeIntervalSince1970: 1_700_000_000) })
        let (request, key) = try expected.scene()
        if let key { await simulator.register(key) }
        if let wallet = SignedRequest.wallet(for: expected.host) { await simulator.register(wallet) }
        let answer = try await simulator.answer(to: request)
        #expect(answer.status == expected.status)
        #expect(answer.text.contains(expected.text))
    }

    @Test("a good key's rights are reported", arguments: ExchangeHost.allCases)
    func good(_ host: ExchangeHost) async throws {
        let simulator = ExchangeSimulator(host, clock: { Date(timeIntervalSince1970: 1_700_000_000) })
        let request = SignedRequest(host)
        await simulator.admit(request)
        let answer = try await simulator.answer(to: request.made())
        #expect(answer.status == 200)
        #expect(
            await simulator.requests.first?.verdict
                == (SignedRequest.publicHosts.contains(host) ? "public" : "accepted"))
    }

    @Test(
        "a right to withdraw shows in the report",
        arguments: [
            (ExchangeHost.binance, #""enableWithdrawals":true"#), (.coinbase, #""can_transfer":true"#),
            (.kraken, "withdraw-funds"), (.kucoin, "General,Spot,Futures,Transfer"),
            (.gate, #"{"name":"withdraw","read_only":false}"#), (.okx, "read_only,withdraw,trade"),
            (.bybit, #""Withdraw""#), (.bitget, #""wwow""#), (.htx, "readOnly,trade,withdraw"),
            (.bingX, #""enableWithdrawals":true"#), (.gemini, #""isFundManager":true"#),
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

extension ExchangeSimulator {
    /// Makes known what the exchange must know to serve a request.
    func admit(_ request: SignedRequest) {
        register(request.key)
        if let wallet = request.wallet { register(wallet) }
    }
}
