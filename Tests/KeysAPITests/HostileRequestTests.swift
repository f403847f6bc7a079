import HTTPTypes
import OrderedJSON
import Testing

@testable import KeysAPI

@Suite("Hostile requests")
struct HostileRequestTests {
    @Test(
        "tricks in a path are 400 or 404",
        arguments: [
            ("/accounts/../credentials", 400), ("/accounts/%2e%2e/credentials", 400),
            ("/accounts/%2F/credentials", 404),
            ("/accounts/..%2f..%2fetc/credentials", 404), ("/accounts/%00/credentials", 400),
            ("/accounts/a%00b/credentials", 400), ("/accounts/%FF%FE/credentials", 404),
            ("/accounts/%C0%AF/credentials", 404), ("/accounts/%zz/credentials", 400), ("/accounts/%/credentials", 400),
            ("/accounts//credentials", 404), ("//accounts/", 404), ("/accounts/%5C/credentials", 400),
            ("/accounts/ä/credentials", 400), ("/accounts/%E2%80%AE/credentials", 400), ("*", 404), ("accounts/", 404),
            ("/accounts/x;y/credentials", 400), ("/connectors/../config-map", 400), ("/connectors/%00/config-map", 400),
            ("/v1/trash/%2e%2e", 405), ("/%61ccounts/", 200), ("/accounts/?x=%00&%FF", 200),
        ])
    func paths(path: String, status: Int) async throws {
        try await withAPI { api in
            let reply = try await api.get(path)
            #expect(reply.status == status)
            #expect(reply.json != nil)
        }
    }

    @Test(
        "a name of 300 letters is 400", arguments: ["/accounts/add-account?account_name=", "/accounts/add-credential/"])
    func longName(prefix: String) async throws {
        try await withAPI { api in
            let name = String(repeating: "a", count: 300)
            let path = prefix.hasSuffix("/") ? "\(prefix)\(name)/binance" : "\(prefix)\(name)"
            let reply = try await api.post(path, "{}")
            #expect(reply.status == 400)
            #expect(reply.json?["detail"]?.stringValue?.hasPrefix("Invalid account name: it is longer") == true)
        }
    }

    @Test("a query that is not UTF-8, or names the account twice, is read without harm")
    func queries() async throws {
        try await withAPI { api in
            let notUTF8 = try await api.post("/accounts/add-account?account_name=%FF")
            #expect(notUTF8.status == 400)
            #expect(try await api.post("/accounts/add-account?account_name=first&account_name=second").status == 201)
            #expect(try await api.get("/accounts/").text == #"["master_account","second"]"#)
        }
    }

    @Test(
        "a body beyond the limit is 413 and the connection is closed",
        arguments: ["/accounts/add-credential/master_account/binance", "/v1/accounts"])
    func largeBody(path: String) async throws {
        let configuration = try testConfiguration { $0.bodyLimit = 1000 }
        try await withAPI(configuration) { api in
            let reply = try await api.post(path, #"{"a":"\#(String(repeating: "x", count: 1000))"}"#)
            #expect(reply.status == 413)
            #expect(reply.json?["detail"] == "The body is larger than 1000 bytes.")
            #expect(reply["connection"] == "close")
        }
    }

    @Test("who has not shown the login may send no more than a login")
    func largeBodyOfStrangers() async throws {
        try await withAPI { api in
            let long = String(repeating: "x", count: 9000)
            let reply = try await api.send(
                .post, "/v1/session", #"{"user":"trader","password":"\#(long)"}"#, login: nil)
            #expect(reply.status == 413)
            #expect(
                reply.text
                    == #"{"detail":"The body is larger than 8192 bytes.","code":"body_too_large","hint":null,"fields":[]}"#
            )
            #expect(reply["connection"] == "close")
            let known = try await api.post("/v1/accounts", #"{"name":"\#(long)"}"#)
            #expect((known.status, known.json?["code"]) == (400, "invalid_name"))
        }
    }

    @Test("JSON of extreme depth is 422")
    func deepBody() async throws {
        try await withAPI { api in
            let deep = String(repeating: "[", count: 100_000)
            let reply = try await api.post("/accounts/add-credential/master_account/binance", deep)
            #expect(reply.status == 422)
        }
    }

    @Test(
        "values of every type in the place of a text are refused or saved, never a server error",
        arguments: ["null", "1", "1e400", "true", "[]", "{}", #"[["x"]]"#, #""\u0000""#, #""\ud83d\ude00""#])
    func values(value: String) async throws {
        try await withAPI { api in
            for connector in ["binance", "okx", "xrpl", "injective_v2", "hyperliquid"] {
                let fields = try await api.get("/connectors/\(connector)/config-map").json?.objectValue?.names ?? []
                let body = "{\(fields.map { #""\#($0)":\#(value)"# }.joined(separator: ","))}"
                let reply = try await api.post("/accounts/add-credential/master_account/\(connector)", body)
                #expect([201, 400].contains(reply.status), "\(connector) \(value): \(reply.status)")
            }
        }
    }
}
