import Credentials
import Foundation
import HTTPTypes
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysAPI

@Suite("A change of the password, told as it goes on")
struct PasswordStreamTests {
    private static let lines = ["Accept": "application/x-ndjson"]
    private static let new = Secret("another horse, another battery")

    private static func body(current: String = TestVault.password.exposed(), more: String = "") -> String {
        #"{"current": "\#(current)", "new": "\#(new.exposed())"\#(more)}"#
    }

    private static func events(_ reply: Reply) throws -> [JSON] {
        #expect((reply.status, reply.type) == (200, "application/x-ndjson"))
        return try reply.text.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    @Test("tells how far it is, and last what the plain answer says")
    func progress() async throws {
        try await withAPI { api in
            try await api.addBinance()
            let reply = try await api.send(.post, "/v1/vault/password", Self.body(), headers: Self.lines)
            let events = try Self.events(reply)
            let last = try #require(events.last)
            #expect(
                last.objectValue?.names == ["event", "secrets", "files", "left", "password_file", "notices"])
            #expect((last["event"], last["secrets"]) == ("done", 2))
            let progress = events.dropLast()
            #expect(!progress.isEmpty)
            for event in progress {
                #expect(event["event"] == "progress")
                let opened = try #require(event["opened"]?.integerValue)
                let total = try #require(event["total"]?.integerValue)
                #expect(opened <= total)
            }
            try await api.keys.check(Self.new)
            #expect(!reply.text.contains("horse"))
        }
    }

    @Test("a refusal has the status and the words of the plain answer")
    func refusals() async throws {
        try await withAPI(clock: TestClock(isImmediate: true)) { api in
            let file = "\(api.folder)/credentials/master_account/connectors/gate_io.yml"
            try VaultContent.writeForeign(file, key: "k", secret: "s", password: Secret("another one"))
            for body in [Self.body(current: "wrong"), Self.body(current: Self.new.exposed()), Self.body()] {
                let plain = try await api.post("/v1/vault/password", body)
                #expect(plain.status >= 400)
                let events = try Self.events(
                    try await api.send(.post, "/v1/vault/password", body, headers: Self.lines))
                let last = try #require(events.last)
                #expect(last["event"] == "error")
                #expect(last["status"] == .integer(plain.status))
                for member in ["detail", "code", "hint"] { #expect(last["problem"]?[member] == plain.json?[member]) }
            }
            try await api.keys.check(TestVault.password)
        }
    }

    @Test("a body that cannot be one is refused as elsewhere", arguments: ["", "{}", #"{"current": "x", "new": 1}"#])
    func badBody(body: String) async throws {
        try await withAPI { api in
            let reply = try await api.send(.post, "/v1/vault/password", body, headers: Self.lines)
            #expect((reply.status, reply.json?["code"]) == (400, "malformed_request"))
        }
    }

    @Test("a client that goes away does not stop the change")
    func clientGone() async throws {
        try await withServer(onStopped: { try await $0.keys.check(Self.new) }) { server in
            for number in 1...40 {
                let account = try AccountName("desk\(number)")
                try await server.keys.createAccount(account)
                _ = try await server.keys.save(TestVault.binance(in: account))
            }
            try await server.listen(
                LiveServer.request(
                    "POST", "/v1/vault/password", Self.body(), more: "Accept: application/x-ndjson\r\n")
            ) { listener in
                let status = try await listener.read(until: "\r\n")
                #expect(status.hasPrefix("HTTP/1.1 200"))
            }
        }
    }
}
