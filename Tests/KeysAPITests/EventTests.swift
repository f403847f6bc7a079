import Credentials
import KeyManagement
import NIOCore
import OrderedJSON
import ServiceLifecycle
import Testing
import VaultTesting

@testable import KeysAPI

@Suite("Events")
struct EventTests {
    private static let listening = "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n"
    private static func generation(in event: String) throws -> Int {
        try #require(event.firstMatch(of: /"generation":([0-9]+)/).flatMap { Int($0.output.1) })
    }

    private static let byLogin = "Authorization: \(APITester.login)\r\n\r\n"

    @Test("tell the overview's number and the vault's state at once and with every change, and nothing in between")
    func changes() async throws {
        let clock = TestClock()
        try await withServer(clock: clock) { server in
            try await server.listen(Self.listening + Self.byLogin) { events in
                let head = try await events.read(until: "\n\n")
                #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(head.contains("Content-Type: text/event-stream\r\n"))
                #expect(head.contains("Cache-Control: no-store\r\n"))
                #expect(head.contains("retry: 2000\nevent: overview\ndata: {"))
                let first = try Self.generation(in: head)
                #expect(head.contains(#""state":"unlocked""#))
                await clock.tick()
                try await server.keys.createAccount(AccountName("second"))
                await clock.tick()
                let second = try Self.generation(in: try await events.read(until: "\n\n"))
                #expect(second > first)
                try await server.keys.lock()
                await clock.tick()
                let locked = try await events.read(until: "\n\n")
                #expect(locked.contains("event: overview\n"))
                #expect(locked.contains(#""state":"locked""#))
                #expect(try Self.generation(in: locked) > second)
            }
        }
    }

    @Test("say after fifteen looks without news, a second apart, that they are still there")
    func stillHere() async throws {
        try await withAPI { api in
            let sessions = SessionTable(limits: .init(), clock: TestClock())
            var feed = EventFeed(keys: api.keys, sessions: sessions, session: nil)
            #expect(try await feed.look()?.contains("event: overview") == true)
            for _ in 1...2 {
                for _ in 1...14 { #expect(try await feed.look() == nil) }
                #expect(try await feed.look() == ": still here\n\n")
            }
            for _ in 1...14 { _ = try await feed.look() }
            try await api.keys.lock()
            #expect(try await feed.look()?.contains("event: overview") == true)
            #expect(try await feed.look() == nil)
        }
    }

    @Test("say what keeps the vault from being read, and when it can be read again")
    func problem() async throws {
        let clock = TestClock()
        try await withServer(clock: clock) { server in
            try await server.listen(Self.listening + Self.byLogin) { events in
                _ = try await events.read(until: "\n\n")
                try server.replaceCredentials(withLink: true)
                await clock.tick()
                let problem = try await events.read(until: "\n\n")
                #expect(problem.contains("event: problem\n"))
                #expect(problem.contains(#""code":"storage""#))
                try server.replaceCredentials(withLink: false)
                await clock.tick()
                #expect(try await events.read(until: "\n\n").contains("event: overview\n"))
            }
        }
    }

    @Test("end with the session, by signing out or by time, and say so")
    func signedOut() async throws {
        let clock = TestClock()
        try await withServer(clock: clock) { server in
            for ending in ["sign out", "everywhere", "idle"] {
                let cookie = try await server.signIn()
                try await server.listen(Self.listening + "Cookie: \(cookie)\r\n\r\n") { events in
                    _ = try await events.read(until: "\n\n")
                    switch ending {
                    case "sign out": try await server.change("DELETE", "/v1/session", by: cookie)
                    case "everywhere": try await server.change("DELETE", "/v1/sessions", by: cookie)
                    default:
                        await clock.sleepers(1)
                        clock.advance(by: .seconds(1799))
                    }
                    await clock.tick()
                    let rest = try await events.readToEnd()
                    #expect(rest.contains("event: signed-out\ndata: {}\n\n"), "\(ending)")
                    #expect(rest.hasSuffix("0\r\n\r\n"), "the answer is whole")
                }
            }
        }
    }

    @Test("do not count as use of the session")
    func background() async throws {
        let clock = TestClock()
        try await withServer(clock: clock) { server in
            let cookie = try await server.signIn()
            clock.advance(by: .seconds(1000))
            try await server.listen(Self.listening + "Cookie: \(cookie)\r\n\r\n") { events in
                _ = try await events.read(until: "\n\n")
                await clock.sleepers(1)
                clock.advance(by: .seconds(800))
                #expect(try await events.readToEnd().contains("signed-out"))
            }
        }
    }

    @Test("end at once when the server stops, and the answer is whole")
    func gracefulStop() async throws {
        let clock = TestClock()
        try await withServer(clock: clock) { server in
            try await server.listen(Self.listening + Self.byLogin) { events in
                _ = try await events.read(until: "\n\n")
                await server.services.triggerGracefulShutdown()
                // Nobody moves the clock: the end does not wait for the next look.
                #expect(try await events.readToEnd().hasSuffix("0\r\n\r\n"))
            }
        }
    }

    @Test("are bounded in number, and a place is free again when its client has gone")
    func bounded() async throws {
        let clock = TestClock()
        try await withServer(testConfiguration { $0.maximumStreams = 2 }, clock: clock) { server in
            try await server.listen(Self.listening + Self.byLogin) { first in
                _ = try await first.read(until: "\n\n")
                try await server.listen(Self.listening + Self.byLogin) { second in
                    _ = try await second.read(until: "\n\n")
                    let refused = try await server.exchange(
                        Self.listening + "Connection: close\r\n" + Self.byLogin)
                    #expect(refused.hasPrefix("HTTP/1.1 503"))
                    #expect(refused.contains(#""code":"too_many_streams""#))
                    #expect(refused.contains("Retry-After: 5\r\n"))
                    // Another answer is not in the way.
                    let list = try await server.exchange(
                        LiveServer.request("GET", "/accounts/", more: "Connection: close\r\n"))
                    #expect(list.hasPrefix("HTTP/1.1 200"))
                }
                // The server notices that the second has gone without having anything to tell it.
                var status = ""
                while !status.hasPrefix("HTTP/1.1 200") {
                    status = try await server.listen(Self.listening + Self.byLogin) { third in
                        try await third.read(until: "\r\n")
                    }
                }
            }
        }
    }

    @Test("need a login, and come to no page of another origin")
    func login() async throws {
        try await withServer { server in
            let cookie = try await server.signIn()
            for header in ["", "Cookie: \(cookie)\r\nSec-Fetch-Site: same-site\r\n"] {
                let answer = try await server.exchange(Self.listening + header + "Connection: close\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 401"))
            }
        }
    }
}
