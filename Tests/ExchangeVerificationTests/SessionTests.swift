import Credentials
import NIOCore
import OrderedJSON
import Testing

@testable import ExchangeVerification

/// Exchanges where a login comes first and its answer opens the rest.
@Suite("Sessions")
struct SessionTests {
    private static let token = "HbTestToken-0b8c7f54"

    private static func verify(
        _ connector: String, _ transport: ScriptedTransport, clock: TestClock = TestClock(),
        nonces: any NonceMemory = InMemoryNonces()
    ) async throws -> VerificationReport {
        await ExchangeVerifier(transport: transport, nonces: nonces, clock: clock.clock)
            .verify(try TestCredential.make(connector), allowingWithdrawals: false)
    }

    private static func goodAnswers(_ connector: String) throws -> ScriptedTransport {
        try #require(
            AnswerVector.all.first { $0.connector == connector && $0.json["outcome"] == "valid" }
        ).transport
    }

    @Test("NDAX's login is signed with whole seconds, and what follows carries its token and no nonce")
    func ndax() async throws {
        let (nonces, clock) = (InMemoryNonces(), TestClock())
        var logins: [String?] = []
        for _ in 0..<2 {
            let transport = try Self.goodAnswers("ndax")
            #expect(try await Self.verify("ndax", transport, clock: clock, nonces: nonces).outcome == .valid)
            let requests = transport.requests
            #expect(requests.map(\.path) == ["/AP/Authenticate", "/AP/GetAccountPositions", "/AP/GetUserAccountInfos"])
            logins.append(requests.first?.header("Nonce"))
            #expect(requests[1].query == "OMSId=1&AccountId=169073" && requests[2].query == "OMSId=1&UserId=169072")
            for request in requests.dropFirst() {
                #expect(request.header("APToken") == Self.token)
                #expect(request.header("Nonce") == nil && request.header("Signature") == nil)
            }
            #expect(requests.allSatisfy { $0.base.description == "https://api.ndax.io:8443" })
        }
        #expect(logins == ["1700000000", "1700000001"])
        #expect(clock.now >= UnixTime(seconds: 1_700_000_001))
    }

    @Test("Architect's secret goes to the login only, for a token that ends after a minute")
    func architect() async throws {
        let transport = try Self.goodAnswers("architect_perpetual")
        #expect(try await Self.verify("architect_perpetual", transport).outcome == .valid)
        let login = try JSON(parsing: try #require(transport.requests.first).body)
        #expect(login["api_secret"] == .string(TestCredential.secret) && login["expiration_seconds"] == 60)
        for request in transport.requests.dropFirst() {
            #expect(request.header("Authorization") == "Bearer " + Self.token)
            #expect(!request.url.contains(TestCredential.secret) && request.body.isEmpty)
        }
    }

    @Test("GRVT's cookie and account go on, and the private key goes nowhere")
    func grvt() async throws {
        let transport = try Self.goodAnswers("grvt_perpetual_testnet")
        #expect(try await Self.verify("grvt_perpetual_testnet", transport).outcome == .valid)
        let requests = transport.requests
        #expect(requests.map(\.base.host) == ["edge.testnet.grvt.io", "trades.testnet.grvt.io"])
        let last = try #require(requests.last)
        #expect(last.header("Cookie") == "gravity=" + Self.token && last.header("X-Grvt-Account-Id") == "ACC:1")
        #expect(try JSON(parsing: last.body)["sub_account_id"] == .string(TestCredential.accountNumber))
        for request in requests {
            let sent = request.url + request.body + request.headers.map(\.value).joined()
            #expect(!sent.contains(TestCredential.privateKey.dropFirst(2)))
        }
    }

    @Test("no private key of a wallet leaves the machine", arguments: ["aevo_perpetual", "evedex_perpetual"])
    func privateKeys(_ connector: String) async throws {
        let transport = try Self.goodAnswers(connector)
        _ = try await Self.verify(connector, transport)
        #expect(!transport.requests.isEmpty)
        for request in transport.requests {
            let sent = request.url + request.body + request.headers.map(\.value).joined()
            #expect(!sent.contains(TestCredential.privateKey.dropFirst(2)))
        }
    }

    @Test("the token of a session is hidden in what the exchange says afterwards")
    func hiddenToken() async throws {
        let transport = ScriptedTransport { request, _ throws(TransportFailure) in
            request.path == "/api/authenticate"
                ? text(#"{"token":"a-short-token-of-17"}"#)
                : text(#"{"error":"no right for a-short-token-of-17"}"#, status: 403)
        }
        let report = try await Self.verify("architect_perpetual", transport)
        #expect(report.outcome == .rejected && report.exchangeMessage?.contains("no right for") == true)
        #expect(report.json.text().contains("a-short-token-of-17") == false)
    }

    @Test("the real transport brings back the headers of an answer")
    func headers() async throws {
        let answer = http("200 OK", "{}", headers: "Set-Cookie: a=b\r\nset-cookie: gravity=abc; Path=/\r\nX-Id: 7\r\n")
        try await LoopbackServer.with(answer) { server in
            try await AsyncHTTPTransport.withTransport { transport in
                var request = ProbeRequest(ProbeCall(.get, "h.example", "/x"))
                request.base = try BaseURL("http://127.0.0.1:\(server.port)")
                let response = try await transport.send(request)
                #expect(response.header("x-id") == "7" && response.header("X-Other") == nil)
                #expect(response.cookie("gravity") == "abc" && response.cookie("a") == "b")
                #expect(response.cookie("grav") == nil)
            }
        }
    }

    @Test("a question without a body tells its length, and at Bitstamp no type, which would be refused")
    func emptyBody() async throws {
        for connector in ["bitstamp", "gemini"] {
            try await LoopbackServer.with(http("401 Unauthorized", "{}")) { server in
                let credential = try TestCredential.make(connector)
                var endpoints = ExchangeEndpoints()
                endpoints[credential.connector.name] = try BaseURL("http://127.0.0.1:\(server.port)")
                let redirected = endpoints
                try await AsyncHTTPTransport.withTransport { transport in
                    _ = await ExchangeVerifier(
                        transport: transport, endpoints: redirected, nonces: InMemoryNonces()
                    ).verify(credential, allowingWithdrawals: false)
                }
                let head = try #require(server.received.firstRange(of: "POST /")).lowerBound
                let request = server.received[head...].lowercased()
                #expect(request.contains("\r\ncontent-length: 0\r\n"))
                #expect(request.contains("content-type") == (connector == "gemini"))
            }
        }
    }

    @Test("a query goes out as it was signed, byte for byte")
    func query() async throws {
        let query = "Timestamp=2023-11-14T22%3A13%3A20&a=x%2By%2Fz%3D%20&b=1,2&Signature=%2B%2F%3D"
        try await LoopbackServer.with(http("200 OK", "{}")) { server in
            try await AsyncHTTPTransport.withTransport { transport in
                var request = ProbeRequest(ProbeCall(.get, "h.example", "/v1/account/accounts", query: query))
                request.base = try BaseURL("http://127.0.0.1:\(server.port)")
                _ = try await transport.send(request)
            }
            #expect(server.received.hasPrefix("GET /v1/account/accounts?\(query) HTTP/1.1\r\n"))
        }
    }

    @Test("HTX is asked for the rights of this key and this user, in a sorted query")
    func htx() async throws {
        let transport = try Self.goodAnswers("htx")
        _ = try await Self.verify("htx", transport)
        let query = try #require(transport.requests.last).query
        let names = query.split(separator: "&").map { String($0.prefix { $0 != "=" }) }
        #expect(
            names == [
                "AccessKeyId", "SignatureMethod", "SignatureVersion", "Timestamp", "accessKey", "uid", "Signature",
            ])
        #expect(query.contains("&accessKey=\(TestCredential.key)&uid=63628520&"))
        #expect(query.contains("Timestamp=2023-11-14T22%3A13%3A20&"))
    }
}
