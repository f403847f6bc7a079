import Credentials
import ExchangeSimulators
import ExchangeVerification
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysAPI

@Suite("Keys checked by the API")
struct VerificationRoutesTests {
    private static let item = "/v1/accounts/master_account/credentials/binance"

    /// The API over a new vault whose keys are checked with a simulated Binance.
    private func withCheckingAPI(
        policy: VerificationPolicy = VerificationPolicy(),
        _ body: @Sendable (APITester, ExchangeSimulator) async throws -> Void
    ) async throws {
        try await withVerification([.binance], policy: policy) { fleet, verification in
            let exchange = try #require(fleet[.binance])
            try await withAPI(verification: verification) { api in try await body(api, exchange) }
        }
    }

    private static func body(_ secret: String = "the-secret", _ members: String = "") -> String {
        #"{"values": {"api_key": "the-key", "api_secret": "\#(secret)"}\#(members)}"#
    }

    @Test("a good key is saved with what the exchange said of it, and the overview shows it")
    func good() async throws {
        try await withCheckingAPI { api, exchange in
            await exchange.register(.binance())
            let added = try await api.post(Self.item, Self.body())
            #expect(added.status == 201)
            #expect(added.json?["verification"]?["outcome"] == "valid")
            #expect(added.json?["verification"]?["rights"]?["trade_spot"] == true)
            let overview = try await api.get("/v1/overview")
            let shown = overview.json?["accounts"]?.arrayValue?.first?["credentials"]?.arrayValue?.first
            #expect(shown?["verification"] == added.json?["verification"])
            #expect(!(added.text + overview.text).contains("the-"))
        }
    }

    @Test("a refused key is answered with cause, cure and report, and nothing is saved")
    func refused() async throws {
        try await withCheckingAPI { api, _ in
            let refused = try await api.post(Self.item, Self.body())
            #expect(refused.status == 422)
            #expect(refused.json?["code"] == "key_rejected")
            #expect(refused.json?["verification"]?["causes"]?.arrayValue?.first == "wrong_key")
            #expect(refused.json?["hint"]?.stringValue?.contains("Copy the API key once more") == true)
            let fault = try #require(refused.json?["fields"]?.arrayValue?.first)
            #expect(fault["field"] == "binance_api_key")
            let message = try #require(fault["message"]?.stringValue)
            #expect(message.hasSuffix("the exchange does not know the API key"))
            #expect(try await api.get(Self.item).status == 404)
        }
    }

    @Test(
        "clients of the Hummingbot API get 400 and one readable detail",
        arguments: [
            (
                "/accounts/add-credential/master_account/binance",
                #"{"binance_api_key": "the-key", "binance_api_secret": "x"}"#
            ),
            (
                "/accounts/master_account/credentials",
                #"{"connector_name": "binance", "credentials": {"api_key": "the-key", "api_secret": "x"}}"#
            ),
        ])
    func oldClients(path: String, body: String) async throws {
        try await withCheckingAPI { api, exchange in
            await exchange.register(.binance())
            let wrong = try await api.post(path, body)
            #expect(wrong.status == 400)
            let detail = try #require(wrong.json?["detail"]?.stringValue)
            #expect(detail.matches(of: /the secret does not belong to the key/).count == 1)
            #expect(detail.contains("Nothing was saved."))
            await exchange.inject(Fault(.maintenance))
            let down = try await api.post(path, body)
            #expect(down.status == 400)
            #expect(down.json?["detail"]?.stringValue?.contains("could not be checked") == true)
            await exchange.clearFaults()
            #expect(try await api.post(path, body.replacing(#""x""#, with: #""the-secret""#)).status == 201)
        }
    }

    @Test("a request may ask for less than the server's setting, or for more")
    func choices() async throws {
        try await withCheckingAPI { api, exchange in
            await exchange.register(.binance(rights: [.read, .tradeSpot, .withdraw]))
            #expect(try await api.post(Self.item, Self.body()).status == 422)
            let allowed = try await api.post(Self.item, Self.body("the-secret", #", "allow_withdrawals": true"#))
            #expect(allowed.status == 201)
            await exchange.inject(Fault(.maintenance))
            let unknown = try await api.put(Self.item, Self.body("the-secret"))
            #expect(unknown.status == 424)
            #expect(unknown.json?["code"] == "key_unverified")
            let unverified = try await api.put(Self.item, Self.body("the-secret", #", "save_unverified": true"#))
            #expect(unverified.status == 200)
            #expect(unverified.json?["verification"]?["outcome"] == "inconclusive")
            let asked = await exchange.requests.count
            let unasked = try await api.put(Self.item, Self.body("anything", #", "verify": false"#))
            #expect(unasked.status == 200)
            #expect(unasked.json?["verification"] == .null)
            #expect(await exchange.requests.count == asked)
            #expect(try await api.put(Self.item, Self.body("x", #", "verify": "no""#)).status == 400)
        }
    }

    @Test("a server that asks nobody for old clients still asks where a request wants it")
    func unasked() async throws {
        try await withCheckingAPI(policy: VerificationPolicy(asksExchange: false)) { api, exchange in
            let unasked = try await api.post(Self.item, Self.body())
            #expect(unasked.status == 201)
            #expect(await exchange.requests.isEmpty)
            let asked = try await api.put(Self.item, Self.body("x", #", "verify": true"#))
            #expect(asked.status == 422)
        }
    }

    @Test("a stored key is checked on demand")
    func verify() async throws {
        try await withCheckingAPI { api, exchange in
            await exchange.register(.binance())
            _ = try await api.post(Self.item, Self.body())
            await exchange.register(.binance(rights: [.read, .tradeSpot, .withdraw]))
            let refused = try await api.post(Self.item + "/verify")
            #expect(refused.status == 200)
            #expect(refused.json?["causes"] == ["too_much_power"])
            let allowed = try await api.post(Self.item + "/verify", #"{"allow_withdrawals": true}"#)
            #expect(allowed.json?["outcome"] == "valid")
            #expect(try await api.get(Self.item).json?["verification"] == allowed.json)
            #expect(try await api.post(Self.item.replacing("binance", with: "okx") + "/verify").status == 404)
            #expect(try await api.post(Self.item + "/verify", #"{"verify": true}"#).status == 400)
            _ = try await api.post("/v1/vault/lock")
            #expect(try await api.post(Self.item + "/verify").status == 423)
        }
    }

    @Test("a server without a way to exchanges says so")
    func without() async throws {
        try await withAPI { api in
            try await api.addBinance()
            #expect(try await api.post(Self.item + "/verify").status == 501)
            #expect(try await api.put(Self.item, Self.body("x", #", "verify": true"#)).status == 501)
        }
    }
}
