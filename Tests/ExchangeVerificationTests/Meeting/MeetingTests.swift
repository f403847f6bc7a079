import Credentials
import ExchangeSimulators
import ExchangeVerification
import Foundation
import OrderedJSON
import Testing

/// The probes against simulated exchanges that were written apart from them, over HTTP on the loopback.
@Suite("Probes and simulated exchanges")
struct MeetingTests {
    @Test("every connector of the catalogue has a stage and a probe")
    func everyConnector() {
        let staged = Set(Stages.all.map(\.connector))
        for name in ConnectorCatalog.standard.names {
            #expect(staged.contains(name.description), "\(name) has no stage")
            #expect(ProbeRegistry.standard[name] != nil, "\(name) has no probe")
        }
        #expect(staged.count == Stages.all.count)
    }

    @Test("the README says how many scenes there are")
    func counted() throws {
        let count = Stages.all.map(\.all.count).reduce(0, +)
        let readme = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../README.md")
        let stated = try String(contentsOf: readme, encoding: .utf8).firstMatch(of: /([0-9]+),([0-9]{3}) scenes/)
        #expect(stated.map { "\($0.1)\($0.2)" } == "\(count)")
    }

    @Test("every cause is provoked somewhere, but for an exchange that cannot be reached")
    func everyCause() {
        let provoked = Set(Stages.all.flatMap { $0.all.flatMap(\.ending.causes) })
        #expect(provoked == Set(VerificationCause.allCases).subtracting([.unreachable]))
    }

    @Test(
        "each thing that can be wrong with a key ends in its cause, and only documented questions are asked",
        arguments: Stages.all.map(\.connector))
    func scenes(_ connector: String) async throws {
        let stage = try #require(Stages.of(connector))
        let probe = try #require(ProbeRegistry.standard[try ConnectorName(connector)])
        let settings = stage.all.map { scene in
            var setting = stage.setting
            scene.change(&setting)
            return setting
        }
        let hosts = Set(settings.map(\.host)).sorted { $0.rawValue < $1.rawValue }
        let clock = TestClock()
        var verdicts: Set<String> = []
        try await withMeeting(hosts, clock: clock) { fleet, transport in
            for (scene, setting) in zip(stage.all, settings) {
                let simulator = try #require(fleet[setting.host])
                await simulator.set(to: setting)
                let verifier = try verifier(of: connector, at: setting.host, in: fleet, transport, clock: clock)
                let report = await verifier.verify(
                    try TestCredential.make(connector, setting.fields),
                    allowingWithdrawals: setting.allowsWithdrawals)
                Self.compare(report, with: scene, of: connector)
                let requests = await simulator.requests
                Self.check(requests, against: probe, in: scene)
                verdicts.formUnion(requests.map(\.verdict))
                #expect(await simulator.mostAtOnce <= 1, "\(scene.name)")
                let highest = await simulator.registered(setting.keys.first?.key ?? "")?.highestNonce ?? 0
                // What Hummingbot takes: this machine's time, and for Gemini the exchange's.
                let correction = connector == "gemini" ? setting.clockOffset / 1000 : 0
                let limit = max(clock.now.seconds + correction, setting.keys.first?.highestNonce ?? 0)
                #expect(highest <= limit, "\(scene.name)")
            }
        }
        if !stage.setting.keys.isEmpty {
            #expect(verdicts.isSuperset(of: ["accepted", "unknown_key", "address_not_allowed"]), "\(verdicts)")
        }
    }

    @Test(
        "while one of a check's questions stays without an answer, the key is neither taken nor refused",
        arguments: Stages.all.map(\.connector))
    func interrupted(_ connector: String) async throws {
        let stage = try #require(Stages.of(connector))
        let probe = try #require(ProbeRegistry.standard[try ConnectorName(connector)])
        let clock = TestClock()
        try await withMeeting([stage.setting.host], clock: clock) { fleet, transport in
            let simulator = try #require(fleet[stage.setting.host])
            await simulator.set(to: stage.setting)
            let credential = try TestCredential.make(connector, stage.setting.fields)
            let verifier = try verifier(of: connector, at: stage.setting.host, in: fleet, transport, clock: clock)
            _ = await verifier.verify(credential, allowingWithdrawals: false)
            let asked = Set(await simulator.requests.map(\.path)).subtracting([stage.clock?.path ?? ""])
            #expect(!asked.isEmpty && asked.count <= probe.routes.count)
            // The names of NDAX's accounts are compared, but prove nothing.
            for path in asked where path != "/AP/GetUserAccountInfos" {
                for kind in [Fault.Kind.maintenance, .rateLimited, .page, .wrongType] {
                    var setting = stage.setting
                    setting.faults = [Fault(kind, path: path)]
                    await simulator.set(to: setting)
                    let verifier = try self.verifier(
                        of: connector, at: setting.host, in: fleet, transport, clock: clock)
                    let report = await verifier.verify(credential, allowingWithdrawals: true)
                    let place = Comment(rawValue: "\(path), \(kind.rawValue): \(report.json.text())")
                    #expect(report.outcome == .inconclusive, place)
                    #expect(!report.causes.contains(.notProvable), place)
                }
            }
        }
    }

