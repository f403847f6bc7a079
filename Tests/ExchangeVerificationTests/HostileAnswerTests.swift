import Credentials
import ExchangeVerification
import NIOCore
import NIOSSL
import OrderedJSON
import Testing

@Suite("Hostile answers, through the real transport")
struct HostileAnswerTests {
    private static let html = "<html><head><title>Just a moment</title></head><body>\u{1B}[2J</body></html>"
    /// For servers that would never come to an end.
    private static let shortLimits = AsyncHTTPTransport.Limits(time: .milliseconds(700))
    /// For all others, which end by themselves: far more than they need, so that a busy machine changes nothing.
    private static let longLimits = AsyncHTTPTransport.Limits(time: .seconds(300))

    /// What a server may do, the causes to expect and, where it matters, how the key's requests come to be answered.
    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let behaviour: LoopbackServer.Behaviour
        let causes: [VerificationCause]

        /// Whether the server hangs up soon, after little.
        var isBrief: Bool {
            switch behaviour {
            case .drip, .silence, .flood: false
            default: true
            }
        }

        var isEndless: Bool {
            switch behaviour {
            case .drip, .silence: true
            default: false
            }
        }

        static let all: [Attack] = [
            Attack("a page with status 200", http("200 OK", html), [.exchangeUnavailable]),
            Attack("truncated JSON", http("200 OK", #"{"code":"0","data":[{"perm":"#), [.exchangeUnavailable]),
            Attack("an empty answer", http("200 OK", ""), [.exchangeUnavailable]),
            Attack("JSON of the wrong type", http("200 OK", "[[[[1,2,3]]]]"), [.exchangeUnavailable]),
            Attack("a text in place of an object", http("200 OK", #""valid""#), [.exchangeUnavailable]),
            Attack(
                "JSON as deep as it gets", http("200 OK", String(repeating: "[", count: 100_000)),
                [.exchangeUnavailable]),
            Attack("no HTTP at all", .bytes(Array("SSH-2.0-OpenSSH_9.6\r\n".utf8)), [.exchangeUnavailable]),
            Attack(
                "a body that is cut off",
                .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"code\":".utf8)), [.exchangeUnavailable]),
            Attack("50 MB", .flood(byteCount: 50_000_000), [.exchangeUnavailable]),
            Attack("one byte now and then", .drip(every: .milliseconds(100)), [.unreachable]),
            Attack("silence", .silence, [.unreachable]),
            Attack("a closed door", .close, [.unreachable]),
            Attack("a bad gateway", http("502 Bad Gateway", html), [.exchangeUnavailable]),
            Attack("too many requests", http("429 Too Many Requests", html), [.rateLimited]),
            Attack(
                "a refusal without words",
                http("403 Forbidden", html), [.regionBlocked, .rateLimited]),
        ]

        private init(_ name: String, _ behaviour: LoopbackServer.Behaviour, _ causes: [VerificationCause]) {
            testDescription = name
            self.behaviour = behaviour
            self.causes = causes
        }
    }

    @Test("end inconclusive, soon, and with nothing leaked", arguments: Attack.all)
    func attack(_ attack: Attack) async throws {
        try await LoopbackServer.with(attack.behaviour) { server in
            for connector in ["okx", "binance", "kraken", "hyperliquid_perpetual", "gate_io"] {
                let report = try await Self.verify(
                    connector, at: "http://127.0.0.1:\(server.port)",
                    limits: attack.isEndless ? Self.shortLimits : Self.longLimits)
                #expect(report.outcome == .inconclusive, "\(connector)")
                #expect(report.causes == attack.causes, "\(connector)")
                Self.expectClean(report)
            }
            #expect(server.connections > 0)
        }
    }

    @Test("no connector takes what a broken server says for a judgement", arguments: Attack.all.filter(\.isBrief))
    func everyConnector(_ attack: Attack) async throws {
        try await LoopbackServer.with(attack.behaviour) { server in
            for connector in TestCredential.connectors {
                let report = try await Self.verify(
                    connector, at: "http://127.0.0.1:\(server.port)", limits: Self.longLimits)
                #expect(report.outcome == .inconclusive, "\(connector)")
                #expect(report.causes == attack.causes, "\(connector)")
                Self.expectClean(report)
            }
        }
    }

    @Test(
        "a redirect is not followed, so the other host sees nothing",
        arguments: ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
    func redirect(_ status: String) async throws {
        try await LoopbackServer.with(http("200 OK", "{}")) { thief in
            let elsewhere = http(status, "", headers: "Location: http://127.0.0.1:\(thief.port)/steal\r\n")
            try await LoopbackServer.with(elsewhere) { server in
                for connector in ["okx", "kucoin", "binance", "coinbase_advanced_trade"] {
                    let report = try await Self.verify(connector, at: "http://127.0.0.1:\(server.port)")
                    #expect(report.outcome == .inconclusive)
                    #expect(report.causes == [.exchangeUnavailable])
                    #expect(report.cure?.contains("redirect") == true)
                }
            }
            #expect(thief.connections == 0)
        }
    }

    @Test("words with terminal escapes, keys and great length come out clean")
    func words() async throws {
        let message =
            #"\u001b]0;pwned\u0007\u001b[31mInvalid\u0000 key HBTESTAPIKEY0123456789ABCDEFABCDEF\u202e or "#
            + TestCredential.secret + " " + String(repeating: "x y ", count: 400)
        try await LoopbackServer.with(http("401 Unauthorized", #"{"code":"50\u001b[0m111","msg":"\#(message)"}"#)) {
            server in
            let report = try await Self.verify("okx", at: "http://127.0.0.1:\(server.port)")
            let words = try #require(report.exchangeMessage)
            #expect(words.hasPrefix("]0;pwned[31mInvalid key … or … x y"))
            #expect(words.count <= 200 && words.hasSuffix("…"))
            #expect(report.exchangeCode == "50[0m111")
            Self.expectClean(report)
        }
    }

    @Test("nobody listens")
    func refused() async throws {
        let port = try await LoopbackServer.with(.silence) { $0.port }
        let report = try await Self.verify("okx", at: "http://127.0.0.1:\(port)")
        #expect(report.outcome == .inconclusive)
        #expect(report.causes == [.unreachable])
    }

    @Test("a certificate that nobody vouches for: nothing is sent")
    func untrusted() async throws {
        try await LoopbackServer.with(http("200 OK", "{}"), certificate: try TestCertificate.context()) { server in
            let report = try await Self.verify("okx", at: "https://localhost:\(server.port)")
            #expect(report.outcome == .inconclusive)
            #expect(report.causes == [.unreachable])
            #expect(report.cure?.contains("certificate") == true)
            #expect(server.received.isEmpty)
        }
    }

    @Test("the same certificate is fine for who trusts it, and only under its own name")
    func trusted() async throws {
        try await LoopbackServer.with(http("401 Unauthorized", "{}"), certificate: try TestCertificate.context()) {
            server in
            for (host, cause) in [("localhost", VerificationCause.exchangeUnavailable), ("127.0.0.1", .unreachable)] {
                let report = try await Self.verify(
                    "okx", at: "https://\(host):\(server.port)", trusting: Array(TestCertificate.pem.utf8))
                #expect(report.causes == [cause], "\(host)")
            }
        }
    }

    @Test("the proxy of the environment is asked for everything that is not on this machine")
    func proxy() async throws {
        try await LoopbackServer.with(http("403 Forbidden", "")) { proxy in
            let address = try #require(
                try ProxyAddress.from(environment: ["HTTPS_PROXY": "http://name:pass%40word@127.0.0.1:\(proxy.port)"]))
            let report = try await Self.verify("okx", at: nil, proxy: address)
            #expect(report.outcome == .inconclusive)
            #expect(report.causes == [.unreachable])
            #expect(report.cure?.contains("HTTPS_PROXY") == true)
            #expect(proxy.received.hasPrefix("CONNECT www.okx.com:443 HTTP/1.1\r\n"))
            #expect(proxy.received.contains("bmFtZTpwYXNzQHdvcmQ="))
            #expect(!proxy.received.contains(TestCredential.key))
            let seen = proxy.connections
            try await LoopbackServer.with(http("200 OK", "{}")) { server in
                _ = try await Self.verify("okx", at: "http://127.0.0.1:\(server.port)", proxy: address)
                #expect(server.connections > 0)
            }
            #expect(proxy.connections == seen)
        }
    }

    @Test("an exchange of NO_PROXY is asked without the proxy", arguments: [true, false])
    func noProxy(isException: Bool) async throws {
        try await LoopbackServer.with(http("403 Forbidden", "")) { proxy in
            try await LoopbackServer.with(http("200 OK", "{}")) { server in
                var environment = ["HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)"]
                environment["NO_PROXY"] = isException ? "other.example, 0.0.0.0" : "other.example,0.0.0"
                let address = try #require(try ProxyAddress.from(environment: environment))
                // This machine under a name that is not taken for it.
                _ = try await Self.verify("okx", at: "https://0.0.0.0:\(server.port)", proxy: address)
                #expect((server.connections > 0) == isException)
                #expect((proxy.connections > 0) == !isException)
            }
        }
    }

    private static func verify(
        _ connector: String, at address: String?, trusting roots: [UInt8]? = nil, proxy: ProxyAddress? = nil,
        limits: AsyncHTTPTransport.Limits = AsyncHTTPTransport.Limits()
    ) async throws -> VerificationReport {
        let credential = try TestCredential.make(connector)
        var endpoints = ExchangeEndpoints()
        if let address { endpoints[credential.connector.name] = try BaseURL(address) }
        return try await AsyncHTTPTransport.withTransport(proxy: proxy, limits: limits, trustedRoots: roots) {
            transport in
            await ExchangeVerifier(transport: transport, endpoints: endpoints, nonces: InMemoryNonces())
                .verify(credential, allowingWithdrawals: false)
        }
    }

    private static func expectClean(_ report: VerificationReport) {
        let text = report.json.text()
        for secret in TestCredential.secrets + ["\u{1B}", "<html>"] {
            #expect(!text.lowercased().contains(secret.lowercased()))
        }
        #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control })
        #expect(text.utf8.count < 3000)
    }
}
