import AsyncHTTPClient
import ExchangeSimulators
import Foundation
import NIOCore
import NIOHTTP1
import OrderedJSON
import Testing

@Suite("Simulated exchanges: servers and faults")
struct FleetTests {
    @Test("every host has a port of its own, and every connector a host")
    func ports() async throws {
        let (urls, connectors) = try await withExchangeSimulators { fleet in
            (fleet.hosts.compactMap(fleet.url), fleet.urlsByConnector)
        }
        #expect(Set(urls).count == ExchangeHost.allCases.count)
        #expect(connectors["kucoin_hft"] == connectors["kucoin"])
        #expect(connectors["bybit"] != connectors["bybit_testnet"])
    }

    @Test("every connector of the catalogue is simulated, each by one host")
    func catalogue() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appendingPathComponent("Vectors/catalogue/connectors.json")
        let catalogue = try #require(try JSON(parsing: Data(contentsOf: file)).objectValue)
        let served = ExchangeHost.allCases.flatMap(\.connectors)
        #expect(Set(served) == Set(catalogue.names))
        #expect(served.count == catalogue.names.count)
        let names = ExchangeHost.allCases.flatMap(\.documentedNames)
        #expect(Set(names).count == names.count)
    }

    @Test("a fault spoils as many answers as it says, for the paths that it says")
    func faults() async throws {
        let simulator = ExchangeSimulator(.binance)
        await simulator.inject(Fault(.rateLimited, count: 2, path: "/api/v3/time"))
        var statuses: [Int] = []
        for target in ["/api/v3/ping", "/api/v3/time", "/api/v3/time", "/api/v3/time"] {
            let request = SimulatedRequest(method: "GET", target: target, fields: [], body: [])
            statuses.append(try await simulator.answer(to: request).status)
        }
        #expect(statuses == [200, 429, 429, 200])
    }

    @Test(
        "troubles come in the exchange's words",
        arguments: [
            (ExchangeHost.binance, Fault.Kind.banned, 418, "-1003"),
            (.binance, .regionBlocked, 451, "restricted location"),
            (.kraken, .banned, 200, "EGeneral:Temporary lockout"), (.kraken, .maintenance, 200, "EService:Unavailable"),
            (.kraken, .rateLimited, 200, "EAPI:Rate limit exceeded"), (.kucoin, .regionBlocked, 403, "400302"),
            (.kucoin, .rateLimited, 429, "429000"), (.gate, .rateLimited, 429, "TOO_MANY_REQUESTS"),
            (.okx, .rateLimited, 429, "50011"), (.okx, .maintenance, 503, "50001"),
            (.bybit, .rateLimited, 200, "10006"),
            (.bybit, .regionBlocked, 200, "10024"), (.coinbase, .maintenance, 503, "Service Unavailable"),
            (.hyperliquid, .rateLimited, 429, "null"), (.gate, .firewall, 403, "<html>"), (.okx, .page, 200, "<html>"),
            (.bitget, .rateLimited, 429, #""429""#), (.bitget, .maintenance, 503, "40200"),
            (.mexc, .rateLimited, 429, "429"), (.htx, .rateLimited, 200, "base-request-exceed-frequency-limit"),
            (.htx, .maintenance, 200, "system-maintenance"), (.bingX, .rateLimited, 200, "100410"),
            (.bingX, .banned, 429, "429"), (.bitMart, .rateLimited, 429, "30013"), (.bitMart, .banned, 418, "30017"),
            (.bitMart, .maintenance, 200, "30016"), (.bitrue, .rateLimited, 429, "-1003"),
            (.bitstamp, .rateLimited, 400, "400.002"), (.backpack, .rateLimited, 429, "TOO_MANY_REQUESTS"),
            (.btcMarkets, .rateLimited, 429, "ThrottleLimit"), (.foxbit, .rateLimited, 429, #""code":429"#),
            (.foxbit, .maintenance, 503, "5002"), (.gemini, .rateLimited, 429, "RateLimit"),
            (.gemini, .maintenance, 503, "Maintenance"), (.ndax, .rateLimited, 429, "TOO MANY REQUESTS"),
            (.grvt, .rateLimited, 429, "1006"), (.derive, .rateLimited, 200, "-32000"),
            (.derive, .regionBlocked, 200, "16000"), (.pacifica, .regionBlocked, 403, "restricted region"),
            (.lighter, .rateLimited, 429, "23000"), (.dydx, .regionBlocked, 403, "GEOBLOCKED"),
            (.xrpl, .rateLimited, 200, "slowDown"), (.injective, .rateLimited, 429, "Too Many Requests"),
        ])
    func troubles(_ host: ExchangeHost, _ kind: Fault.Kind, _ status: Int, _ text: String) async throws {
        let simulator = ExchangeSimulator(host)
        await simulator.inject(Fault(kind))
        let answer = try await simulator.answer(
            to: SimulatedRequest(method: "GET", target: "/", fields: [], body: []))
        #expect(answer.status == status)
        #expect(answer.text.contains(text))
    }

    @Test("a clock can be wrong")
    func clock() async throws {
        let simulator = ExchangeSimulator(.okx, clock: { Date(timeIntervalSince1970: 1_700_000_000) })
        await simulator.behave { $0.clockOffset = -1500 }
        let time = SimulatedRequest(method: "GET", target: "/api/v5/public/time", fields: [], body: [])
        #expect(try await simulator.answer(to: time).text.contains("1699999998500"))
        #expect(try await simulator.answer(to: time).field("Date") == "Tue, 14 Nov 2023 22:13:18 GMT")
    }

    @Test("the exchange's clock shows in the header of an answer that comes over the wire")
    func date() async throws {
        let fields = try await withExchangeSimulators([.gemini], clock: { Date(timeIntervalSince1970: 0) }) { fleet in
            let url = try #require(fleet.url(of: .gemini)) + "/v1/symbols"
            return try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(30)).headers
        }
        #expect(fields["Date"] == ["Thu, 01 Jan 1970 00:00:00 GMT"])
        #expect(fields["X-Simulated-Date"].isEmpty)
    }

    @Test(
        "a clock is told where and in the unit that is documented",
        arguments: [
            (ExchangeHost.bitget, "/api/v2/public/time", #""serverTime":"1700000000123""#),
            (.mexc, "/api/v3/time", #""serverTime":1700000000123"#),
            (.htx, "/v1/common/timestamp", #""data":1700000000123"#),
            (.bitMart, "/system/time", #""server_time":1700000000123"#),
            (.bitrue, "/api/v1/time", #""serverTime":1700000000123"#),
            (.btcMarkets, "/v3/time", #""timestamp":"2023-11-14T22:13:20.123Z""#),
            (.foxbit, "/rest/v3/system/time", #""timestamp":1700000000123"#),
            (.backpack, "/api/v1/time", "1700000000123"),
            (.lambdaplex, "/api/v1/time", #""serverTime":1700000000123"#),
            (.bingX, "/openApi/swap/v2/server/time", #""serverTime":1700000000123"#),
            (.bitstamp, "/api/v2/status/", #""server_time":1700000000123"#),
            (.aevo, "/time", #""timestamp":"1700000000123000000""#),
            (.architect, "/api/health", #""timestamp":1700000000123"#),
            (.dydx, "/v4/time", #""epoch":1700000000.123"#),
        ])
    func documentedClock(_ host: ExchangeHost, _ path: String, _ text: String) async throws {
        let simulator = ExchangeSimulator(host, clock: { Date(timeIntervalSince1970: 1_700_000_000.123_4) })
        let time = SimulatedRequest(method: "GET", target: path, fields: [], body: [])
        #expect(try await simulator.answer(to: time).text.contains(text))
        #expect(await simulator.requests.first?.verdict == "public")
    }

    @Test("a delayed exchange serves others meanwhile, and counts them")
    func delay() async throws {
        let (took, most) = try await withExchangeSimulators([.kraken]) { fleet in
            let simulator = try #require(fleet[.kraken])
            await simulator.behave { $0.delay = 300 }
            let url = try #require(fleet.url(of: .kraken)) + "/0/public/Time"
            let begin = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        _ = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
                    }
                }
                try await group.waitForAll()
            }
            return (ContinuousClock.now - begin, await simulator.mostAtOnce)
        }
        #expect(took >= .milliseconds(300))
        #expect(most > 1)
    }

    @Test("hostile answers reach the caller as they are meant")
    func hostile() async throws {
        try await withExchangeSimulators([.gate]) { fleet in
            let simulator = try #require(fleet[.gate])
            let url = try #require(fleet.url(of: .gate)) + "/api/v4/spot/time"
            func ask() async throws -> HTTPClientResponse {
                try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
            }
            await simulator.inject(Fault(.truncated, count: 1))
            let truncated = try await ask()
            await #expect(throws: (any Error).self) { try await truncated.body.collect(upTo: 1 << 20) }
            await simulator.inject(Fault(.huge, count: 1, byteCount: 3_000_000))
            #expect(try await ask().body.collect(upTo: 1 << 22).readableBytes == 3_000_000)
            await simulator.inject(Fault(.custom, count: 1, text: "\u{1B}[31m", status: 418))
            let custom = try await ask()
            #expect(custom.status.code == 418)
            #expect(try await custom.body.collect(upTo: 1 << 20) == ByteBuffer(string: "\u{1B}[31m"))
        }
    }

    @Test("a setup is read as other languages write it")
    func setup() async throws {
        let json = #"""
            {"okx":{"keys":[{"key":"k","secret":"s","ip_allow_list":["192.0.2.1"],"rights":["read","withdraw"],
            "expires":1700000000000,"is_demo":true}],"delay":5,"clock_offset":-7,"seen_address":"192.0.2.9"}}
            """#
        try await withExchangeSimulators([.okx]) { fleet in
            try await SimulatorSetup(json: Data(json.utf8)).apply(to: fleet)
            let simulator = try #require(fleet[.okx])
            let key = try #require(await simulator.registered("k"))
            #expect(key.rights == [.read, .withdraw])
            #expect(key.ipAllowList == ["192.0.2.1"])
            #expect(key.expires == Date(timeIntervalSince1970: 1_700_000_000))
            #expect(key.isDemo)
            #expect(await simulator.behaviour.delay == 5)
            #expect(await simulator.behaviour.clockOffset == -7)
            #expect(await simulator.behaviour.seenAddress == "192.0.2.9")
        }
        #expect(throws: UnknownHost.self) { try SimulatorSetup(json: Data(#"{"mtgox":{}}"#.utf8)) }
    }
}
