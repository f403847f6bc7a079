import Credentials
import HTTPTypes
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysAPI

@Suite("Login")
struct LoginTests {
    private static let wrong = "Basic dHJhZGVyOndyb25n"  // trader:wrong
    private static let guesses = ["YTox", "YToy", "YToz", "YTo0", "YTo1"].map { "Basic \($0)" }  // a:1 to a:5

    @Test("the login opens in every spelling of the scheme and of base64", arguments: ["Basic ", "basic ", "BASIC "])
    func spellings(scheme: String) async throws {
        try await withAPI { api in
            let reply = try await api.send(
                .get, "/accounts/", login: "\(scheme)\(APITester.login.dropFirst(6))")
            #expect(reply.status == 200)
        }
    }

    @Test(
        "no login, or none that can be read, is the known 401 at once",
        arguments: [nil, "", "Basic", "Basic !!!", "Basic dHJhZGVy", "Bearer dHJhZGVyOnRyYWRpbmctcGFzc3dvcmQ="])
    func missing(login: String?) async throws {
        let clock = TestClock(isImmediate: true)
        try await withAPI(clock: clock) { api in
            let reply = try await api.send(.get, "/accounts/", login: login)
            #expect((reply.status, reply.text) == (401, #"{"detail":"Not authenticated"}"#))
            #expect(reply["www-authenticate"] == "Basic")
            #expect(clock.slept.isEmpty)
        }
    }

    @Test(
        "a wrong user or password is the known 401",
        arguments: [wrong, "Basic YWRtaW46dHJhZGluZy1wYXNzd29yZA==", "Basic dHJhZGVyOg==", "Basic Og=="])
    func wrongLogin(login: String) async throws {
        try await withAPI(clock: TestClock(isImmediate: true)) { api in
            let reply = try await api.send(.get, "/accounts/", login: login)
            #expect((reply.status, reply.text) == (401, #"{"detail":"Incorrect username or password"}"#))
            #expect(reply["www-authenticate"] == "Basic")
        }
    }

    @Test("the user name may hold anything but a colon, the password anything at all")
    func unusualLogins() throws {
        #expect(throws: APILogin.Fault.colonInUser) { try APILogin(user: "a:b", password: Secret("x")) }
        #expect(throws: APILogin.Fault.emptyPassword) { try APILogin(user: "a", password: Secret("")) }
        let check = LoginCheck(try APILogin(user: "jürgen", password: Secret("a:b:ç")))
        #expect(check.check("Basic asO8cmdlbjphOmI6w6c=") == .accepted)
        guard case .wrong = check.check("Basic asO8cmdlbjphOmI6w6g=") else {
            Issue.record("another password opens")
            return
        }
    }

    @Test(
        "pages get no challenge, so that the browser keeps no login of its own",
        arguments: [
            ["Sec-Fetch-Mode": "cors"], ["Sec-Fetch-Site": "same-origin"], ["Accept": "text/html,*/*;q=0.8"],
            ["User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"],
        ])
    func noChallenge(headers: [String: String]) async throws {
        try await withAPI(clock: TestClock(isImmediate: true)) { api in
            for login in [nil, Self.wrong] {
                let reply = try await api.send(.get, "/accounts/", login: login, headers: headers)
                #expect(reply.status == 401)
                #expect(reply["www-authenticate"] == nil)
            }
        }
    }

    @Test("the answer to a failed login waits, longer each time, up to a limit; a good login starts anew")
    func growingDelay() async throws {
        let clock = TestClock(isImmediate: true)
        try await withAPI(clock: clock) { api in
            for _ in 1...5 { _ = try await api.send(.get, "/accounts/", login: Self.wrong) }
            #expect(clock.slept == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(4)])
            #expect(try await api.get("/accounts/").status == 200)
            _ = try await api.send(.get, "/accounts/", login: Self.wrong)
            #expect(clock.slept.last == .milliseconds(500))
        }
    }

