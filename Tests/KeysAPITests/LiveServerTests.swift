import Credentials
import KeyManagement
import NIOCore
import OrderedJSON
import ServiceLifecycle
import Testing
import VaultTesting

@testable import KeysAPI

@Suite("A listening server")
struct LiveServerTests {
    @Test("answers over a socket, knows the client's address, and closes when asked to")
    func answers() async throws {
        try await withServer { server in
            let answer = try await server.exchange(
                LiveServer.request("GET", "/accounts/", more: "Connection: close\r\n"))
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n[\"master_account\"]"))
        }
    }

    @Test("admin/admin opens from this machine")
    func wellKnownLogin() async throws {
        var configuration = try testConfiguration()
        configuration.login = try APILogin(user: "admin", password: Secret("admin"))
        try await withServer(configuration) { server in
            let head = "GET /accounts/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\n"
            #expect(try await server.exchange("\(head)Connection: close\r\n\r\n").hasPrefix("HTTP/1.1 200"))
            let forwarded = try await server.exchange(
                "\(head)X-Forwarded-For: 127.0.0.1\r\nConnection: close\r\n\r\n")
            #expect(forwarded.hasPrefix("HTTP/1.1 403"))
        }
    }

    @Test("a client that never finishes its header is cut off")
    func slowHeader() async throws {
        let configuration = try testConfiguration { $0.deadlines.header = .milliseconds(100) }
        try await withServer(configuration) { server in
            let answer = try await server.exchange("GET /accounts/ HTTP/1.1\r\nHost: local")
            #expect(answer.isEmpty)
        }
    }

    @Test("a client that never finishes its body is cut off, and nothing is saved")
    func slowBody() async throws {
        let configuration = try testConfiguration { $0.deadlines.body = .milliseconds(100) }
        try await withServer(configuration) { server in
            let answer = try await server.exchange(
                "POST /v1/accounts HTTP/1.1\r\nHost: localhost\r\nAuthorization: \(APITester.login)\r\n"
                    + "Content-Length: 100\r\n\r\n{\"name\":\"second\"}")
            #expect(answer.isEmpty)
            #expect(try await server.keys.accounts() == [.master])
        }
    }

    @Test("an idle connection is cut off")
    func idle() async throws {
        let configuration = try testConfiguration { $0.deadlines.idle = .milliseconds(100) }
        try await withServer(configuration) { server in
            let answer = try await server.exchange(LiveServer.request("GET", "/accounts/"))
            #expect(answer.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("a body beyond the limit is 413, announced or not, and the connection is closed")
    func largeBody() async throws {
        let configuration = try testConfiguration { $0.bodyLimit = 1000 }
        try await withServer(configuration) { server in
            let announced = try await server.exchange(
                LiveServer.request("POST", "/v1/accounts", String(repeating: "x", count: 5000)))
            #expect(announced.hasPrefix("HTTP/1.1 413"))
            let chunk = "1000\r\n\(String(repeating: "x", count: 0x1000))\r\n"
            let chunked = try await server.exchange(
                "POST /v1/accounts HTTP/1.1\r\nHost: localhost\r\nAuthorization: \(APITester.login)\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)0\r\n\r\n")
            #expect(chunked.hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test(
        "a request that two parsers could read differently, or that is too large, is 400 and the connection is closed",
        arguments: [
            "Content-Length: 3\r\nContent-Length: 4\r\n", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
            "Content-Length: x\r\n", "Content-Length: +3\r\n", "Content-Length: -1\r\n", "Content-Length: 0x3\r\n",
            "Content-Length: 3, 3\r\n", "Content-Length: 99999999999999999999\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", "X: a\nY: b\r\n", "X: a\rb\r\n", "X: a\0b\r\n",
            "Host: other\r\n", " folded\r\n",
            "X: \(String(repeating: "x", count: 20_000))\r\n",
            String(repeating: "X: y\r\n", count: 200),
        ])
    func smuggling(headers: String) async throws {
        try await withServer { server in
            let answer = try await server.exchange(
                "POST /v1/accounts HTTP/1.1\r\nHost: localhost\r\n\(headers)Connection: close\r\n\r\n{}")
            #expect(answer.hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test("lines that end in a bare line feed are 400")
    func bareLineFeeds() async throws {
        try await withServer { server in
            let answer = try await server.exchange("GET /accounts/ HTTP/1.1\nHost: localhost\n\n")
            #expect(answer.hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test("a path of megabytes ends the connection and nothing else")
    func hugePath() async throws {
        try await withServer { server in
            _ = try await server.exchange(
                "GET /\(String(repeating: "a", count: 1_000_000)) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let answer = try await server.exchange(
                LiveServer.request("GET", "/accounts/", more: "Connection: close\r\n"))
            #expect(answer.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("an answer to HEAD has no body, so that the next answer on the connection is whole")
    func head() async throws {
        try await withServer { server in
            let answer = try await server.exchange(
                LiveServer.request("HEAD", "/accounts/")
                    + LiveServer.request("GET", "/accounts/", more: "Connection: close\r\n"))
            #expect(answer.contains("405 Method Not Allowed"))
            #expect(!answer.contains("detail"))
            #expect(answer.contains("\r\n\r\nHTTP/1.1 200 OK"))
        }
    }

    @Test("a request in flight when the server is told to stop is answered, and then the server ends")
    func gracefulStop() async throws {
        let clock = TestClock()
        try await withServer(clock: clock) { server in
            let answer = try await server.connect { inbound, outbound in
                try await outbound.write(
                    ByteBuffer(
                        string: "GET /accounts/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic Og==\r\n\r\n"))
                await clock.sleepers(1)
                await server.services.triggerGracefulShutdown()
                clock.advance(by: .seconds(1))
                var answer = ""
                for try await part in inbound { answer += String(buffer: part) }
                return answer
            }
            #expect(answer.hasPrefix("HTTP/1.1 401"))
            #expect(answer.hasSuffix(#"{"detail":"Incorrect username or password"}"#))
        }
    }

    @Test("while credentials are added, lists are answered, and none is lost")
    func concurrency() async throws {
        try await withServer { server in
            let request = LiveServer.request("GET", "/accounts/", more: "Connection: close\r\n")
            try await withThrowingTaskGroup(of: String.self) { group in
                for account in ["one", "two", "three"] {
                    group.addTask {
                        let name = try AccountName(account)
                        try await server.keys.createAccount(name)
                        return try await server.exchange(
                            LiveServer.request(
                                "POST", "/accounts/add-credential/\(name)/binance",
                                #"{"api_key":"k","api_secret":"s"}"#, more: "Connection: close\r\n"))
                    }
                    for _ in 1...10 { group.addTask { try await server.exchange(request) } }
                }
                for try await answer in group {
                    #expect(answer.hasPrefix("HTTP/1.1 200") || answer.hasPrefix("HTTP/1.1 201"))
                }
            }
            #expect(try await server.keys.overview().accounts.map(\.credentials.count) == [0, 1, 1, 1])
        }
    }
}
