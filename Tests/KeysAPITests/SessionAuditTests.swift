import Credentials
import HTTPTypes
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@Suite("Sessions in the audit log")
struct SessionAuditTests {
    @Test("who signs in and out, and what they do meanwhile, stands in the log with the page as the way in")
    func door() async throws {
        try await withAuditedAPI { api in
            var browser = try await Browser.signedIn(api)
            _ = try await browser.asking(.post, "/v1/accounts", #"{"name": "by_page"}"#)
            _ = try await api.post("/v1/accounts", #"{"name": "by_login"}"#)
            _ = try await browser.send(.delete, "/v1/session")
            _ = try await Browser.signedIn(api)
            _ = try await Browser.signedIn(api)
            _ = try await api.delete("/v1/sessions")
            let records = try await api.keys.auditRecords(after: 0).filter { $0.event != "outcome" }.dropFirst()
            #expect(
                records.map(\.action) == [
                    "sign_in", "account_create", "account_create", "sign_out", "sign_in", "sign_in", "sign_out",
                ])
            #expect(records.map(\.actor.door) == ["page", "page", "api", "page", "page", "page", "api"])
            #expect(records.allSatisfy { $0.actor.login == "trader" })
            #expect(records.map(\.count) == [nil, nil, nil, nil, nil, nil, 2])
            let listed = try await api.get("/v1/log")
            #expect(listed.json?["records"]?.arrayValue?.contains { $0["action"] == "sign_in" } == true)
        }
    }

    @Test("what an answer goes on to do is done by the one who asked")
    func longAnswer() async throws {
        try await withAuditedAPI { api in
            let browser = try await Browser.signedIn(api)
            let reply = try await browser.asking(
                .post, "/v1/vault/password",
                #"{"current": "\#(TestVault.password.exposed())", "new": "another horse, another battery"}"#,
                headers: ["Accept": "application/x-ndjson"])
            #expect(reply.text.contains(#""event":"done""#))
            let change = try #require(
                try await api.keys.auditRecords(after: 0).first { $0.action == "password_change" })
            #expect((change.actor.door, change.actor.login) == ("page", "trader"))
        }
    }

    @Test("a cookie that opens nothing leaves nothing in the log")
    func unknownCookie() async throws {
        try await withAuditedAPI { api in
            let before = try await api.keys.auditRecords(after: 0).count
            let cookie = "keys-manager-session-80=" + String(repeating: "a", count: 64)
            _ = try await Browser(api, cookie: cookie).asking(.post, "/v1/accounts", #"{"name": "x"}"#)
            _ = try await Browser(api, cookie: cookie).asking(.delete, "/v1/sessions")
            #expect(try await api.keys.auditRecords(after: 0).count == before)
        }
    }
}