    @Test("a wrong login that is sent again and again leaves room for the right one; past the bound it is 429 at once")
    func boundedDelays() async throws {
        let clock = TestClock()
        try await withAPI(clock: clock) { api in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...4 {
                    group.addTask { try await api.send(.get, "/accounts/", login: Self.wrong).status }
                }
                await clock.sleepers(4)
                #expect(try await api.get("/accounts/").status == 200)
                let refused = try await api.send(.get, "/accounts/", login: Self.wrong)
                #expect(refused.status == 429)
                #expect(refused["retry-after"] == "5")
                #expect(try await api.get("/accounts/").status == 200)
                clock.advance(by: .seconds(4))
                for try await status in group { #expect(status == 401) }
            }
        }
    }

    @Test("while four guesses wait, right and wrong logins are answered alike, and for no longer")
    func guessesTakePlaces() async throws {
        let clock = TestClock()
        try await withAPI(clock: clock) { api in
            let signedIn = try await Browser.signedIn(api)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for guess in Self.guesses.prefix(4) {
                    group.addTask { try await api.send(.get, "/accounts/", login: guess).status }
                }
                await clock.sleepers(4)
                let right = try await api.get("/accounts/")
                let wrong = try await api.send(.get, "/accounts/", login: Self.guesses[4])
                #expect((right.status, right["retry-after"]) == (429, "5"))
                #expect((right.status, right.text) == (wrong.status, wrong.text))
                var browser = Browser(api)
                let signIn = try await browser.signIn()
                #expect((signIn.status, signIn.json?["code"]) == (429, "too_many_failed_logins"))
                #expect(try await signedIn.status() == 200, "a session goes on")
                clock.advance(by: .seconds(4))
                for try await status in group { #expect(status == 401) }
                #expect(try await api.get("/accounts/").status == 200)
            }
        }
    }