    /// Where each exchange tells what a key may do, by its documentation.
    private static let tellingPaths: KeyValuePairs<String, String> = [
        "binance": "/sapi/v1/account/apiRestrictions", "bing_x": "/openApi/v1/account/apiPermissions",
        "bitget": "/api/v2/spot/account/info", "bybit": "/v5/user/query-api",
        "coinbase": "/api/v3/brokerage/key_permissions", "gate_io": "/api/v4/account/main_keys",
        "gemini": "/v1/roles", "htx": "/v2/user/api-key", "kraken": "/0/private/GetApiKeyInfo",
        "kucoin": "/api/v1/user/api-key", "okx": "/api/v5/account/config",
    ]

    @Test(
        "what an exchange told of a key's power holds, whatever becomes of the questions after it",
        arguments: Stages.all.filter { $0.powerful != nil }.map(\.connector))
    func toldPower(_ connector: String) async throws {
        let stage = try #require(Stages.of(connector))
        let powerful = try #require(stage.powerful)
        let telling = try #require(Self.tellingPaths.first { connector.hasPrefix($0.key) }?.value)
        let clock = TestClock()
        let credential = try TestCredential.make(connector, powerful.fields)
        try await withMeeting([powerful.host], clock: clock) { fleet, transport in
            let simulator = try #require(fleet[powerful.host])
            /// Checks the key, which nobody allows to withdraw, while the answers at a path fail to come or are no answers.
            func expect(
                _ outcome: VerificationOutcome, at path: String, fault: Fault.Kind?, _ failure: TransportFailure?
            )
                async throws
            {
                var setting = powerful
                if let fault { setting.faults = [Fault(fault, path: path)] }
                await simulator.set(to: setting)
                let failing = FailingTransport(transport: transport, path: path, failure: failure)
                let verifier = try self.verifier(of: connector, at: setting.host, in: fleet, failing, clock: clock)
                let report = await verifier.verify(credential, allowingWithdrawals: false)
                let what = fault?.rawValue ?? failure.map { String(describing: $0) } ?? ""
                let place = Comment(rawValue: "\(path), \(what): \(report.json.text())")
                #expect(report.outcome == outcome, place)
                #expect((report.causes == [.tooMuchPower]) == (outcome == .rejected), place)
                #expect((report.rights?.letsFundsLeave == true) == (outcome == .rejected), place)
            }
            await simulator.set(to: powerful)
            let verifier = try verifier(of: connector, at: powerful.host, in: fleet, transport, clock: clock)
            _ = await verifier.verify(credential, allowingWithdrawals: true)
            var asked: [String] = []
            for request in await simulator.requests where request.path != stage.clock?.path {
                if !asked.contains(request.path) { asked.append(request.path) }
            }
            let told = try #require(asked.firstIndex(of: telling))
            for (position, path) in asked.enumerated() {
                let outcome = position > told ? VerificationOutcome.rejected : .inconclusive
                for fault in [Fault.Kind.maintenance, .rateLimited, .page, .wrongType, .truncated] {
                    try await expect(outcome, at: path, fault: fault, nil)
                }
                for failure in TransportFailure.allCases {
                    try await expect(outcome, at: path, fault: nil, failure)
                }
            }
        }
    }

    @Test("60 credentials with 30 keys: one request at once with a key, and four at most with an exchange")
    func limits() async throws {
        let connectors = ["binance", "okx", "kucoin", "bybit", "gate_io", "htx"]
        let stages = try connectors.map { try #require(Stages.of($0)) }
        try await withMeeting(stages.map(\.setting.host), clock: TestClock()) { fleet, transport in
            var credentials: [Credential] = []
            for stage in stages {
                let simulator = try #require(fleet[stage.setting.host])
                await simulator.behave { $0.delay = 5 }
                for number in 0..<5 {
                    var key = stage.setting.key
                    key.key += "\(number)"
                    await simulator.register(key)
                    let field = "\(stage.connector)_api_key"
                    let credential = try TestCredential.make(stage.connector, [field: .string(key.key)])
                    // The same key twice, as two accounts may hold it.
                    credentials += [credential, credential]
                }
            }
            let endpoints = try ExchangeEndpoints(
                flags: fleet.urlsByConnector.map { "\($0.key)=\($0.value)" }, among: ConnectorCatalog.standard.names)
            let verifier = ExchangeVerifier(
                transport: transport, endpoints: endpoints, nonces: InMemoryNonces(), clock: TestClock().clock)
            let reports = await verifier.verifyAll(credentials, allowingWithdrawals: false)
            #expect(reports.count == 60)
            #expect(
                reports.allSatisfy { $0.outcome == .valid }, "\(reports.first { $0.outcome != .valid }?.causes ?? [])")
            for host in fleet.hosts {
                let simulator = try #require(fleet[host])
                #expect((1...4).contains(await simulator.mostAtOnce), "\(host)")
                #expect(await simulator.mostAtOnceForOneKey == 1, "\(host)")
            }
        }
    }

