import Credentials
import Foundation
import HTTPTypes
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysAPI

@Suite("Sessions")
struct SessionTests {
    private static let foreign = "keys-manager-session-80=" + String(repeating: "a", count: 64)

    @Test("signing in gives a cookie that opens what the login opens, and a session that can be looked at")
    func signIn() async throws {
        try await withAPI { api in
            var browser = Browser(api)
            let signedIn = try await browser.signIn()
            #expect(signedIn.status == 200)
            #expect(signedIn.json?.objectValue?.names == ["user", "signed_in_at", "idle_seconds", "expires_at"])
            #expect(signedIn.json?["user"] == "trader")
            #expect(signedIn.json?["idle_seconds"] == 1800)
            for path in ["/accounts/", "/v1/overview", "/list-accounts"] {
                #expect(try await browser.asking(.get, path).status == 200)
            }
            #expect(try await browser.asking(.post, "/v1/accounts", #"{"name": "second"}"#).status == 201)
            #expect(try await browser.asking(.get, "/v1/session").json == signedIn.json)
            #expect(!signedIn.text.contains("password"))
        }
    }

    @Test("a session lasts twelve hours as a whole, by its own words")
    func times() async throws {
        try await withAPI { api in
            var browser = Browser(api)
            let json = try #require(try await browser.signIn().json)
            let times = try ["signed_in_at", "expires_at"].map { name in
                try Date(try #require(json[name]?.stringValue), strategy: .iso8601)
            }
            #expect(times[1].timeIntervalSince(times[0]) == 12 * 3600)
            #expect(abs(times[0].timeIntervalSinceNow) < 3600)
        }
    }

    @Test("the cookie is for this host and port, no script and no other site, and ends with the browser")
    func attributes() async throws {
        try await withAPI { api in
            var browser = Browser(api)
            let cookie = try #require(try await browser.signIn()["set-cookie"])
            let parts = cookie.split(separator: "; ").map(String.init)
            #expect(parts.dropFirst() == ["Path=/", "HttpOnly", "SameSite=Strict"])
            #expect(try #require(parts.first).wholeMatch(of: /keys-manager-session-80=[0-9a-f]{64}/) != nil)
        }
        try await withAPI(testConfiguration { $0.speaksTLS = true }) { api in
            var browser = Browser(api)
            let cookie = try #require(try await browser.signIn()["set-cookie"])
            #expect(cookie.hasPrefix("__Host-keys-manager-session-443="))
            #expect(cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Strict; Secure"))
            #expect(try await browser.status() == 200)
        }
    }

    @Test(
        "the name holds the port as the browser knows it",
        arguments: [("localhost:8001", 8001), ("[::1]:9", 9), ("x", 80)])
    func port(authority: String, port: Int) {
        let request = HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/")
        let field = SessionCookie(isSecure: false).clearing(for: request)
        #expect(field.value.hasPrefix("keys-manager-session-\(port)=;"))
    }

    @Test("a cookie that was there before signing in is not taken over, and a session is not kept")
    func fixation() async throws {
        try await withAPI { api in
            var fixed = Browser(api, cookie: Self.foreign)
            try await fixed.signIn()
            #expect(fixed.cookie != Self.foreign)
            #expect(try await Browser(api, cookie: Self.foreign).status() == 401)
            let first = fixed
            try await fixed.signIn()
            #expect(fixed.cookie != first.cookie)
            #expect(try await first.status() == 401)
            #expect(try await fixed.status() == 200)
        }
    }

    @Test("a cookie of no session, or of one that has ended, is told apart from a missing login, and cleared")
    func ended() async throws {
        try await withAPI(clock: TestClock(isImmediate: true)) { api in
            for cookie in [Self.foreign, "keys-manager-session-80=", "keys-manager-session-80=nonsense"] {
                let reply = try await Browser(api, cookie: cookie).asking(.get, "/v1/overview")
                #expect(reply.status == 401)
                #expect(reply.json?["code"] == "session_ended")
                #expect(reply["set-cookie"]?.contains("keys-manager-session-80=; Path=/") == true)
                #expect(reply["set-cookie"]?.hasSuffix("Max-Age=0") == true)
                #expect(reply["www-authenticate"] == nil)
            }
        }
    }

    @Test("unknown cookies are no failed logins: nobody waits, nothing is counted")
    func cheap() async throws {
        let clock = TestClock(isImmediate: true)
        try await withAPI(clock: clock) { api in
            for _ in 1...20 {
                let status = try await Browser(api, cookie: Self.foreign).status()
                #expect(status == 401)
            }
            #expect(clock.slept.isEmpty)
            #expect(!api.log.lines.contains { $0.contains("login refused") })
        }
    }

    @Test(
        "cookies of other names are passed over",
        arguments: ["keys-manager-session-8000", "keys-manager-session-8", "__Host-keys-manager-session-80", "x"])
    func otherNames(name: String) async throws {
        try await withAPI { api in
            let browser = try await Browser.signedIn(api)
            let token = try #require(browser.cookie?.split(separator: "=").last)
            let reply = try await Browser(api, cookie: "\(name)=\(token)").asking(.get, "/v1/overview")
            #expect(reply.json?["code"] == "unauthorized")
            #expect(reply["set-cookie"] == nil)
            let own = try #require(browser.cookie)
            #expect(try await Browser(api, cookie: "\(name)=\(token); \(own)").status() == 200)
        }
    }

    @Test("a cookie of our name that another server of the host has set hides ours from nobody")
    func shadowed() async throws {
        try await withAPI { api in
            let own = try #require(try await Browser.signedIn(api).cookie)
            #expect(try await Browser(api, cookie: "\(Self.foreign); \(own)").status() == 200)
            let many = Array(repeating: Self.foreign, count: 100).joined(separator: "; ")
            #expect(try await Browser(api, cookie: "\(many); \(own)").status() == 401)
        }
    }

    @Test("the header's login wins over the cookie, right or wrong")
    func basicWins() async throws {
        try await withAPI(clock: TestClock(isImmediate: true)) { api in
            let cookie = try #require(try await Browser.signedIn(api).cookie)
            let right = try await api.send(.get, "/v1/session", headers: ["Cookie": cookie])
            #expect((right.status, right.json?["code"]) == (404, "no_session"))
            let out = try await api.send(.delete, "/v1/session", headers: ["Cookie": cookie])
            #expect((out.status, out.json?["code"]) == (404, "no_session"))
            let wrong = try await api.send(.get, "/accounts/", login: "Basic Og==", headers: ["Cookie": cookie])
            #expect(wrong.status == 401)
        }
    }

    @Test("without use a session ends after half an hour; every use begins it anew")
    func idle() async throws {
        let clock = TestClock(isImmediate: true)
        try await withAPI(clock: clock) { api in
            let browser = try await Browser.signedIn(api)
            for _ in 1...3 {
                clock.advance(by: .seconds(1799))
                #expect(try await browser.status() == 200)
            }
            clock.advance(by: .seconds(1800))
            #expect(try await browser.status() == 401)
        }
    }

    @Test("what the page asks by itself does not keep a session alive")
    func background() async throws {
        let clock = TestClock(isImmediate: true)
        try await withAPI(clock: clock) { api in
            let browser = try await Browser.signedIn(api)
            for _ in 1...2 {
                clock.advance(by: .seconds(899))
                #expect(try await browser.status(isBackground: true) == 200)
            }
            clock.advance(by: .seconds(2))
            #expect(try await browser.status(isBackground: true) == 401)
        }
    }

    @Test("after twelve hours a session ends, however busy it is")
    func lifetime() async throws {
        let clock = TestClock(isImmediate: true)
        try await withAPI(clock: clock) { api in
            let browser = try await Browser.signedIn(api)
            for _ in 1...47 {
                clock.advance(by: .seconds(900))
                #expect(try await browser.status() == 200)
            }
            clock.advance(by: .seconds(900))
            #expect(try await browser.status() == 401)
        }
    }

    @Test("signing out ends this session, or all of them")
    func signOut() async throws {
        try await withAPI { api in
            var (one, two) = (try await Browser.signedIn(api), try await Browser.signedIn(api))
            let three = try await Browser.signedIn(api)
            let before = one
            let out = try await one.send(.delete, "/v1/session")
            #expect((out.status, out.text) == (200, "{}"))
            #expect(one.cookie == nil)
            #expect(try await before.status() == 401)
            #expect(try await two.status() == 200)
            let all = try await two.send(.delete, "/v1/sessions")
            #expect((all.status, all.text) == (200, #"{"ended":2}"#))
            #expect(two.cookie == nil)
            #expect(try await three.status() == 401)
            let none = try await api.delete("/v1/sessions")
            #expect((none.text, none["set-cookie"]) == (#"{"ended":0}"#, nil))
        }
    }

    @Test("beyond the bound, the session that was not used for the longest time ends")
    func bounded() async throws {
        let clock = TestClock(isImmediate: true)
        try await withAPI(testConfiguration { $0.sessions.count = 3 }, clock: clock) { api in
            var browsers: [Browser] = []
            for _ in 1...3 {
                browsers.append(try await Browser.signedIn(api))
                clock.advance(by: .seconds(1))
            }
            #expect(try await browsers[0].status() == 200)
            clock.advance(by: .seconds(1))
            browsers.append(try await Browser.signedIn(api))
            #expect(try await browsers[1].status() == 401)
            for position in [0, 2, 3] { #expect(try await browsers[position].status() == 200) }
        }
    }

    @Test(
        "a wrong login is refused as elsewhere, late and counted, and asks the browser for nothing",
        arguments: [#"{"user": "trader", "password": "x"}"#, #"{"user": "x", "password": "trading-password"}"#])
    func wrong(body: String) async throws {
        let clock = TestClock(isImmediate: true)
        try await withAPI(clock: clock) { api in
            for _ in 1...2 {
                let reply = try await api.send(.post, "/v1/session", body, login: nil)
                #expect((reply.status, reply.json?["code"]) == (401, "unauthorized"))
                #expect(reply["www-authenticate"] == nil)
                #expect(reply["set-cookie"] == nil)
            }
            #expect(clock.slept == [.milliseconds(500), .seconds(1)])
            #expect(api.log.lines.count { $0.contains("login refused") } == 2)
        }
    }

    @Test("past the bound of waiting answers the same wrong login is 429 at once, and the right one signs in")
    func throttled() async throws {
        let clock = TestClock()
        try await withAPI(clock: clock) { api in
            try await withThrowingTaskGroup(of: Int.self) { group in
                let wrong = #"{"user": "trader", "password": "x"}"#
                for _ in 1...4 {
                    group.addTask { try await api.send(.post, "/v1/session", wrong, login: nil).status }
                }
                await clock.sleepers(4)
                let refused = try await api.send(.post, "/v1/session", wrong, login: nil)
                #expect((refused.status, refused["retry-after"]) == (429, "5"))
                var browser = Browser(api)
                #expect(try await browser.signIn().status == 200)
                clock.advance(by: .seconds(4))
                for try await status in group { #expect(status == 401) }
            }
        }
    }

    @Test(
        "a body that is no login is 400 and not repeated",
        arguments: [
            "", "[]", "{", #"{"user": "trader"}"#, #"{"user": 1, "password": "canary"}"#,
            #"{"user": "trader", "password": "trading-password", "canary": 1}"#,
        ])
    func badBody(body: String) async throws {
        try await withAPI { api in
            let reply = try await api.send(.post, "/v1/session", body, login: nil)
            #expect(reply.status == 400)
            #expect(!reply.text.contains("trading-password"))
            #expect(reply["set-cookie"] == nil)
        }
    }

    @Test("admin/admin signs nobody in who is not certainly on this machine")
    func wellKnown() async throws {
        var configuration = try testConfiguration()
        configuration.login = try APILogin(user: "admin", password: Secret("admin"))
        try await withAPI(configuration) { api in
            var browser = Browser(api)
            let reply = try await browser.signIn(#"{"user": "admin", "password": "admin"}"#)
            #expect((reply.status, reply.json?["code"]) == (403, "well_known_login"))
            #expect(reply["set-cookie"] == nil)
        }
    }

    @Test("the token stands nowhere but in the cookie")
    func secrecy() async throws {
        try await withAPI { api in
            let browser = try await Browser.signedIn(api)
            let token = try #require(browser.cookie?.split(separator: "=").last)
            let replies = try await [browser.asking(.get, "/v1/session"), browser.asking(.get, "/v1/overview")]
            #expect(!replies.contains { $0.text.contains(token) })
            #expect(!api.log.lines.contains { $0.contains(token) })
            let fresh = SessionToken.random()
            #expect(!"\(fresh)".contains(fresh.text.exposed()))
        }
    }
}
