import Credentials
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@Suite("The routes of 2024")
struct Routes2024Tests {
    @Test("accounts, files with .yml, connectors and field names are listed")
    func lists() async throws {
        try await withAPI { api in
            try await api.addBinance()
            #expect(try await api.get("/list-accounts").text == #"["master_account"]"#)
            #expect(try await api.get("/list-credentials/master_account").text == #"["binance.yml"]"#)
            #expect(try await api.get("/list-credentials/nobody").status == 404)
            let connectors = try await api.get("/connectors/").text
            #expect(try await api.get("/available-connectors").text == connectors)
            #expect(
                try await api.get("/connector-config-map/binance").text == #"["binance_api_key","binance_api_secret"]"#)
            #expect(try await api.get("/connector-config-map/nope").status == 404)
            let all = try await api.get("/all-connectors-config-map").json
            #expect(all?["binance"] == ["binance_api_key", "binance_api_secret"])
            #expect(all?.objectValue?.names == ConnectorCatalog.standard.names.map(\.description))
        }
    }

    @Test("accounts and credentials are written with the messages of their time")
    func writes() async throws {
        try await withAPI { api in
            let added = try await api.post("/add-account?account_name=second")
            #expect((added.status, added.text) == (201, #"{"message":"Credential added successfully."}"#))
            let keys = try await api.post("/add-connector-keys/second/binance", #"{"api_key":"k","api_secret":"s"}"#)
            #expect((keys.status, keys.text) == (201, #"{"message":"Connector keys added successfully."}"#))
            #expect(try await api.get("/list-credentials/second").text == #"["binance.yml"]"#)
            let gone = try await api.post("/delete-credential/second/binance")
            #expect((gone.status, gone.text) == (200, #"{"message":"Credential deleted successfully."}"#))
            #expect(try await api.post("/delete-credential/second/binance").status == 404)
            let deleted = try await api.post("/delete-account?account_name=second")
            #expect((deleted.status, deleted.text) == (200, #"{"message":"Credential deleted successfully."}"#))
            #expect(try await api.post("/delete-account?account_name=second").status == 404)
        }
    }
}

@Suite("The original skill's routes")
struct SkillRoutesTests {
    private static let path = "/accounts/master_account/credentials"

    @Test("a credential is added and replaced by one call, which says whether it replaced one")
    func add() async throws {
        try await withAPI { api in
            let body = #"{"connector_name":"binance","credentials":{"api_key":"k","api_secret":"s"}}"#
            for (message, replaced) in [("Credentials added.", "false"), ("Credentials replaced.", "true")] {
                let reply = try await api.post(Self.path, body)
                #expect(reply.status == 201)
                #expect(
                    reply.text
                        == #"{"message":"\#(message)","account":"master_account","connector":"binance","was_override":\#(replaced)}"#
                )
            }
            #expect(try await api.get(Self.path).text == #"["binance"]"#)
        }
    }

    @Test(
        "a faulty body is told apart by what is faulty",
        arguments: [
            (#"{"credentials":{}}"#, 422, "connector_name"), (#"{"connector_name":"binance"}"#, 422, "credentials"),
            (#"{"connector_name":7,"credentials":{}}"#, 422, "valid string"),
            (#"{"connector_name":"binance","credentials":"x"}"#, 422, "valid dictionary"),
            (#"{"connector_name":"nope","credentials":{}}"#, 404, "Connector 'nope' not found"),
            (#"{"connector_name":"binance","credentials":{"api_key":"k"}}"#, 400, "binance_api_secret"),
            ("", 422, "Field required"), ("[]", 422, "valid dictionary"),
        ])
    func faults(body: String, status: Int, text: String) async throws {
        try await withAPI { api in
            let reply = try await api.post(Self.path, body)
            #expect(reply.status == status)
            #expect(reply.text.contains(text))
            #expect(reply.json?["detail"] != nil)
        }
    }

    @Test("an unknown account has a detail, so that the scripts see the error")
    func unknownAccount() async throws {
        try await withAPI { api in
            let reply = try await api.post(
                "/accounts/nobody/credentials",
                #"{"connector_name":"binance","credentials":{"api_key":"k","api_secret":"s"}}"#)
            #expect(reply.status == 404)
            #expect(reply.json?["detail"]?.stringValue?.contains("nobody") == true)
        }
    }

    @Test("a credential is removed, and what is not there is 404 with a detail")
    func remove() async throws {
        try await withAPI { api in
            try await api.addBinance()
            let removed = try await api.delete("\(Self.path)/binance")
            #expect(removed.status == 200)
            #expect(removed.text == #"{"message":"Credential deleted successfully."}"#)
            let again = try await api.delete("\(Self.path)/binance")
            #expect(again.status == 404)
            #expect(again.json?["detail"]?.stringValue?.isEmpty == false)
        }
    }
}
