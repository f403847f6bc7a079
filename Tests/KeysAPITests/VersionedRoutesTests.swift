import Credentials
import HTTPTypes
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@Suite("The routes of /v1")
struct VersionedRoutesTests {
    private static let item = "/v1/accounts/master_account/credentials/binance"
    private static let values = #"{"values":{"api_key":"k","api_secret":"s"}}"#

    @Test("the overview has everything in one answer, and changes with the tree")
    func overview() async throws {
        try await withAPI { api in
            let before = try await api.get("/v1/overview")
            #expect(before.json?["vault"]?["state"] == "unlocked")
            #expect(before.json?["vault"]?["location"]?.stringValue == api.folder)
            let revision = try await api.addBinance()
            let json = try await api.get("/v1/overview").json
            let account = try #require(json?["accounts"]?.arrayValue?.first)
            #expect(account["name"] == "master_account")
            let credential = try #require(account["credentials"]?.arrayValue?.first)
            #expect(
                credential.objectValue?.names == [
                    "connector", "state", "problem", "modified_at", "revision", "verification",
                ])
            #expect(credential["verification"] == .null)
            #expect(credential["connector"] == "binance")
            #expect(credential["state"] == "stored")
            #expect(credential["problem"] == .null)
            #expect(credential["revision"] == .string(revision))
            let time = try #require(credential["modified_at"]?.stringValue)
            #expect(time.wholeMatch(of: /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
            try await api.keys.lock()
            #expect(try await api.get("/v1/overview").json?["vault"]?["state"] == "locked")
        }
    }

    @Test("the password is changed, and a request that cannot work says why")
    func password() async throws {
        try await withAPI(clock: TestClock(isImmediate: true)) { api in
            try await api.addBinance()
            let old = TestVault.password.exposed()
            for (body, status, code) in [
                (#"{"current":"wrong","new":"n"}"#, 403, "wrong_password"),
                (#"{"current":"\#(old)","new":""}"#, 422, "invalid_input"),
                (#"{"current":"\#(old)","new":"\#(old)"}"#, 422, "invalid_input"),
                (#"{"current":"\#(old)"}"#, 400, "malformed_request"),
                (#"{"current":"\#(old)","new":"n","leave_unreadable":1}"#, 400, "malformed_request"),
            ] {
                let reply = try await api.post("/v1/vault/password", body)
                #expect((reply.status, reply.json?["code"]) == (status, .string(code)))
            }
            let file = api.folder + "/credentials/master_account/connectors/okx.yml"
            try VaultContent.writeForeign(file, key: "k", secret: "s", password: Secret("another"))
            let refused = try await api.post("/v1/vault/password", #"{"current":"\#(old)","new":"next"}"#)
            #expect((refused.status, refused.json?["code"]) == (409, "damaged"))
            let changed = try await api.post(
                "/v1/vault/password", #"{"current":"\#(old)","new":"next","leave_unreadable":true}"#)
            #expect(changed.status == 200)
            #expect(changed.json?["secrets"] == 2)
            #expect(changed.json?["files"] == 2)
            #expect(changed.json?["left"]?.arrayValue?.count == 2)
            #expect(changed.json?["password_file"] == .null)
            try await api.keys.check(Secret("next"))
            #expect(try await api.get("/v1/vault").json?["state"] == "unlocked")
        }
    }

    @Test("connectors are listed with their exchange, and described with their fields")
    func connectors() async throws {
        try await withAPI { api in
            let list = try #require(try await api.get("/v1/connectors").json?.arrayValue)
            let binance = try #require(list.first { $0["name"] == "binance" })
            #expect(
                binance.text()
                    == #"{"name":"binance","exchange":"Binance","market":"spot","testnet":false,"decentralized":false}"#
            )
            let described = try await api.get("/v1/connectors/injective_v2").json
            #expect(described == ConnectorCatalog.standard[try ConnectorName("injective_v2")]?.fullDescription)
            let unknown = try await api.get("/v1/connectors/nope")
            #expect(unknown.status == 404)
            #expect(
                unknown.text
                    == #"{"detail":"Connector 'nope' not found","code":"no_such_connector","hint":null,"fields":[]}"#)
        }
    }

    @Test("an account is created, listed and deleted into the undo store, from which it comes back")
    func accounts() async throws {
        try await withAPI { api in
            let created = try await api.post("/v1/accounts", #"{"name":"second"}"#)
            #expect((created.status, created.text) == (201, #"{"name":"second"}"#))
            #expect(created["location"] == "/v1/accounts/second/credentials")
            #expect(try await api.get("/v1/accounts").text == #"["master_account","second"]"#)
            let again = try await api.post("/v1/accounts", #"{"name":"second"}"#)
            #expect((again.status, again.json?["code"]) == (409, "account_exists"))
            try await api.addBinance(to: AccountName("second"))
            let deleted = try await api.delete("/v1/accounts/second")
            #expect(deleted.status == 200)
            let entry = try #require(deleted.json?["trash_entry"])
            #expect(entry["kind"] == "account")
            #expect(entry["contents"] == ["binance"])
            let id = try #require(entry["id"]?.stringValue)
            let restored = try await api.post("/v1/trash/\(id)/restore")
            #expect((restored.status, restored.json?["account"]) == (200, "second"))
            #expect(try await api.get("/accounts/second/credentials").text == #"["binance"]"#)
        }
    }

    @Test(
        "what cannot be done to accounts says why",
        arguments: [
            (HTTPRequest.Method.delete, "/v1/accounts/master_account", "", 403, "protected_account"),
            (.delete, "/v1/accounts/nobody", "", 404, "no_such_account"),
            (.delete, "/v1/accounts/a%20b", "", 400, "invalid_name"),
            (.post, "/v1/accounts", #"{"name":"a b"}"#, 400, "invalid_name"),
            (.post, "/v1/accounts", #"{"name":7}"#, 400, "malformed_request"),
            (.post, "/v1/accounts", #"{"name":"x","colour":"y"}"#, 400, "malformed_request"),
            (.post, "/v1/accounts", "", 400, "malformed_request"),
            (.post, "/v1/accounts", "[", 400, "malformed_request"),
            (.get, "/v1/accounts/nobody/credentials", "", 404, "no_such_account"),
        ])
    func accountFaults(
        method: HTTPRequest.Method, path: String, body: String, status: Int, code: String
    ) async throws {
        try await withAPI { api in
            let reply = try await api.send(method, path, body)
            #expect(reply.status == status)
            #expect(reply.json?.objectValue?.names == ["detail", "code", "hint", "fields"])
            #expect(reply.json?["code"]?.stringValue == code)
        }
    }

    @Test("an unknown member of a body is named")
    func unknownMember() async throws {
        try await withAPI { api in
            let reply = try await api.post("/v1/accounts", #"{"name":"x","colour":"y"}"#)
            #expect(reply.json?["fields"] == [["field": "colour", "message": "Not known here."]])
        }
    }

    @Test(
        "of an unknown member that may be a pasted secret no more is told than its beginning",
        arguments: [
            "0123456789abcdef0123456789abcdef", "4f9c2b1e-7d3a-4c58-9b60-2f1d8e7a6c53", "AbC9dEf8GhI7jKl6",
            "a-b-c-d-e-f-g-h-i-j-k-l",
        ])
    func pastedMember(name: String) async throws {
        try await withAPI { api in
            for (path, body) in [
                ("/v1/accounts", #"{"name":"x","\#(name)":"y"}"#),
                (Self.item, #"{"values":{"api_key":"k","api_secret":"s","\#(name)":"y"}}"#),
            ] {
                let reply = try await api.post(path, body)
                #expect(reply.json?["fields"]?.arrayValue?.first?["field"] == .string(name.prefix(4) + "…"))
                #expect(!reply.text.contains(name.prefix(5)))
            }
        }
    }

    @Test("a credential is added once, with its revision as entity tag and its place as location")
    func add() async throws {
        try await withAPI { api in
            let added = try await api.post(Self.item, Self.values)
            #expect(added.status == 201)
            let revision = try #require(added.json?["revision"]?.stringValue)
            #expect(added["etag"] == "\"\(revision)\"")
            #expect(added["location"] == Self.item)
            #expect(added.json?["was_replaced"] == false)
            #expect(added.json?["displaced"] == .null)
            let again = try await api.post(Self.item, Self.values)
            #expect((again.status, again.json?["code"]) == (409, "credential_exists"))
            let list = try await api.get("/v1/accounts/master_account/credentials").json?.arrayValue
            #expect(list?.compactMap { $0["revision"] } == [.string(revision)])
        }
    }

    @Test("the details show plain values and only the presence of secrets")
    func details() async throws {
        try await withAPI { api in
            let revision = try await api.addBinance(secret: "never-shown")
            let reply = try await api.get(Self.item)
            #expect(reply.status == 200)
            #expect(reply["etag"] == "\"\(revision)\"")
            #expect(!reply.text.contains("never-shown"))
            let fields = try #require(reply.json?["fields"]?.arrayValue)
            #expect(fields.compactMap { $0["name"] } == ["binance_api_key", "binance_api_secret"])
            #expect(fields.allSatisfy { $0["secret"] == true && $0["present"] == true })
            #expect(
                try await api.get("/v1/accounts/master_account/credentials/kraken").json?["code"]
                    == "no_such_credential")
        }
    }

    @Test("a replacement with the revision seen last succeeds; with an older one nothing is changed")
    func replace() async throws {
        try await withAPI { api in
            let first = try await api.addBinance()
            let replaced = try await api.send(.put, Self.item, Self.values, headers: ["If-Match": "\"\(first)\""])
            #expect(replaced.status == 200)
            #expect(replaced.json?["was_replaced"] == true)
            #expect(replaced.json?["displaced"]?["reason"] == "replaced")
            let second = try #require(replaced.json?["revision"]?.stringValue)
            #expect(second != first)
            let inHeader = try await api.send(.put, Self.item, Self.values, headers: ["If-Match": "\"\(first)\""])
            #expect((inHeader.status, inHeader.json?["code"]) == (412, "conflict"))
            let inBody = try await api.put(
                Self.item, #"{"values":{"api_key":"k","api_secret":"s"},"revision":"\#(first)"}"#)
            #expect((inBody.status, inBody.json?["code"]) == (409, "conflict"))
            #expect(try await api.get(Self.item)["etag"] == "\"\(second)\"")
            #expect(try await api.put(Self.item, Self.values).status == 200)
        }
    }

    @Test("a replacement of nothing is 404; If-None-Match turns it into an addition that replaces nothing")
    func replaceNothing() async throws {
        try await withAPI { api in
            let nothing = try await api.put(Self.item, Self.values)
            #expect((nothing.status, nothing.json?["code"]) == (404, "no_such_credential"))
            let added = try await api.send(.put, Self.item, Self.values, headers: ["If-None-Match": "*"])
            #expect(added.status == 201)
            let again = try await api.send(.put, Self.item, Self.values, headers: ["If-None-Match": "*"])
            #expect((again.status, again.json?["code"]) == (412, "credential_exists"))
        }
    }

    @Test(
        "a condition that cannot be understood is refused",
        arguments: [
            ("If-Match", "\"x\"", 412), ("If-Match", "\"00000000000000000000000000000000\"", 412),
            ("If-Match", "\"a\", \"b\"", 400), ("If-None-Match", "\"a\"", 400),
        ])
    func conditions(header: String, value: String, status: Int) async throws {
        try await withAPI { api in
            try await api.addBinance()
            #expect(try await api.send(.put, Self.item, Self.values, headers: [header: value]).status == status)
        }
    }

    @Test(
        "a body of values is strict",
        arguments: [
            #"{"values":[]}"#, #"{}"#, #"{"values":{},"revision":"x"}"#, #"{"values":{},"force":true}"#, "", "7",
        ])
    func strictValues(body: String) async throws {
        try await withAPI { api in
            let reply = try await api.post(Self.item, body)
            #expect((reply.status, reply.json?["code"]) == (400, "malformed_request"))
        }
    }

    @Test("values that do not fit are 422 with each field named")
    func invalidValues() async throws {
        try await withAPI { api in
            let reply = try await api.post(Self.item, #"{"values":{"api_key":"k","colour":"blue"}}"#)
            #expect((reply.status, reply.json?["code"]) == (422, "invalid_input"))
            let fields = reply.json?["fields"]?.arrayValue?.compactMap { $0["field"]?.stringValue }
            #expect(fields == ["colour", "binance_api_secret"])
        }
    }

    @Test("a removal with another revision changes nothing; the right one moves the credential to the undo store")
    func remove() async throws {
        try await withAPI { api in
            let revision = try await api.addBinance()
            let other = String(repeating: "0", count: 32)
            #expect(try await api.send(.delete, Self.item, headers: ["If-Match": "\"\(other)\""]).status == 412)
            let removed = try await api.send(.delete, Self.item, headers: ["If-Match": "\"\(revision)\""])
            #expect((removed.status, removed.json?["trash_entry"]?["connector"]) == (200, "binance"))
            #expect(try await api.delete(Self.item).status == 404)
        }
    }

    @Test("the undo store lists, restores without overwriting unless forced, and purges")
    func trash() async throws {
        try await withAPI { api in
            #expect(try await api.get("/v1/trash").text == "[]")
            try await api.addBinance()
            let removed = try await api.delete(Self.item)
            let id = try #require(removed.json?["trash_entry"]?["id"]?.stringValue)
            #expect(try await api.get("/v1/trash").json?.arrayValue?.compactMap { $0["id"] } == [.string(id)])
            try await api.addBinance()
            let taken = try await api.post("/v1/trash/\(id)/restore", #"{"force":false}"#)
            #expect((taken.status, taken.json?["code"]) == (409, "credential_exists"))
            #expect(try await api.post("/v1/trash/\(id)/restore", #"{"force":true}"#).status == 200)
            let displaced = try #require(
                try await api.get("/v1/trash").json?.arrayValue?.first?["id"]?.stringValue)
            let purged = try await api.delete("/v1/trash/\(displaced)")
            #expect((purged.status, purged.text) == (200, #"{"purged":1}"#))
            #expect(try await api.delete("/v1/trash/\(displaced)").json?["code"] == "no_such_trash_entry")
            _ = try await api.delete(Self.item)
            #expect(try await api.delete("/v1/trash?older_than=86400").text == #"{"purged":0}"#)
            #expect(try await api.delete("/v1/trash?older_than=0").text == #"{"purged":1}"#)
        }
    }

    @Test(
        "what the undo store cannot do says why",
        arguments: [
            (HTTPRequest.Method.post, "/v1/trash/nonsense/restore", "", 404),
            (.post, "/v1/trash/20260101T000000Z-0123456789abcdef/restore", "", 404),
            (.post, "/v1/trash/20260101T000000Z-0123456789abcdef/restore", #"{"force":1}"#, 400),
            (.delete, "/v1/trash/..", "", 404), (.delete, "/v1/trash", "", 400),
            (.delete, "/v1/trash?older_than=-1", "", 400), (.delete, "/v1/trash?older_than=x", "", 400),
        ])
    func trashFaults(method: HTTPRequest.Method, path: String, body: String, status: Int) async throws {
        try await withAPI { api in
            let reply = try await api.send(method, path, body)
            #expect(reply.status == status)
        }
    }

    @Test("the vault is locked and unlocked, and a wrong password opens nothing")
    func vault() async throws {
        try await withAPI(clock: TestClock(isImmediate: true)) { api in
            #expect(try await api.post("/v1/vault/lock").json?["state"] == "locked")
            let locked = try await api.post(Self.item, Self.values)
            #expect((locked.status, locked.json?["code"]) == (423, "locked"))
            #expect(locked.json?["hint"]?.stringValue?.isEmpty == false)
            let wrong = try await api.post("/v1/vault/unlock", #"{"password":"wrong"}"#)
            #expect((wrong.status, wrong.json?["code"]) == (403, "wrong_password"))
            #expect(try await api.get("/v1/vault").json?["state"] == "locked")
            let right = try await api.post(
                "/v1/vault/unlock", #"{"password":"\#(TestVault.password.exposed())"}"#)
            #expect((right.status, right.json?["state"]) == (200, "unlocked"))
            #expect(try await api.post(Self.item, Self.values).status == 201)
        }
    }

    @Test("a folder without a vault is uninitialized: it cannot be unlocked, and nothing can be added")
    func uninitialized() async throws {
        try await withAPI(isCreated: false) { api in
            #expect(try await api.get("/v1/vault").json?["state"] == "uninitialized")
            let unlock = try await api.post("/v1/vault/unlock", #"{"password":"x"}"#)
            #expect((unlock.status, unlock.json?["code"]) == (503, "not_configured"))
        }
    }
}
