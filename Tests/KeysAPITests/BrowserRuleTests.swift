import HTTPTypes
import OrderedJSON
import Testing

@testable import KeysAPI

@Suite("Rules for browsers")
struct BrowserRuleTests {
    private static func request(_ method: HTTPRequest.Method = .get, host: String?, _ headers: HTTPFields = [:])
        -> HTTPRequest
    {
        HTTPRequest(method: method, scheme: "http", authority: host, path: "/", headerFields: headers)
    }

    private static func status(_ check: () throws(APIError) -> Void) -> Int {
        do {
            try check()
            return 200
        } catch {
            return error.status.code
        }
    }

    @Test(
        "a server on loopback answers for its own names and the configured ones, with any port",
        arguments: [
            ("localhost", 200), ("localhost:8000", 200), ("LOCALHOST:1", 200), ("localhost.", 200),
            ("127.0.0.1:8000", 200),
            ("[::1]:8000", 200), ("[0:0::1]", 200), ("keys.example", 200), ("Keys.Example:443", 200),
            ("evil.example", 421), ("localhost.evil.example", 421), ("127.0.0.2", 421), ("192.0.2.1", 421),
            ("[::2]", 421), ("localhost:80:80", 421), ("a@localhost", 421), ("localhost/x", 421), ("", 421), ("[", 421),
        ])
    func hosts(host: String, status: Int) {
        let rule = HostRule(listeningOn: "127.0.0.1", port: 8000, allowing: ["keys.example"])
        #expect(Self.status { () throws(APIError) in try rule.check(Self.request(host: host)) } == status)
    }

    @Test(
        "a server on all addresses answers for any address, since only names can be rebound",
        arguments: [
            ("192.0.2.1:8000", 200), ("[2001:db8::1]", 200), ("localhost", 200), ("box.lan", 421), ("1.2.3", 421),
        ])
    func wildcardHosts(host: String, status: Int) {
        for bound in ["0.0.0.0", "::"] {
            let rule = HostRule(listeningOn: bound, port: 8000, allowing: [])
            #expect(Self.status { () throws(APIError) in try rule.check(Self.request(host: host)) } == status)
        }
    }

