import Credentials
import ExchangeSimulators
import ExchangeVerification
import Foundation
import KeyManagement
import NIOCore
import OrderedJSON
import ServiceLifecycle
import Testing
import VaultTesting

@testable import KeysAPI

@Suite("Many keys checked at once")
struct RoundTests {
    /// Saves a key without asking its exchange.
    private static func save(
        _ connector: String, _ values: [(String, JSON)], in account: AccountName = .master, by keys: KeyManager
    ) async throws {
        _ = try await keys.save(
            SaveRequest(
                account: account, connector: ConnectorName(connector), input: JSONObject(values), mode: .add,
                choice: VerificationChoice(asksExchange: false)))
    }

    private static let binance: [(String, JSON)] = [("api_key", "the-key"), ("api_secret", "the-secret")]
    private static let wrong: [(String, JSON)] = [("api_key", "the-key"), ("api_secret", "canary")]
    private static let okx: [(String, JSON)] = [("api_key", "k"), ("secret_key", "s"), ("passphrase", "p")]
    private static let kraken: [(String, JSON)] = [
        ("api_key", "k"), ("secret_key", .string(Data(repeating: 7, count: 64).base64EncodedString())),
    ]

    private static func lines(_ text: String) throws -> [JSON] {
        #expect(text.hasSuffix("\n"))
        return try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    @Test("tells of each key what its own check would, in a line of its own, and sums up")
    func everything() async throws {
        try await withVerification([.binance, .kraken]) { fleet, verification in
            await fleet[.binance]?.register(.binance())
            try await withAPI(verification: verification) { api in
                let second = try AccountName("second")
                try await api.keys.createAccount(second)
                try await Self.save("binance", Self.binance, by: api.keys)
                try await Self.save("kraken", Self.kraken, by: api.keys)
                try await Self.save("binance", Self.wrong, in: second, by: api.keys)
                let file = "\(api.folder)/credentials/second/connectors/gate_io.yml"
                try Data("no credential".utf8).write(to: URL(filePath: file))
                let reply = try await api.post("/v1/verify")
                #expect((reply.status, reply.type) == (200, "application/x-ndjson"))
                let lines = try Self.lines(reply.text)
                #expect(lines.first == ["event": "start", "total": 3, "left_out": 1])
                let leftOut = try #require(lines.dropFirst().first)
                #expect(leftOut["event"] == "left_out")
                #expect((leftOut["account"], leftOut["connector"]) == ("master_account", "kraken"))
                #expect(leftOut["reason"]?.stringValue?.contains("counts") == true)
                let ended = lines.filter { $0["done"] != nil }
                #expect(ended.map { $0["done"] } == [1, 2, 3])
                #expect(ended.allSatisfy { $0["total"] == 3 })
                let overview = try #require(try await api.get("/v1/overview").json)
                for (account, outcome) in [("master_account", "valid"), ("second", "rejected")] {
                    let line = try #require(
                        ended.first { $0["account"] == .string(account) && $0["connector"] == "binance" })
                    #expect(line["event"] == "checked")
                    #expect(line["verification"]?["outcome"] == .string(outcome))
                    let listed = overview["accounts"]?.arrayValue?.first { $0["name"] == .string(account) }
                    let credential = listed?["credentials"]?.arrayValue?.first { $0["connector"] == "binance" }
                    #expect(credential?["verification"] == line["verification"])
                }
                let failed = try #require(ended.first { $0["event"] == "failed" })
                #expect(failed["connector"] == "gate_io")
                #expect(failed["problem"]?["code"] == "damaged")
                #expect(failed["problem"]?.objectValue?.names == ["detail", "code", "hint"])
                #expect(
                    lines.last == [
                        "event": "end", "valid": 1, "rejected": 1, "inconclusive": 0, "failed": 1, "left_out": 1,
                    ])
                #expect(!reply.text.contains("canary") && !reply.text.contains("the-secret"))
            }
        }
    }

    @Test("a selection narrows it down, and what was left out can be asked for")
    func selection() async throws {
        try await withVerification([.binance, .kraken]) { fleet, verification in
            await fleet[.binance]?.register(.binance(rights: [.read, .tradeSpot, .withdraw]))
            try await withAPI(verification: verification) { api in
                try await api.keys.createAccount(AccountName("second"))
                try await Self.save("binance", Self.binance, by: api.keys)
                try await Self.save("kraken", Self.kraken, by: api.keys)
                func ends(_ body: String) async throws -> [String] {
                    try Self.lines(try await api.post("/v1/verify", body).text).compactMap { line in
                        line["connector"]?.stringValue.map { name in
                            name + " "
                                + (line["verification"]?["outcome"]?.stringValue ?? line["event"]?.stringValue ?? "")
                        }
                    }.sorted()
                }
                #expect(try await ends(#"{"account": "second"}"#) == [])
                #expect(try await ends(#"{"connector": "binance"}"#) == ["binance rejected"])
                #expect(
                    try await ends(#"{"connector": "binance", "allow_withdrawals": true}"#) == ["binance valid"])
                #expect(try await ends(#"{"connector": "Kraken"}"#) == ["kraken rejected"])
                #expect(
                    try await ends(#"{"include_counted": true}"#) == ["binance rejected", "kraken rejected"])
                #expect(try await ends("") == ["binance rejected", "kraken left_out"])
            }
        }
    }

    @Test("what stands against all checks is an ordinary answer")
    func refusals() async throws {
        try await withVerification([.binance]) { _, verification in
            try await withAPI(verification: verification) { api in
                try await Self.save("binance", Self.binance, by: api.keys)
                for (body, status, code) in [
                    (#"{"account": "nobody"}"#, 404, "no_such_account"),
                    (#"{"connector": "okx"}"#, 404, "no_such_credential"),
                    (#"{"account": "a b"}"#, 400, "invalid_name"), (#"{"account": 1}"#, 400, "malformed_request"),
                    (#"{"include_counted": "yes"}"#, 400, "malformed_request"),
                    (#"{"verify": true}"#, 400, "malformed_request"), ("[", 400, "malformed_request"),
                ] {
                    let reply = try await api.post("/v1/verify", body)
                    #expect((reply.status, reply.json?["code"]) == (status, .string(code)), "\(body)")
                }
                try await api.keys.lock()
                #expect(try await api.post("/v1/verify").status == 423)
            }
        }
        for isCreated in [true, false] {
            try await withAPI(isCreated: isCreated) { api in
                let status = try await api.post("/v1/verify").status
                #expect(status == 501)
            }
        }
    }

    /// A round of two keys, one of whose exchanges never answers.
    private func withHangingRound(
        _ body: @Sendable (LiveServer, Listener) async throws -> Void
    ) async throws {
        try await withVerification([.binance, .okx]) { fleet, verification in
            await fleet[.binance]?.register(.binance())
            await fleet[.okx]?.inject(Fault(.silence))
            let configuration = try testConfiguration { $0.maximumStreams = 1 }
            try await withServer(configuration, verification: verification) { server in
                try await Self.save("binance", Self.binance, by: server.keys)
                try await Self.save("okx", Self.okx, by: server.keys)
                try await server.listen(LiveServer.request("POST", "/v1/verify")) { listener in
                    #expect(try await listener.read(until: "\r\n").hasPrefix("HTTP/1.1 200"))
                    try await body(server, listener)
                }
            }
        }
    }

    @Test("a line is sent as soon as its check is done, whatever others wait for")
    func atOnce() async throws {
        try await withHangingRound { _, listener in
            #expect(try await listener.read(until: "}\n").contains(#""event":"start","total":2"#))
            let line = try await listener.read(until: "}\n")
            #expect(
                line.contains(#""event":"checked","done":1,"total":2,"account":"master_account","connector":"binance""#)
            )
        }
    }

    @Test("the round ends when its client has gone, and what it was waiting for is not taken for an outcome")
    func clientGone() async throws {
        try await withVerification([.okx]) { fleet, verification in
            await fleet[.okx]?.inject(Fault(.silence))
            let configuration = try testConfiguration { $0.maximumStreams = 1 }
            try await withServer(configuration, verification: verification) { server in
                try await Self.save("okx", Self.okx, by: server.keys)
                try await server.listen(LiveServer.request("POST", "/v1/verify")) { listener in
                    let start = try await listener.read(until: "}\n")
                    #expect(start.contains(#""event":"start""#))
                }
                var answer = ""
                while !answer.hasPrefix("HTTP/1.1 404") {
                    answer = try await server.exchange(
                        LiveServer.request(
                            "POST", "/v1/verify", #"{"account": "nobody"}"#, more: "Connection: close\r\n"))
                    #expect(answer.hasPrefix("HTTP/1.1 404") || answer.hasPrefix("HTTP/1.1 503"))
                }
                #expect(try await server.keys.credentials(in: .master).first?.report == nil)
            }
        }
    }

    @Test("the round ends with the session that asked for it, before its next line, and says so")
    func signedOut() async throws {
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        try await withExchangeSimulators([.binance]) { fleet in
            await fleet[.binance]?.register(.binance())
            let endpoints = try ExchangeEndpoints(
                flags: fleet.urlsByConnector.map { "\($0.key)=\($0.value)" }, among: ConnectorCatalog.standard.names)
            try await AsyncHTTPTransport.withTransport { transport in
                let verifier = ExchangeVerifier(
                    transport: GatedTransport(transport: transport, gate: gate), endpoints: endpoints,
                    nonces: InMemoryNonces())
                try await withServer(verification: KeyVerification(verifier)) { server in
                    try await Self.save("binance", Self.binance, by: server.keys)
                    let cookie = try await server.signIn()
                    let request =
                        "POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookie)\r\n"
                        + "Sec-Fetch-Site: same-origin\r\nContent-Length: 0\r\n\r\n"
                    try await server.listen(request) { listener in
                        #expect(try await listener.read(until: "}\n").contains(#""event":"start","total":1"#))
                        try await server.change("DELETE", "/v1/session", by: cookie)
                        opening.finish()
                        let rest = try await listener.readToEnd()
                        #expect(
                            rest.contains(
                                #"{"event":"error","problem":{"detail":"The session has ended. Sign in again.","code":"session_ended","#
                            ))
                        #expect(!rest.contains(#""event":"checked""#))
                        #expect(rest.hasSuffix("0\r\n\r\n"), "the answer is whole")
                    }
                }
            }
        }
    }

    @Test("a server that stops ends the round, and says so")
    func gracefulStop() async throws {
        try await withHangingRound { server, listener in
            _ = try await listener.read(until: #""event":"checked""#)
            await server.services.triggerGracefulShutdown()
            let rest = try await listener.readToEnd()
            #expect(
                rest.contains(#"{"event":"error","problem":{"detail":"The server is stopping.","code":"stopping","#))
            #expect(rest.hasSuffix("0\r\n\r\n"))
        }
    }
}

/// The way to the exchanges, closed until the test opens the gate.
private struct GatedTransport: HTTPTransport {
    let transport: AsyncHTTPTransport
    let gate: AsyncStream<Void>

    func send(_ request: ProbeRequest) async throws(TransportFailure) -> ProbeResponse {
        for await _ in gate {}
        return try await transport.send(request)
    }
}
