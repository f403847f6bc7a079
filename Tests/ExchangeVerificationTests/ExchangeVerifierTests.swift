import Credentials
import ExchangeVerification
import Foundation
import OrderedJSON
import Synchronization
import Testing

@Suite("Exchange verifier")
struct ExchangeVerifierTests {
    private static let goodOKX = text(#"{"code":"0","data":[{"perm":"read_only,trade","ip":"1.2.3.4"}],"msg":""}"#)
    private static let goodKraken = text(
        #"{"error":[],"result":{"permissions":["query-funds","query-open-trades","query-closed-trades","modify-trades","#
            + #""close-trades","create-ws-token"],"ipAllowlist":["1.2.3.4"]}}"#)

    private static func okx(aheadBy milliseconds: Int, statusOfTime status: Int = 200) -> ScriptedTransport {
        ScriptedTransport { request, _ throws(TransportFailure) in
            request.path == "/api/v5/public/time"
                ? text(#"{"code":"0","data":[{"ts":"\#(1_700_000_000_123 + milliseconds)"}]}"#, status: status)
                : goodOKX
        }
    }

    private static func verifier(
        _ transport: ScriptedTransport, clock: TestClock = TestClock(), nonces: any NonceMemory = InMemoryNonces(),
        limit: Int = 4
    ) -> ExchangeVerifier {
        ExchangeVerifier(transport: transport, nonces: nonces, clock: clock.clock, limitPerExchange: limit)
    }

    // MARK: The clock

    @Test(
        "signs with the exchange's time and tells an offset above a second", arguments: [-5000, -1001, 1001, 3_600_000])
    func offset(_ milliseconds: Int) async throws {
        let transport = Self.okx(aheadBy: milliseconds)
        let report = await Self.verifier(transport).verify(try TestCredential.make("okx"), allowingWithdrawals: false)
        #expect(report.outcome == .valid)
        #expect(report.clockOffsetMilliseconds == milliseconds)
        #expect(report.json["clock_offset_ms"] == .integer(milliseconds))
        #expect(report.warnings.contains { $0.contains(milliseconds > 0 ? "behind" : "ahead of") })
        let signed = UnixTime(milliseconds: 1_700_000_000_123 + milliseconds).descriptionWithMilliseconds
        #expect(transport.requests.last?.header("OK-ACCESS-TIMESTAMP") == signed)
    }

    @Test(
        "however long the way to the exchange's time takes, no request is dated in its future",
        arguments: [0, 700, 1400])
    func slowConnection(_ wayThere: Int) async throws {
        let (clock, wayThereAndBack) = (TestClock(), 1400)
        // Both clocks agree; only the way there and the way back differ.
        let transport = ScriptedTransport { request, _ async throws(TransportFailure) in
            guard request.path == "/api/v5/public/time" else { return Self.goodOKX }
            try? await clock.clock.sleep(.milliseconds(wayThere))
            let time = clock.now.milliseconds
            try? await clock.clock.sleep(.milliseconds(wayThereAndBack - wayThere))
            return text(#"{"code":"0","data":[{"ts":"\#(time)"}]}"#)
        }
        let report = await Self.verifier(transport, clock: clock)
            .verify(try TestCredential.make("okx"), allowingWithdrawals: false)
        #expect(report.outcome == .valid && report.clockOffsetMilliseconds == nil)
        let signed = try #require(transport.requests.last?.header("OK-ACCESS-TIMESTAMP"))
        #expect(signed <= clock.now.descriptionWithMilliseconds)
        #expect(signed >= clock.now.advanced(by: -wayThereAndBack).descriptionWithMilliseconds)
    }

    @Test("an offset of a second is not worth a word", arguments: [-1000, 0, 1000])
    func smallOffset(_ milliseconds: Int) async throws {
        let report = await Self.verifier(Self.okx(aheadBy: milliseconds))
            .verify(try TestCredential.make("okx"), allowingWithdrawals: false)
        #expect(report.outcome == .valid && report.clockOffsetMilliseconds == nil && report.warnings.isEmpty)
    }

    @Test("a clock that is a day off gets no signature", arguments: [-90_000_000, 90_000_000, 9_000_000_000_000])
    func absurdOffset(_ milliseconds: Int) async throws {
        let transport = Self.okx(aheadBy: milliseconds)
        let report = await Self.verifier(transport).verify(try TestCredential.make("okx"), allowingWithdrawals: false)
        #expect(report.outcome == .inconclusive && report.causes == [.clockSkew])
        #expect(report.clockOffsetMilliseconds == milliseconds)
        #expect(transport.requests.count == 1)
    }

    @Test("where no time is told, this machine's is used; where fewer requests are wanted, nothing else is asked")
    func noTime() async throws {
        let transport = Self.okx(aheadBy: 0, statusOfTime: 404)
        let report = await Self.verifier(transport).verify(try TestCredential.make("okx"), allowingWithdrawals: false)
        #expect(report.outcome == .valid)
        #expect(transport.requests.last?.header("OK-ACCESS-TIMESTAMP") == "2023-11-14T22:13:20.123Z")
        let limited = Self.okx(aheadBy: 0, statusOfTime: 429)
        let refused = await Self.verifier(limited).verify(try TestCredential.make("okx"), allowingWithdrawals: false)
        #expect(refused.causes == [.rateLimited] && limited.requests.count == 1)
    }

    @Test("the time of an exchange is asked once a minute")
    func timeOnce() async throws {
        let clock = TestClock()
        let transport = Self.okx(aheadBy: 0)
        let verifier = Self.verifier(transport, clock: clock)
        let credential = try TestCredential.make("okx")
        for _ in 0..<3 { _ = await verifier.verify(credential, allowingWithdrawals: false) }
        #expect(transport.requests.count { $0.path == "/api/v5/public/time" } == 1)
        try await clock.clock.sleep(.seconds(61))
        _ = await verifier.verify(credential, allowingWithdrawals: false)
        #expect(transport.requests.count { $0.path == "/api/v5/public/time" } == 2)
    }

    // MARK: Nonces

    private static func kraken() -> ScriptedTransport {
        ScriptedTransport { request, _ throws(TransportFailure) in
            // A clock far ahead, which must not get into the nonces.
            request.path == "/0/public/Time" ? text(#"{"error":[],"result":{"unixtime":1700009999}}"#) : goodKraken
        }
    }

    private static func nonces(of transport: ScriptedTransport) -> [String] {
        transport.requests.filter { $0.path.hasPrefix("/0/private/") }.map(\.body)
    }

    @Test("Kraken's nonces are this machine's whole seconds, strictly increasing, never ahead of the clock")
    func krakenNonces() async throws {
        let clock = TestClock()
        let transport = Self.kraken()
        let verifier = Self.verifier(transport, clock: clock)
        let credential = try TestCredential.make("kraken")
        for _ in 0..<3 { _ = await verifier.verify(credential, allowingWithdrawals: false) }
        #expect(Self.nonces(of: transport) == ["nonce=1700000000", "nonce=1700000001", "nonce=1700000002"])
        #expect(clock.now >= UnixTime(seconds: 1_700_000_002))
    }

    @Test("Kraken's nonces go on where another process stopped, and each key has its own")
    func krakenMemory() async throws {
        let nonces = InMemoryNonces()
        let transport = Self.kraken()
        let other = JSONObject([("kraken_api_key", "another-key")])
        for fields in [JSONObject(), JSONObject(), other] {
            let verifier = Self.verifier(transport, nonces: nonces)
            _ = await verifier.verify(try TestCredential.make("kraken", fields), allowingWithdrawals: false)
        }
        #expect(Self.nonces(of: transport) == ["nonce=1700000000", "nonce=1700000001", "nonce=1700000000"])
    }

    @Test("a nonce that cannot be remembered is not sent")
    func forgetful() async throws {
        struct Full: Error {}
        struct ForgetfulNonces: NonceMemory {
            func takeNonce(
                atLeast lowest: Int, within largestLead: Int, for key: KeyFingerprint
            ) async throws -> Int { throw Full() }
        }
        let transport = Self.kraken()
        let report = await Self.verifier(transport, nonces: ForgetfulNonces())
            .verify(try TestCredential.make("kraken"), allowingWithdrawals: false)
        #expect(report.outcome == .inconclusive && report.causes == [.nonceOutOfOrder])
        #expect(Self.nonces(of: transport).isEmpty)
    }

    @Test("a nonce that lies some seconds ahead is waited for, one further ahead is not sent", arguments: [5, 6, 60])
    func nonceAhead(_ seconds: Int) async throws {
        struct Ahead: NonceMemory {
            let seconds: Int
            func takeNonce(
                atLeast lowest: Int, within largestLead: Int, for key: KeyFingerprint
            ) async throws -> Int {
                #expect(largestLead == 60)
                return lowest + seconds
            }
        }
        let clock = TestClock()
        let transport = Self.kraken()
        let report = await Self.verifier(transport, clock: clock, nonces: Ahead(seconds: seconds))
            .verify(try TestCredential.make("kraken"), allowingWithdrawals: false)
        if seconds == 5 {
            #expect(report.outcome == .valid)
            #expect(Self.nonces(of: transport) == ["nonce=1700000005"])
            #expect(clock.now >= UnixTime(seconds: 1_700_000_005))
        } else {
            #expect(report.outcome == .inconclusive && report.causes == [.nonceOutOfOrder])
            #expect(report.cure?.contains("try again in a minute") == true)
            #expect(Self.nonces(of: transport).isEmpty)
        }
    }

    @Test("a last nonce that lies further ahead than can be believed is forgotten")
    func unbelievable() async throws {
        let key = try #require(KeyFingerprint(String(repeating: "a", count: 32)))
        let nonces = InMemoryNonces()
        #expect(await nonces.takeNonce(atLeast: 1060, within: 60, for: key) == 1060)
        #expect(await nonces.takeNonce(atLeast: 1000, within: 60, for: key) == 1061)
        #expect(await nonces.takeNonce(atLeast: 1000, within: 60, for: key) == 1000)
        #expect(await nonces.takeNonce(atLeast: 1000, within: 60, for: key) == 1001)
    }

    @Test("a nonce that is refused is tried again after two seconds with a higher one")
    func krakenRetry() async throws {
        let clock = TestClock()
        let transport = ScriptedTransport { request, _ throws(TransportFailure) in
            request.body == "nonce=1700000000" ? text(#"{"error":["EAPI:Invalid nonce"]}"#) : Self.goodKraken
        }
        let report = await Self.verifier(transport, clock: clock)
            .verify(try TestCredential.make("kraken"), allowingWithdrawals: false)
        #expect(report.outcome == .valid)
        #expect(Self.nonces(of: transport) == ["nonce=1700000000", "nonce=1700000002"])
        #expect(clock.waited.first == .seconds(2))
    }

    /// Answers Gemini's questions; its clock is that many milliseconds ahead of the test's, rounded down to a second.
    private static func gemini(aheadBy milliseconds: Int = 0) -> ScriptedTransport {
        ScriptedTransport { request, _ throws(TransportFailure) in
            let second = UnixTime(milliseconds: 1_700_000_000_123 + milliseconds).description
            let time = second.dropFirst(11).prefix(8)
            return switch request.path {
            case "/v1/roles": text(#"{"isAuditor":false,"isFundManager":false,"isTrader":true}"#)
            case "/v1/balances": text("[]")
            default:
                ProbeResponse(
                    status: 200, body: Array("[]".utf8),
                    headers: [("Date", "Tue, 14 Nov 2023 \(time) GMT")])
            }
        }
    }

    private static func geminiNonces(of transport: ScriptedTransport) throws -> [String] {
        try transport.requests.compactMap { request in
            try request.header("X-GEMINI-PAYLOAD").flatMap { payload in
                try JSON(parsing: Data(base64Encoded: payload) ?? Data())["nonce"]?.text()
            }
        }
    }

    @Test("Gemini's nonces are seconds with a fraction, strictly increasing, never ahead of the clock")
    func geminiNonces() async throws {
        let clock = TestClock()
        let transport = Self.gemini()
        let verifier = Self.verifier(transport, clock: clock)
        let credential = try TestCredential.make("gemini")
        for _ in 0..<2 {
            #expect(await verifier.verify(credential, allowingWithdrawals: false).outcome == .valid)
        }
        #expect(
            try Self.geminiNonces(of: transport) == [
                "1700000000.123", "1700000000.124", "1700000000.125", "1700000000.126",
            ])
        #expect(clock.now >= UnixTime(milliseconds: 1_700_000_000_126))
    }

    @Test(
        "Gemini's nonces follow its clock when this machine's is further off than a header can tell",
        arguments: [
            (0, "1700000000.123"), (1500, "1700000000.123"), (-1400, "1700000000.123"), (90_000, "1700000090.500"),
            (-90_000, "1699999910.500"),
        ])
    func geminiClock(_ milliseconds: Int, _ nonce: String) async throws {
        let transport = Self.gemini(aheadBy: milliseconds)
        let report = await Self.verifier(transport).verify(
            try TestCredential.make("gemini"), allowingWithdrawals: false)
        #expect(report.outcome == .valid)
        #expect(try Self.geminiNonces(of: transport).first == nonce)
    }

    @Test("only keys whose requests are counted are left out of checks of everything")
    func disturbing() throws {
        let counted = try TestCredential.connectors.filter {
            ProbeRegistry.standard.mayDisturbBots(try ConnectorName($0))
        }
        #expect(counted == ["gemini", "kraken", "ndax", "ndax_testnet"])
    }

    // MARK: Trying again

    @Test("a connection that closes without an answer is tried once more, a nonce never", arguments: ["okx", "kraken"])
    func retry(_ connector: String) async throws {
        let transport = ScriptedTransport { request, _ throws(TransportFailure) in
            if request.path.lowercased().contains("time") { return text("", status: 404) }
            throw .closedBeforeAnswer
        }
        let report = await Self.verifier(transport).verify(
            try TestCredential.make(connector), allowingWithdrawals: false)
        #expect(report.outcome == .inconclusive && report.causes == [.unreachable])
        #expect(transport.requests.count { !$0.path.lowercased().contains("time") } == (connector == "okx" ? 2 : 1))
    }

    @Test(
        "what is sent a second time is signed anew, for exchanges that take no signature twice",
        arguments: [("bitstamp", "X-Auth-Nonce"), ("coinbase_advanced_trade", "Authorization")])
    func freshSignature(_ connector: String, _ header: String) async throws {
        let transport = ScriptedTransport { request, count throws(TransportFailure) in
            if let time = AnswerVector.time(request) { return time }
            if count == 0 { throw .closedBeforeAnswer }
            return connector == "bitstamp"
                ? text("[]") : text(#"{"can_view":true,"can_trade":true,"can_transfer":false}"#)
        }
        let report = await Self.verifier(transport).verify(
            try TestCredential.make(connector), allowingWithdrawals: false)
        #expect(report.outcome == .valid)
        let signatures = transport.requests.compactMap { $0.header(header) }
        #expect(signatures.count == 2 && Set(signatures).count == 2)
    }

    @Test("nothing else is tried again", arguments: TransportFailure.allCases.filter { $0 != .closedBeforeAnswer })
    func noRetry(_ failure: TransportFailure) async throws {
        let transport = ScriptedTransport { _, _ throws(TransportFailure) in throw failure }
        let report = await Self.verifier(transport).verify(try TestCredential.make("okx"), allowingWithdrawals: false)
        #expect(report.outcome == .inconclusive && report.cure?.isEmpty == false)
        #expect(transport.requests.count == 1)
    }

    // MARK: Where and whether

    @Test("an override takes every host of its connector and no other connector's")
    func override() async throws {
        let transport = AnswerVector.all.first { $0.name == "a good futures key" }?.transport
        var endpoints = ExchangeEndpoints()
        endpoints[try ConnectorName("binance_perpetual")] = try BaseURL("http://127.0.0.1:9/gate")
        let verifier = ExchangeVerifier(
            transport: try #require(transport), endpoints: endpoints, nonces: InMemoryNonces(), clock: TestClock().clock
        )
        let report = await verifier.verify(try TestCredential.make("binance_perpetual"), allowingWithdrawals: false)
        #expect(report.outcome == .valid)
        #expect(Set(transport?.requests.map(\.base.description) ?? []) == ["http://127.0.0.1:9/gate"])
        _ = await verifier.verify(try TestCredential.make("binance"), allowingWithdrawals: false)
        #expect(transport?.requests.last?.base.host == "api.binance.com")
    }

    @Test("a connector without a probe is not provable, which does not hinder saving")
    func notProvable() async throws {
        let transport = Self.okx(aheadBy: 0)
        let verifier = ExchangeVerifier(
            transport: transport, nonces: InMemoryNonces(), clock: TestClock().clock, registry: ProbeRegistry([]))
        let report = await verifier.verify(try TestCredential.make("mexc"), allowingWithdrawals: false)
        #expect(report.outcome == .inconclusive && report.causes == [.notProvable] && report.allowsSaving)
        #expect(transport.requests.isEmpty)
    }

    @Test("only valid and not provable allow saving")
    func saving() {
        for outcome in VerificationOutcome.allCases {
            for cause in VerificationCause.allCases {
                let causes = outcome == .valid ? [] : [cause]
                let report = VerificationReport(outcome: outcome, causes: causes, checkedAt: UnixTime(seconds: 0))
                let allows = outcome == .valid || outcome == .inconclusive && cause == .notProvable
                #expect(report.allowsSaving == allows)
            }
        }
    }

    @Test("a key with lines in it is refused before anything is sent")
    func lines() async throws {
        let transport = Self.okx(aheadBy: 0)
        let key: JSONObject = JSONObject([("okx_api_key", .string(TestCredential.pem))])
        let report = await Self.verifier(transport).verify(
            try TestCredential.make("okx", key), allowingWithdrawals: false)
        #expect(report.outcome == .rejected && report.causes == [.wrongKey])
        #expect(transport.requests.allSatisfy { $0.headers.isEmpty })
    }

    @Test("requests and answers do not print what they hold", arguments: TestCredential.connectors)
    func redaction(_ connector: String) async throws {
        let transport = ScriptedTransport { _, _ throws(TransportFailure) in text("", status: 500) }
        _ = await Self.verifier(transport).verify(try TestCredential.make(connector), allowingWithdrawals: false)
        let request = try #require(transport.requests.last)
        var dumped = ""
        dump(request, to: &dumped)
        dump(request.headers, to: &dumped)
        dump(text(TestCredential.secret), to: &dumped)
        for printed in ["\(request)", String(reflecting: request), "\(request.headers)", dumped] {
            for secret in TestCredential.secrets + ["signature=", "Bearer", "nonce="] {
                #expect(!printed.contains(secret))
            }
        }
    }

    // MARK: Many

    /// Answers after everybody else had a chance to ask, and counts who asks at once.
    private final class CountingTransport: HTTPTransport {
        struct State {
            var running: [String: Int] = [:]
            var runningKeys: [String: Int] = [:]
            var most: [String: Int] = [:]
            var mostOfKey = 0
            var mostOverall = 0
        }

        let state = Mutex(State())

        func send(_ request: ProbeRequest) async throws(TransportFailure) -> ProbeResponse {
            let key =
                request.header("OK-ACCESS-KEY") ?? request.header("X-BAPI-API-KEY") ?? request.header("KC-API-KEY")
            if let key {
                state.withLock { state in
                    state.running[request.base.host, default: 0] += 1
                    state.runningKeys[key, default: 0] += 1
                    state.most[request.base.host] = max(
                        state.most[request.base.host] ?? 0, state.running[request.base.host] ?? 0)
                    state.mostOfKey = max(state.mostOfKey, state.runningKeys[key] ?? 0)
                    state.mostOverall = max(state.mostOverall, state.running.values.reduce(0, +))
                }
                for _ in 0..<200 { await Task.yield() }
                state.withLock { state in
                    state.running[request.base.host, default: 1] -= 1
                    state.runningKeys[key, default: 1] -= 1
                }
            }
            return text("{}", status: 500)
        }
    }

    @Test("many are checked at once, a few of each exchange, one of each key, and told in their order")
    func many() async throws {
        var credentials: [Credential] = []
        for number in 0..<10 {
            for connector in ["okx", "bybit", "kucoin"] {
                // Every key comes twice.
                let key = JSONObject([("\(connector)_api_key", .string("\(connector)-key-number-\(number / 2)"))])
                credentials.append(try TestCredential.make(connector, key))
            }
        }
        let transport = CountingTransport()
        let verifier = ExchangeVerifier(
            transport: transport, nonces: InMemoryNonces(), clock: TestClock().clock, limitPerExchange: 3)
        var told: [Int] = []
        let reports = await verifier.verifyAll(credentials, allowingWithdrawals: false) { position, _ in
            told.append(position)
        }
        #expect(reports.count == credentials.count)
        #expect(told.sorted() == Array(credentials.indices))
        #expect(reports.allSatisfy { $0.causes == [.exchangeUnavailable] })
        let state = transport.state.withLock { $0 }
        #expect(state.most.values.allSatisfy { (2...3).contains($0) }, "\(state.most)")
        #expect(state.mostOfKey == 1)
        #expect(state.mostOverall > 3)
    }

    @Test("a check that is broken off while it waits ends at once and leaves the others their turn")
    func cancelled() async throws {
        let gate = Mutex<CheckedContinuation<Void, Never>?>(nil)
        struct HoldingTransport: HTTPTransport {
            let hold: @Sendable () async -> Void
            func send(_ request: ProbeRequest) async throws(TransportFailure) -> ProbeResponse {
                await hold()
                return text("{}", status: 500)
            }
        }
        let (started, announce) = AsyncStream.makeStream(of: Void.self)
        let transport = HoldingTransport {
            await withCheckedContinuation { continuation in
                gate.withLock { $0 = continuation }
                announce.yield()
            }
        }
        let verifier = ExchangeVerifier(
            transport: transport, nonces: InMemoryNonces(), clock: TestClock().clock, limitPerExchange: 1)
        let first = try TestCredential.make("bybit")
        let second = try TestCredential.make("bybit", JSONObject([("bybit_api_key", "another")]))
        async let report = verifier.verify(first, allowingWithdrawals: false)
        var starts = started.makeAsyncIterator()
        _ = await starts.next()
        let waiting = Task { await verifier.verify(second, allowingWithdrawals: false) }
        waiting.cancel()
        let cancelled = await waiting.value
        #expect(cancelled.causes == [.unreachable] && cancelled.cure?.contains("broken off") == true)
        gate.withLock { $0?.resume() }
        _ = await starts.next()
        gate.withLock { $0?.resume() }
        #expect(await report.causes == [.exchangeUnavailable])
    }
}