    @Test("a server on one address answers for it, in every spelling")
    func boundHost() {
        let rule = HostRule(listeningOn: "2001:db8::1", port: 8000, allowing: [])
        #expect(
            Self.status { () throws(APIError) in try rule.check(Self.request(host: "[2001:db8:0::1]:80")) } == 200)
    }

    @Test("no Host and two Hosts are 400")
    func hostCount() {
        let rule = HostRule(listeningOn: "127.0.0.1", port: 8000, allowing: [])
        #expect(Self.status { () throws(APIError) in try rule.check(Self.request(host: nil)) } == 400)
        #expect(
            Self.status { () throws(APIError) in
                try rule.check(Self.request(host: "localhost", [.secondHost: "localhost"]))
            } == 400)
    }

    @Test(
        "a change that a page of another origin asks for is 403 in spite of the right login",
        arguments: [
            (["Origin": "http://evil.example"], 403), (["Origin": "null"], 403),
            (["Origin": "http://localhost:1"], 403),
            (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403),
            (["Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"], 403),
            (["Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"], 201),
            (["Sec-Fetch-Site": "none"], 201), (["Origin": "http://localhost:80"], 201), ([:], 201),
        ])
    func crossSite(headers: [String: String], status: Int) async throws {
        try await withAPI { api in
            let reply = try await api.send(
                .post, "/accounts/add-account?account_name=second", headers: headers)
            #expect(reply.status == status)
            let exists = try await api.get("/accounts/").text.contains("second")
            #expect(exists == (status == 201))
        }
    }

    @Test("the rule holds on every route that changes something, and before the login")
    func crossSiteEverywhere() async throws {
        try await withAPI { api in
            let document = try #require(try await api.get("/openapi.json").json?["paths"]?.objectValue)
            for path in document.members {
                for name in path.value.objectValue?.names ?? [] where name != "get" {
                    let method = try #require(HTTPRequest.Method(name.uppercased()))
                    let reply = try await api.send(
                        method, path.name, login: nil, headers: ["Sec-Fetch-Site": "cross-site"])
                    #expect(reply.status == 403, "\(name) \(path.name)")
                }
            }
        }
    }

    @Test("without configured origins no header of CORS is sent")
    func noCORS() async throws {
        try await withAPI { api in
            let reply = try await api.send(.get, "/accounts/", headers: ["Origin": "http://localhost:3000"])
            #expect(reply.status == 200)
            #expect(!reply.headers.contains { $0.name.canonicalName.hasPrefix("access-control") })
        }
    }

    @Test("with configured origins a preflight and the request itself are answered in the known form")
    func cors() async throws {
        let configuration = try testConfiguration { $0.corsOrigins = ["http://localhost:3000"] }
        try await withAPI(configuration) { api in
            let ask = ["Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"]
            let good = try await api.send(
                .options, "/accounts/", login: nil,
                headers: ask.merging(["Origin": "http://localhost:3000"]) { $1 })
            #expect((good.status, good.text) == (200, "OK"))
            #expect(good["access-control-allow-origin"] == "http://localhost:3000")
            #expect(good["access-control-allow-credentials"] == "true")
            #expect(good["access-control-allow-headers"] == "authorization")
            #expect(good["access-control-max-age"] == "600")
            #expect(good["access-control-allow-methods"]?.contains("DELETE") == true)
            let bad = try await api.send(
                .options, "/accounts/", login: nil, headers: ask.merging(["Origin": "http://evil.example"]) { $1 })
            #expect((bad.status, bad.text) == (400, "Disallowed CORS origin"))
            #expect(bad["access-control-allow-origin"] == nil)
            let post = try await api.send(
                .post, "/accounts/add-account?account_name=second",
                headers: ["Origin": "http://localhost:3000", "Sec-Fetch-Site": "cross-site"])
            #expect(post.status == 201)
            #expect(post["access-control-allow-origin"] == "http://localhost:3000")
            #expect(post["vary"] == "Origin")
            let refused = try await api.send(
                .get, "/accounts/", login: nil, headers: ["Origin": "http://localhost:3000"])
            #expect((refused.status, refused["access-control-allow-origin"]) == (401, "http://localhost:3000"))
            let other = try await api.send(.get, "/accounts/", headers: ["Origin": "http://evil.example"])
            #expect(other["access-control-allow-origin"] == nil)
        }
    }

    @Test("an origin or a host that cannot be one is refused when the server is built")
    func badConfiguration() async throws {
        let origin = try testConfiguration { $0.corsOrigins = ["*"] }
        await #expect(throws: ServerConfiguration.Fault.invalidOrigin("*")) { try await withAPI(origin) { _ in } }
        let host = try testConfiguration { $0.allowedHosts = ["http://x"] }
        await #expect(throws: ServerConfiguration.Fault.invalidHost("http://x")) { try await withAPI(host) { _ in } }
    }

    @Test("every kind of answer carries the protecting headers", arguments: ["/accounts/", "/nope", "/", "/docs"])
    func securityHeaders(path: String) async throws {
        try await withAPI { api in
            for accept in ["*/*", "text/html"] {
                let reply = try await api.send(.get, path, headers: ["Accept": accept])
                #expect(reply["x-content-type-options"] == "nosniff")
                #expect(reply["referrer-policy"] == "no-referrer")
                #expect(reply["cross-origin-resource-policy"] == "same-origin")
                #expect(reply["cross-origin-opener-policy"] == "same-origin")
                #expect(reply["x-frame-options"] == "DENY")
                let policy = try #require(reply["content-security-policy"])
                #expect(policy.contains("default-src 'none'"))
                #expect(policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe"))
                let isPage = reply.type?.hasPrefix("text/html") == true
                let trustedTypes = "require-trusted-types-for 'script'; trusted-types 'none'"
                #expect(policy.hasSuffix(trustedTypes) == isPage)
                let permissions = reply["permissions-policy"] ?? ""
                for feature in ["camera", "microphone", "geolocation", "payment", "usb"] {
                    #expect(permissions.contains("\(feature)=()") == isPage)
                }
                #expect(reply["cache-control"] == (isPage ? "no-cache" : "no-store"))
            }
        }
    }
}