    // MARK: One scene

    private func verifier(
        of connector: String, at host: ExchangeHost, in fleet: SimulatorFleet, _ transport: any HTTPTransport,
        clock: TestClock
    ) throws -> ExchangeVerifier {
        let url = try #require(fleet.url(of: host))
        let endpoints = try ExchangeEndpoints(
            flags: ["\(connector)=\(url)"], among: ConnectorCatalog.standard.names)
        return ExchangeVerifier(
            transport: transport, endpoints: endpoints, nonces: InMemoryNonces(), clock: clock.clock)
    }

    private static func compare(_ report: VerificationReport, with scene: Scene, of connector: String) {
        let ending = scene.ending
        let place = Comment(rawValue: "\(connector), \(scene.name): \(report.json.text())")
        #expect(report.outcome == ending.outcome, place)
        #expect(report.causes == ending.causes, place)
        #expect(report.rights == ending.rights, place)
        if let cure = ending.cure { #expect(report.cure?.contains(cure) == true, place) }
        #expect(report.outcome == .valid || report.cure?.isEmpty == false, place)
        let warnings = report.warnings.filter { !$0.hasPrefix("This machine's clock") }
        #expect(warnings.count == ending.warnings.count, place)
        for part in ending.warnings { #expect(warnings.contains { $0.contains(part) }, place) }
        if let offset = ending.offset {
            #expect(abs((report.clockOffsetMilliseconds ?? 0) - offset) <= 1000, place)
            #expect(report.warnings.count == warnings.count + 1, place)
        } else {
            #expect(report.clockOffsetMilliseconds == nil, place)
        }
        let shown = report.json.text()
        #expect(!TestCredential.secrets.contains { shown.contains($0) }, place)
    }

    private static func check(
        _ requests: [ExchangeSimulator.RecordedRequest], against probe: any ExchangeProbe, in scene: Scene
    ) {
        for request in requests {
            #expect(
                probe.routes.contains { $0.method.rawValue == request.method && covers($0.path, request.path) },
                "\(scene.name): \(request.method) \(request.path)")
            // What a simulator does not serve has a side effect or does not exist.
            #expect(request.verdict != "no_such_path", "\(scene.name): \(request.path)")
        }
        if let most = scene.ending.mostRequests {
            #expect(requests.count <= most, "\(scene.name)")
        } else {
            #expect(!requests.isEmpty, "\(scene.name)")
        }
    }

    private static func covers(_ pattern: String, _ path: String) -> Bool {
        let (parts, others) = (pattern.split(separator: "/"), path.split(separator: "/"))
        return parts.count == others.count && zip(parts, others).allSatisfy { $0 == "{}" || $0 == $1 }
    }
}

/// Runs something with simulated exchanges whose clocks follow a test's, and with the transport of the program.
private func withMeeting(
    _ hosts: [ExchangeHost], clock: TestClock, _ body: (SimulatorFleet, AsyncHTTPTransport) async throws -> Void
) async throws {
    let time: @Sendable () -> Date = { Date(timeIntervalSince1970: Double(clock.now.milliseconds) / 1000) }
    try await withExchangeSimulators(hosts, clock: time) { fleet in
        // Far longer than any answer takes, so that a busy machine changes nothing.
        let limits = AsyncHTTPTransport.Limits(time: .seconds(60))
        try await AsyncHTTPTransport.withTransport(limits: limits) { transport in
            try await body(fleet, transport)
        }
    }
}

/// The transport of the program, except that the answers at one path never come.
private struct FailingTransport: HTTPTransport {
    let transport: AsyncHTTPTransport
    let path: String
    /// Why they do not; `nil` for those that do.
    let failure: TransportFailure?

    func send(_ request: ProbeRequest) async throws(TransportFailure) -> ProbeResponse {
        if let failure, request.path == path { throw failure }
        return try await transport.send(request)
    }
}

extension ExchangeSimulator {
    /// Forgets everything and knows what a setting says.
    fileprivate func set(to setting: Setting) {
        reset()
        for key in setting.keys { register(key) }
        for wallet in setting.wallets { register(wallet) }
        for fault in setting.faults { inject(fault) }
        behave { $0.clockOffset = setting.clockOffset }
    }
}