    @Test("on this machine the right login is answered whoever is guessing, but not what a proxy passes on")
    func thisMachine() async throws {
        let clock = TestClock()
        try await withServer(clock: clock) { server in
            @Sendable func status(_ login: String, _ more: String = "") async throws -> Substring {
                let head = "GET /accounts/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: \(login)\r\n"
                return try await server.exchange("\(head)\(more)Connection: close\r\n\r\n").dropFirst(9).prefix(3)
            }
            for more in ["", "X-Forwarded-For: 203.0.113.9\r\n"] {
                try await withThrowingTaskGroup(of: Substring.self) { group in
                    for guess in Self.guesses.prefix(4) { group.addTask { try await status(guess, more) } }
                    await clock.sleepers(4)
                    #expect(try await status(APITester.login, more) == (more.isEmpty ? "200" : "429"))
                    #expect(try await status(APITester.login) == "200")
                    #expect(try await status(Self.guesses[4], more) == "429")
                    clock.advance(by: .seconds(4))
                    for try await status in group { #expect(status == "401") }
                }
            }
        }
    }

    @Test("a guess has its place for its time, whoever waits for the answer, and the same guess has one only")
    func places() async throws {
        let clock = TestClock()
        // No answer waits, as when the clients of all have gone.
        let failures = FailedGuesses(limits: .init(places: 2, waiting: 0), clock: clock)
        let clients = try ["192.0.2.1", "192.0.2.2"].map { try #require(IPAddress($0)) }
        let check = LoginCheck(try APILogin(user: "trader", password: Secret("x")))
        func isClosed(after guesses: String...) async throws -> Bool {
            for guess in guesses {
                guard case .wrong(let guess) = check.check(guess) else { continue }
                #expect(try await failures.wait(after: guess, of: clients[0]) == false)
            }
            return failures.isClosed(to: clients[0])
        }
        #expect(try await isClosed(after: Self.guesses[0], Self.guesses[0], Self.guesses[0]) == false)
        #expect(try await isClosed(after: Self.guesses[1]))
        #expect(!failures.isClosed(to: clients[1]))
        clock.advance(by: .seconds(2))
        #expect(try await isClosed(after: Self.guesses[2]))
        // Somebody's right login does not let others from the same network guess on.
        failures.succeed(clients[0])
        #expect(try await isClosed())
        clock.advance(by: .seconds(4))
        #expect(try await isClosed() == false)
    }

    @Test("the bound of waiting answers holds for all clients together, and clients do not slow each other")
    func manyClients() async throws {
        let clock = TestClock()
        let failures = FailedGuesses(
            limits: .init(waiting: 2, waitingOfOneClient: 1, remembered: 2), clock: clock)
        let clients = try ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map { try #require(IPAddress($0)) }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for client in clients.prefix(2) { group.addTask { try await failures.wait(after: nil, of: client) } }
            await clock.sleepers(2)
            #expect(try await failures.wait(after: nil, of: clients[0]) == false)
            #expect(try await failures.wait(after: nil, of: clients[2]) == false)
            #expect(clock.slept == [.milliseconds(500), .milliseconds(500)])
            clock.advance(by: .seconds(1))
            for try await waited in group { #expect(waited) }
        }
    }

    @Test("a client that was quiet for long enough starts anew")
    func forgets() async throws {
        let clock = TestClock(isImmediate: true)
        let failures = FailedGuesses(clock: clock)
        for _ in 1...3 { _ = try await failures.wait(after: nil, of: nil) }
        clock.advance(by: .seconds(900))
        _ = try await failures.wait(after: nil, of: nil)
        #expect(clock.slept.last == .milliseconds(500))
    }

    @Test("failed logins are logged with the address and without anything that was sent")
    func logged() async throws {
        try await withAPI(clock: TestClock(isImmediate: true)) { api in
            _ = try await api.send(
                .get, "/accounts/", login: Self.wrong, headers: ["X-Forwarded-For": "203.0.113.9"])
            let line = try #require(api.log.lines.first { $0.contains("login refused") })
            #expect(line.contains("address=unknown"))
            #expect(!line.contains("203.0.113.9"))
            #expect(!api.log.lines.contains { $0.contains("trader") || $0.contains("dHJhZGVy") })
        }
    }

    @Test("admin/admin opens nothing for a client that is not certainly on this machine")
    func wellKnownLogin() async throws {
        var configuration = try testConfiguration()
        configuration.login = try APILogin(user: "admin", password: Secret("admin"))
        try await withAPI(configuration) { api in
            let reply = try await api.send(.get, "/accounts/", login: "Basic YWRtaW46YWRtaW4=")
            #expect(reply.status == 403)
            #expect(reply.json?["detail"]?.stringValue?.contains("another password") == true)
        }
    }

    @Test(
        "paths that do not exist and methods that are not there are told before the login",
        arguments: [
            (HTTPRequest.Method.get, "/nope", 404), (.get, "/accounts", 404), (.get, "/accounts//", 404),
            (.get, "/connectors", 404), (.get, "/accounts/x/credentials/", 404), (.delete, "/accounts/", 405),
            (.head, "/accounts/", 405), (.options, "/accounts/", 405), (.put, "/accounts/x/credentials", 405),
        ])
    func routingComesFirst(method: HTTPRequest.Method, path: String, status: Int) async throws {
        try await withAPI { api in
            let reply = try await api.send(method, path, login: nil)
            #expect(reply.status == status)
            guard method != .head else {
                #expect(reply.text.isEmpty)
                return
            }
            #expect(reply.text == (status == 404 ? #"{"detail":"Not Found"}"# : #"{"detail":"Method Not Allowed"}"#))
        }
    }

    @Test("a 405 names the methods that are there")
    func allow() async throws {
        try await withAPI { api in
            #expect(try await api.send(.delete, "/accounts/", login: nil)["allow"] == "GET")
            let several = try await api.send(.patch, "/accounts/x/credentials", login: nil)
            #expect(several["allow"] == "GET, POST")
        }
    }
}
