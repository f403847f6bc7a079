import Credentials
import Foundation
import HTTPTypes
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@Suite("Secrecy")
struct SecrecyTests {
    @Test("a secret that is sent through every door stands in no answer, no log line and no file")
    func canary() async throws {
        let canary = "CANARY-\(UUID().uuidString)"
        let encoded = Data(canary.utf8).base64EncodedString()
        try await withAPI(clock: TestClock(isImmediate: true)) { api in
            let values = #"{"api_key":"k","api_secret":"\#(canary)"}"#
            let bodies = [
                values, #"{"values":\#(values)}"#, #"{"connector_name":"binance","credentials":\#(values)}"#,
                #"{"connector_name":"binance","credentials":{"api_secret":"\#(canary)"}}"#,
                #"{"connector_name":"binance","credentials":"\#(canary)"}"#, #"{"api_secret":"\#(canary)"}"#,
                #"{"api_key":["\#(canary)"],"api_secret":{"x":"\#(canary)"}}"#, #"["\#(canary)"]"#, #""\#(canary)""#,
                #"{"api_secret":"\#(canary)"#, #"{"values":"\#(canary)"}"#, #"{"name":["\#(canary)"]}"#,
                #"{"password":"\#(canary)"}"#, #"{"password":"\#(canary)","x":1}"#, #"{"force":"\#(canary)"}"#,
                #"{"chain":"solana","private_key":"\#(canary)"}"#,
            ]
            let document = try #require(try await api.get("/openapi.json").json?["paths"]?.objectValue)
            var replies: [Reply] = []
            for path in document.members {
                let uri = path.name.replacing("{account}", with: "master_account")
                    .replacing("{connector}", with: "binance").replacing("{id}", with: "x")
                for name in path.value.objectValue?.names ?? [] {
                    let method = try #require(HTTPRequest.Method(name.uppercased()))
                    // Events go on until somebody ends them; they tell a number and the vault's state.
                    if method == .get, uri != "/v1/events" { replies.append(try await api.get(uri)) }
                    for body in method == .get ? [] : bodies {
                        replies.append(try await api.send(method, uri, body))
                        if uri == "/v1/vault/lock" { try await api.keys.unlock(with: TestVault.password) }
                    }
                }
            }
            let saved = try await api.keys.save(TestVault.binance(canary, mode: .addOrReplace))
            replies.append(try await api.get("/v1/accounts/master_account/credentials/binance"))
            replies.append(try await api.get("/v1/overview"))
            replies.append(try await api.send(.get, "/accounts/?token=\(canary)", login: "Basic \(encoded)"))
            replies.append(try await api.send(.get, "/accounts/", login: "Bearer \(canary)"))
            replies.append(try await api.send(.get, "/\(canary)"))
            #expect(replies.count > 100)
            #expect(replies.contains { $0.status == 201 })
            #expect(saved.revision != nil)
            for reply in replies {
                #expect(!reply.text.contains(canary))
                #expect(!reply.headers.contains { $0.value.contains(canary) })
            }
            for line in api.log.lines {
                #expect(!line.contains(canary))
                #expect(!line.contains(encoded))
            }
            let files = try #require(FileManager.default.subpaths(atPath: api.folder))
            #expect(files.contains { $0.hasSuffix("binance.yml") })
            for file in files {
                let content = FileManager.default.contents(atPath: "\(api.folder)/\(file)") ?? Data()
                #expect(content.range(of: Data(canary.utf8)) == nil, "\(file)")
            }
        }
    }

    @Test("the log has a line for each request, with route, status and the id that the answer carries")
    func requestLog() async throws {
        try await withAPI { api in
            let reply = try await api.get("/accounts/master_account/credentials?secret=hush")
            let id = try #require(reply["x-request-id"])
            let line = try #require(api.log.lines.last { $0.contains("hb.request.id=\(id)") })
            #expect(line.contains("method=GET"))
            #expect(line.contains("route=/accounts/{account}/credentials"))
            #expect(line.contains("status=200"))
            #expect(!line.contains("hush"))
        }
    }
}
