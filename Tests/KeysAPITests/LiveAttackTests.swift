import Credentials
import Foundation
import KeyManagement
import NIOCore
import Testing
import VaultTesting

@testable import KeysAPI

/// What pages of other origins, and programs that keep to no rule, send to the real server over a real socket.
@Suite("Attacks on a listening server")
struct LiveAttackTests {
    /// A request in which everything is as the attack wants it.
    private static func raw(
        _ method: String = "GET", _ target: String = "/accounts/", host: String = "localhost", more: String = "",
        _ body: String = ""
    ) -> String {
        "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\nAuthorization: \(APITester.login)\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\(more)Connection: close\r\n\r\n\(body)"
    }

    private static func status(_ answer: String) -> Int? { Int(answer.dropFirst("HTTP/1.1 ".count).prefix(3)) }

    @Test(
        "a name that was rebound to this machine reaches nothing, whatever it looks like",
        arguments: [
            "evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example",
            "localhost:8000.evil.example", "localhost@evil.example", "evil.example#localhost", "localhost,evil.example",
            "localhost evil.example", "l\u{43E}calhost", "localhost\u{FF0E}", "\u{FF11}27.0.0.1", "127.1", "2130706433",
            "0x7f.0.0.1", "[::1", "::1]", "[::ffff:203.0.113.7]", "0.0.0.0", "",
        ])
    func rebinding(host: String) async throws {
        try await withServer { server in
            let answer = try await server.exchange(Self.raw(host: host))
            #expect([400, 421].contains(Self.status(answer)), "\(answer.prefix(80))")
            #expect(!answer.contains("master_account"))
            let change = try await server.exchange(
                Self.raw("POST", "/v1/accounts", host: host, #"{"name":"second"}"#))
            #expect([400, 421].contains(Self.status(change)), "\(change.prefix(80))")
            #expect(try await server.keys.accounts() == [.master])
        }
    }

    @Test(
        "a target that names a host does not stand for the Host header",
        arguments: [
            ("http://localhost/accounts/", "evil.example", 421), ("http://localhost/accounts/", "", 400),
            ("http:///accounts/", "evil.example", 421), ("//localhost/accounts/", "localhost", 404),
            ("localhost:80", "localhost", 400), ("@localhost/accounts/", "localhost", 400),
        ])
    func absoluteTarget(target: String, host: String, status: Int) async throws {
        try await withServer { server in
            let answer = try await server.exchange(Self.raw("GET", target, host: host))
            #expect([status, 421].contains(Self.status(answer)), "\(answer.prefix(80))")
        }
    }

    @Test(
        "a form or a fetch of another origin changes nothing, though the browser sends the login along",
        arguments: [
            "Origin: https://evil.example\r\nContent-Type: application/x-www-form-urlencoded\r\n",
            "Origin: https://evil.example\r\nContent-Type: text/plain\r\n",
            "Origin: https://evil.example\r\nContent-Type: multipart/form-data; boundary=x\r\n",
            "Origin: https://evil.example\r\nContent-Type: application/json\r\nSec-Fetch-Site: cross-site\r\n",
            "Origin: null\r\nContent-Type: text/plain\r\n", "Origin: file://\r\n", "Origin: \r\n",
            "Origin: https://localhost:1\r\n", "Origin: http://localhost.evil.example\r\n",
            "Origin: http://localhost:1\r\n", "Origin: http://l\u{43E}calhost\r\n",
            "Origin: http://localhost\r\nOrigin: https://evil.example\r\n",
            "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n", "Sec-Fetch-Site: CROSS-SITE\r\n",
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n",
        ])
    func crossSite(headers: String) async throws {
        try await withServer { server in
            for (method, target, body) in [
                ("POST", "/v1/accounts", #"{"name":"second"}"#),
                ("POST", "/accounts/add-account?account_name=second", ""),
                ("POST", "/v1/vault/lock", ""), ("DELETE", "/v1/accounts/master_account/credentials/binance", ""),
            ] {
                let answer = try await server.exchange(Self.raw(method, target, more: headers, body))
                #expect([400, 403].contains(Self.status(answer)), "\(method) \(target): \(answer.prefix(80))")
                #expect(!answer.lowercased().contains("access-control-allow"))
            }
            #expect(try await server.keys.accounts() == [.master])
        }
    }

    @Test("a preflight of another origin is allowed nothing")
    func preflight() async throws {
        try await withServer { server in
            let answer = try await server.exchange(
                Self.raw(
                    "OPTIONS", "/v1/accounts",
                    more: "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n"))
            #expect(!answer.lowercased().contains("access-control-allow"))
        }
    }

    @Test(
        "a path that wants to climb, to end early, or to look like another names nothing",
        arguments: [
            "..", "../..", "..%2f..%2fetc", "%2e%2e", "%2e%2e%2f", ".%2e", "%252e%252e%252f", "..\\..", "..%5c..",
            "%00",
            "master_account%00", "master_account%00.yml", "master_account%2f", "master_account%20", "master_account.",
            "%2fetc%2fpasswd", "file:%2f%2f%2fetc%2fpasswd", "m\u{430}ster_account", "%D0%BCaster_account",
            "master%EF%BC%BFaccount", "%E2%80%A5", "%EF%BC%8E%EF%BC%8E", "%EF%BC%8F", "%C0%AE%C0%AE%C0%AF", "%FF", "%",
            "%2", "%zz", "master_account;x", "MASTER_ACCOUNT%E2%80%AE", "%0d%0aX:%20y", "~", "$HOME", "`id`", "-rf",
            "CON", "_", String(repeating: "a", count: 5000), String(repeating: "%2e%2e%2f", count: 800),
        ])
    func paths(name: String) async throws {
        try await withServer { server in
            for (method, target, body) in [
                ("GET", "/accounts/\(name)/credentials", ""), ("GET", "/v1/accounts/\(name)/credentials/binance", ""),
                ("PUT", "/v1/accounts/\(name)/credentials/binance", #"{"values":{"api_key":"k","api_secret":"s"}}"#),
                ("POST", "/accounts/add-credential/\(name)/binance", #"{"api_key":"k","api_secret":"s"}"#),
                ("DELETE", "/v1/accounts/\(name)", ""), ("GET", "/connectors/\(name)/config-map", ""),
                ("POST", "/v1/trash/\(name)/restore", ""), ("GET", "/docs/\(name)", ""), ("GET", "/\(name)", ""),
            ] {
                let answer = try await server.exchange(Self.raw(method, target, body))
                let status = Self.status(answer) ?? 0
                #expect([400, 404, 405, 422].contains(status), "\(method) \(target.prefix(60)): \(answer.prefix(80))")
                #expect(!answer.contains("root:") && !answer.contains("\r\nX: y"))
            }
            let overview = try await server.keys.overview()
            #expect(overview.accounts.map(\.name) == [.master] && overview.accounts[0].credentials.isEmpty)
            #expect(try await server.keys.trash().isEmpty)
        }
    }

    @Test(
        "a raw zero, or any other control character, in the request line is 400",
        arguments: ["\0", "\u{1}", "\r", "\t", "\u{7F}", " "])
    func controlCharacters(character: String) async throws {
        try await withServer { server in
            let answer = try await server.exchange(Self.raw("GET", "/accounts/\(character)x"))
            #expect(Self.status(answer) == 400, "\(answer.prefix(80))")
        }
    }

    @Test("headers without end are cut off, and others are answered meanwhile")
    func headerFlood() async throws {
        try await withServer { server in
            try await server.connect { inbound, outbound in
                do {
                    try await outbound.write(ByteBuffer(string: "GET /accounts/ HTTP/1.1\r\nHost: localhost\r\n"))
                    while true {
                        try await outbound.write(ByteBuffer(string: String(repeating: "X: y\r\n", count: 1000)))
                    }
                } catch is IOError {} catch is ChannelError {}
            }
            #expect(try await server.exchange(Self.raw()).hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("two hundred clients in the middle of a header keep nobody else waiting")
    func manySlowClients() async throws {
        try await withServer { server in
            let (opened, isOpen) = AsyncStream.makeStream(of: Void.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        try await server.connect { inbound, outbound in
                            try await outbound.write(ByteBuffer(string: "GET /accounts/ HTTP/1.1\r\nHost: lo"))
                            isOpen.yield()
                            // Until the server closes, or this test is done.
                            for try await _ in inbound {}
                        }
                    }
                }
                for await _ in opened.prefix(200) {}
                let answer = try await server.exchange(Self.raw())
                #expect(answer.hasPrefix("HTTP/1.1 200"))
                group.cancelAll()
            }
        }
    }

    @Test("a client that asks and never reads its answers is cut off")
    func unreadAnswers() async throws {
        let configuration = try testConfiguration { $0.deadlines.write = .milliseconds(200) }
        try await withServer(configuration) { server in
            let request = LiveServer.request("GET", "/openapi.json")
            try await server.connect { _, outbound in
                do {
                    while true {
                        try await outbound.write(ByteBuffer(string: String(repeating: request, count: 100)))
                    }
                } catch is IOError {} catch is ChannelError {}
            }
            #expect(try await server.exchange(Self.raw()).hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test(
        "a second request hidden in the first is never answered",
        arguments: [
            "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n",
            "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding:\u{B}chunked\r\n",
            "Transfer-Encoding: \"chunked\"\r\n", "X: y\r\n Transfer-Encoding: chunked\r\n",
            "Content-Length : 5\r\n", "Content-Length: 5\r\nContent-Length: 0\r\n", "content-length: 5\nX: y\r\n",
        ])
    func hiddenRequest(headers: String) async throws {
        try await withServer { server in
            let hidden = LiveServer.request(
                "POST", "/v1/accounts", #"{"name":"second"}"#, more: "Connection: close\r\n")
            let answer = try await server.exchange(
                "POST /v1/vault/lock HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n0\r\n\r\n\(hidden)")
            #expect(answer.hasPrefix("HTTP/1.1 400"), "\(answer.prefix(80))")
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2)
            #expect(try await server.keys.accounts() == [.master])
        }
    }
}
