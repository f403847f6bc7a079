import Credentials
import HTTPTypes
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@Suite("The Hummingbot API's routes of today")
struct HummingbotRoutesTests {
    @Test("accounts are a sorted list of names with master_account first, in compact JSON without a charset")
    func accounts() async throws {
        try await withAPI { api in
            for name in ["zeta", "alpha"] { try await api.keys.createAccount(AccountName(name)) }
            let reply = try await api.get("/accounts/")
            #expect(reply.status == 200)
            #expect(reply.text == #"["master_account","alpha","zeta"]"#)
            #expect(reply.type == "application/json")
        }
    }

    @Test("an account can be added once, and its credentials are an empty list")
    func addAccount() async throws {
        try await withAPI { api in
            let added = try await api.post("/accounts/add-account?account_name=second")
            #expect(added.status == 201)
            #expect(added.text == #"{"message":"Account added successfully."}"#)
            #expect(try await api.get("/accounts/second/credentials").text == "[]")
            let again = try await api.post("/accounts/add-account?account_name=second")
            #expect(again.status == 400)
            #expect(again.text == #"{"detail":"Account already exists."}"#)
        }
    }

    @Test("an account can be deleted, master_account and unknown ones cannot")
    func deleteAccount() async throws {
        try await withAPI { api in
            try await api.keys.createAccount(AccountName("second"))
            let deleted = try await api.post("/accounts/delete-account?account_name=second")
            #expect(deleted.status == 200)
            #expect(deleted.text == #"{"message":"Account deleted successfully."}"#)
            #expect(try await api.get("/accounts/").text == #"["master_account"]"#)
            let master = try await api.post("/accounts/delete-account?account_name=master_account")
            #expect(master.status == 400)
            #expect(master.text == #"{"detail":"Cannot delete master account."}"#)
            let nobody = try await api.post("/accounts/delete-account?account_name=nobody")
            #expect(nobody.status == 404)
            #expect(nobody.text == #"{"detail":"Folder 'nobody' not found in 'credentials'"}"#)
        }
    }

