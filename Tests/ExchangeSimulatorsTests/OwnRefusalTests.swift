import ExchangeSimulators
import Foundation
import Testing

/// A documented code that no cause of its own brings about: an account that was closed, a check that is due.
struct OwnRefusal: Sendable, CustomTestStringConvertible {
    let host: ExchangeHost
    let code: String
    let status: Int

    var testDescription: String { "\(host.rawValue) \(code)" }

    static let all: [OwnRefusal] =
        ["40002", "40004", "40010", "40016", "40085"].map { .init(host: .bitget, code: $0, status: 400) }
        + [
            .init(host: .mexc, code: "401", status: 401), .init(host: .mexc, code: "402", status: 401),
            .init(host: .mexc, code: "403", status: 403), .init(host: .mexc, code: "602", status: 400),
            .init(host: .htx, code: "1002", status: 200), .init(host: .bingX, code: "100410", status: 200),
            .init(host: .bitMart, code: "30014", status: 503), .init(host: .bitMart, code: "30017", status: 418),
            .init(host: .bitMart, code: "30019", status: 200), .init(host: .bitrue, code: "-1002", status: 401),
            .init(host: .bitrue, code: "-1125", status: 401), .init(host: .bitrue, code: "-2008", status: 401),
            .init(host: .bitstamp, code: "API0008", status: 403), .init(host: .bitstamp, code: "API0009", status: 403),
            .init(host: .foxbit, code: "2001", status: 401), .init(host: .foxbit, code: "3002", status: 403),
            .init(host: .foxbit, code: "5003", status: 503),
            .init(host: .btcMarkets, code: "InvalidTimestamp", status: 400),
            .init(host: .grvt, code: "2000", status: 403), .init(host: .grvt, code: "2008", status: 403),
            .init(host: .ndax, code: "102", status: 500), .init(host: .derive, code: "14031", status: 200),
            .init(host: .derive, code: "16001", status: 200), .init(host: .pacifica, code: "401", status: 401),
            .init(host: .pacifica, code: "402", status: 402),
        ]
}

@Suite("Simulated exchanges: codes of their own")
struct OwnRefusalTests {
    @Test("a key or an address can be met with any documented code", arguments: OwnRefusal.all)
    func own(_ expected: OwnRefusal) async throws {
        let simulator = ExchangeSimulator(expected.host, clock: { Date(timeIntervalSince1970: 1_700_000_000) })
        var request = SignedRequest(expected.host)
        request.key.refusedWith = expected.code
        request.wallet?.refusedWith = expected.code
        await simulator.admit(request)
        let answer = try await simulator.answer(to: request.made())
        #expect(answer.status == expected.status)
        #expect(answer.text.contains(expected.code))
        #expect(await simulator.requests.first?.verdict == "own \(expected.code)")
    }

    @Test(
        "a header field that is missing is named",
        arguments: [
            (ExchangeHost.bitget, "ACCESS-KEY", "40001"), (.bitget, "ACCESS-SIGN", "40003"),
            (.bitget, "ACCESS-TIMESTAMP", "40005"), (.bitget, "ACCESS-PASSPHRASE", "40011"),
            (.mexc, "X-MEXC-APIKEY", "api key required"), (.bingX, "X-BX-APIKEY", "100413"),
            (.bitMart, "X-BM-KEY", "30001"), (.bitMart, "X-BM-SIGN", "30004"), (.bitMart, "X-BM-TIMESTAMP", "30006"),
            (.bitrue, "X-MBX-APIKEY", "-2014"), (.bitstamp, "X-Auth", "API0012"),
            (.bitstamp, "X-Auth-Signature", "API0013"), (.bitstamp, "X-Auth-Nonce", "API0014"),
            (.bitstamp, "X-Auth-Timestamp", "API0015"), (.bitstamp, "X-Auth-Version", "API0016"),
            (.bitstamp, "Content-Type", "API0019"), (.backpack, "X-API-Key", "INVALID_CLIENT_REQUEST"),
            (.btcMarkets, "BM-AUTH-TIMESTAMP", "InvalidAuthTimestamp"), (.foxbit, "X-FB-ACCESS-KEY", "2003"),
            (.gemini, "X-GEMINI-APIKEY", "MissingApikeyHeader"), (.gemini, "X-GEMINI-PAYLOAD", "MissingPayloadHeader"),
            (.gemini, "X-GEMINI-SIGNATURE", "MissingSignatureHeader"), (.derive, "X-DeriveWallet", "14021"),
            (.derive, "User-Agent", "403 Forbidden"), (.dexalot, "x-signature", "Unauthorized"),
            (.decibel, "Authorization", "Unauthorized"), (.evedex, "X-API-Key", "Unauthorized"),
        ])
    func missing(_ host: ExchangeHost, _ field: String, _ text: String) async throws {
        let simulator = ExchangeSimulator(host, clock: { Date(timeIntervalSince1970: 1_700_000_000) })
        var request = SignedRequest(host)
        request.spoil = { $0.removeAll { $0.name == field } }
        await simulator.admit(request)
        #expect(try await simulator.answer(to: request.made()).text.contains(text))
        #expect(await simulator.requests.first?.key == nil)
    }
}