    @Test("a missing account_name is the known 422", arguments: ["add-account", "delete-account"])
    func missingQuery(route: String) async throws {
        try await withAPI { api in
            let reply = try await api.post("/accounts/\(route)")
            #expect(reply.status == 422)
            #expect(
                reply.text
                    == #"{"detail":[{"type":"missing","loc":["query","account_name"],"msg":"Field required","input":null}]}"#
            )
        }
    }

    @Test(
        "an invalid account name is the known 400",
        arguments: [("a%20b", "a b"), ("a+b", "a b"), ("", ""), (".", "."), ("%2F", "/"), ("..%2Fx", "../x")])
    func invalidNames(query: String, shown: String) async throws {
        try await withAPI { api in
            let reply = try await api.post("/accounts/add-account?account_name=\(query)")
            #expect(reply.status == 400)
            #expect(
                reply.json?["detail"]?.stringValue
                    == "Invalid account name: '\(shown)'. Only letters, numbers, underscores and hyphens are allowed.")
        }
    }

    @Test("a secret in the place of a name is not repeated")
    func pastedName() async throws {
        try await withAPI { api in
            for path in ["/accounts/add-account?account_name=", "/accounts/delete-account?account_name="] {
                let reply = try await api.post("\(path)c2VjcmV0%2Fc2VjcmV0c2VjcmV0Cg==")
                #expect(
                    reply.json?["detail"]?.stringValue
                        == "Invalid account name: 'c2Vj…'. Only letters, numbers, underscores and hyphens are allowed.")
            }
        }
    }

    @Test("an account cannot be called gateway, whose routes are taken")
    func reservedName() async throws {
        try await withAPI { api in
            let reply = try await api.post("/accounts/add-account?account_name=gateway")
            #expect(reply.status == 400)
            #expect(reply.text == #"{"detail":"Invalid account name: 'gateway'. The name is reserved."}"#)
        }
    }

    @Test("credentials of unknown and invalid accounts are the known 404 and 400")
    func credentialsOfNobody() async throws {
        try await withAPI { api in
            let nobody = try await api.get("/accounts/nobody/credentials")
            #expect(nobody.status == 404)
            #expect(nobody.text == #"{"detail":"Directory 'credentials/nobody/connectors' not found"}"#)
            let invalid = try await api.get("/accounts/a%20b/credentials")
            #expect(invalid.status == 400)
            #expect(
                invalid.text
                    == #"{"detail":"Invalid account name: 'a b'. Only letters, numbers, underscores and hyphens are allowed."}"#
            )
        }
    }

    @Test("a credential is added, listed by its bare name, replaced by the same call, and deleted")
    func credential() async throws {
        try await withAPI { api in
            let path = "/accounts/add-credential/master_account/binance"
            for secret in ["first", "second"] {
                let saved = try await api.post(
                    path, #"{"binance_api_key":"k","binance_api_secret":"\#(secret)"}"#)
                #expect(saved.status == 201)
                #expect(saved.text == #"{"message":"Connector credentials added successfully."}"#)
            }
            let kucoin = try await api.post(
                "/accounts/add-credential/master_account/kucoin",
                #"{"kucoin_api_key":"k","kucoin_secret_key":"s","kucoin_passphrase":"p"}"#)
            #expect(kucoin.status == 201)
            #expect(try await api.get("/accounts/master_account/credentials").text == #"["binance","kucoin"]"#)
            let deleted = try await api.post("/accounts/delete-credential/master_account/binance")
            #expect(deleted.status == 200)
            #expect(deleted.text == #"{"message":"Credential deleted successfully."}"#)
            #expect(try await api.get("/accounts/master_account/credentials").text == #"["kucoin"]"#)
            let reveal = try await api.keys.reveal(ConnectorName("kucoin"), in: .master)
            #expect(reveal.values["kucoin_passphrase"]?.stringValue == "p")
        }
    }

    @Test("what is not there cannot be deleted")
    func deleteNothing() async throws {
        try await withAPI { api in
            for path in ["master_account/binance", "nobody/binance", "master_account/nope"] {
                let reply = try await api.post("/accounts/delete-credential/\(path)")
                #expect(reply.status == 404)
                #expect(reply.json?["detail"]?.stringValue?.isEmpty == false)
            }
            let invalid = try await api.post("/accounts/delete-credential/master_account/a.b")
            #expect(invalid.status == 400)
            #expect(
                invalid.text
                    == #"{"detail":"Invalid connector name: 'a.b'. Only letters, numbers, underscores and hyphens are allowed."}"#
            )
        }
    }

    @Test("adding to an unknown account, or an unknown connector, says which is unknown")
    func addToNobody() async throws {
        try await withAPI { api in
            let body = #"{"binance_api_key":"k","binance_api_secret":"s"}"#
            let account = try await api.post("/accounts/add-credential/nobody/binance", body)
            #expect(account.status == 400)
            #expect(account.text == #"{"detail":"Directory 'credentials/nobody/connectors' not found"}"#)
            let connector = try await api.post("/accounts/add-credential/master_account/nope", body)
            #expect(connector.status == 404)
            #expect(connector.text == #"{"detail":"Connector 'nope' not found"}"#)
        }
    }

    @Test("values that do not fit are 400 with a text that names every faulty field")
    func invalidValues() async throws {
        try await withAPI { api in
            let reply = try await api.post(
                "/accounts/add-credential/master_account/binance", #"{"binance_api_key":"k","colour":"blue"}"#)
            #expect(reply.status == 400)
            let detail = try #require(reply.json?["detail"]?.stringValue)
            #expect(detail.contains("colour"))
            #expect(detail.contains("binance_api_secret"))
            #expect(!detail.contains("blue"))
        }
    }

    @Test(
        "a body that cannot be used is the known 422, without what was sent",
        arguments: [
            ("", #"{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}"#),
            (
                "[1]",
                #"{"detail":[{"type":"dict_type","loc":["body"],"msg":"Input should be a valid dictionary","input":null}]}"#
            ),
            (
                "{",
                #"{"detail":[{"type":"json_invalid","loc":["body",1],"msg":"JSON decode error","input":{},"ctx":{"error":"Expecting property name enclosed in double quotes"}}]}"#
            ),
        ])
    func unusableBody(body: String, answer: String) async throws {
        try await withAPI { api in
            let reply = try await api.post("/accounts/add-credential/master_account/binance", body)
            #expect(reply.status == 422)
            #expect(reply.text == answer)
        }
    }

    @Test("a body that is not UTF-8 is the known 400")
    func notUTF8() async throws {
        try await withAPI { api in
            let reply = try await api.send(
                .post, "/accounts/add-credential/master_account/binance", bytes: Array(#"{"a":""#.utf8) + [0xFF])
            #expect(reply.status == 400)
            #expect(reply.text == #"{"detail":"There was an error parsing the body"}"#)
        }
    }

    @Test(
        "a body is read as JSON whatever its Content-Type",
        arguments: ["text/plain", "application/x-www-form-urlencoded"])
    func contentType(type: String) async throws {
        try await withAPI { api in
            let reply = try await api.send(
                .post, "/accounts/add-credential/master_account/binance", #"{"api_key":"k","api_secret":"s"}"#,
                headers: ["Content-Type": type])
            #expect(reply.status == 201)
        }
    }

    @Test("connectors are a sorted list; a config map has its fields in order, with type, requirement and choices")
    func connectors() async throws {
        try await withAPI { api in
            let names = try #require(try await api.get("/connectors/").json?.arrayValue?.compactMap(\.stringValue))
            #expect(names == names.sorted())
            #expect(names.contains("binance"))
            #expect(
                try await api.get("/connectors/binance/config-map").text
                    == #"{"binance_api_key":{"type":"SecretStr","required":true},"binance_api_secret":{"type":"SecretStr","required":true}}"#
            )
            let okx = try await api.get("/connectors/okx/config-map").json
            #expect(okx?["okx_registration_sub_domain"]?["allowed_values"] == ["www", "app", "my"])
            for name in names { #expect(try await api.get("/connectors/\(name)/config-map").status == 200) }
        }
    }

    @Test("the config map of an unknown connector is 404 with a detail")
    func unknownConnector() async throws {
        try await withAPI { api in
            let reply = try await api.get("/connectors/nope/config-map")
            #expect(reply.status == 404)
            #expect(reply.text == #"{"detail":"Connector 'nope' not found"}"#)
        }
    }

    @Test("connector names are taken as people write them")
    func normalizedNames() async throws {
        try await withAPI { api in
            #expect(try await api.get("/connectors/Gate-IO/config-map").status == 200)
            let reply = try await api.post(
                "/accounts/add-credential/master_account/Binance", #"{"api_key":"k","api_secret":"s"}"#)
            #expect(reply.status == 201)
            #expect(try await api.get("/accounts/master_account/credentials").text == #"["binance"]"#)
        }
    }

    @Test("without a password adding is 423 and says how to unlock, while lists work")
    func locked() async throws {
        try await withAPI { api in
            try await api.addBinance()
            try await api.keys.lock()
            let reply = try await api.post(
                "/accounts/add-credential/master_account/kraken", #"{"api_key":"k","api_secret":"s"}"#)
            #expect(reply.status == 423)
            #expect(reply.json?["detail"]?.stringValue?.contains("vault unlock") == true)
            #expect(try await api.get("/accounts/master_account/credentials").text == #"["binance"]"#)
        }
    }

    @Test(
        "Gateway's routes say that there is none, in both slash forms",
        arguments: [
            (HTTPRequest.Method.get, "wallets"), (.get, "wallets/"), (.post, "add-wallet"),
            (.post, "wallet/set-default"),
            (.delete, "solana/abc"), (.delete, "credentials/binance"),
        ])
    func gateway(method: HTTPRequest.Method, path: String) async throws {
        try await withAPI { api in
            let reply = try await api.send(method, "/accounts/gateway/\(path)")
            #expect(reply.status == 503)
            #expect(reply.text == #"{"detail":"Gateway service is not available"}"#)
            #expect(try await api.send(method, "/accounts/gateway/\(path)", login: nil).status == 401)
        }
    }

    @Test("what the Dashboard asks before it starts is answered")
    func dashboard() async throws {
        try await withAPI { api in
            let docker = try await api.get("/docker/running")
            #expect(docker.text == "true")
            #expect(
                try await api.get("/gateway/status").text
                    == #"{"running":false,"container_id":null,"image":null,"created_at":null,"port":null}"#)
        }
    }
}
