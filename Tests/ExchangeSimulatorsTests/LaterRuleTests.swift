import Crypto
import ExchangeSimulators
import Foundation
import OrderedJSON
import Testing

@Suite("Simulated exchanges: rules of the later ones")
struct LaterRuleTests {
    private let start = Date(timeIntervalSince1970: 1_700_000_000)

    private func ask(
        _ simulator: ExchangeSimulator, _ method: String, _ target: String,
        _ fields: [(name: String, value: String)] = [], body: String = ""
    ) async throws -> SimulatedAnswer {
        try await simulator.answer(
            to: SimulatedRequest(method: method, target: target, fields: fields, body: Array(body.utf8)))
    }

    @Test(
        "a nonce that counts in milliseconds shuts out whoever counts in seconds",
        arguments: [ExchangeHost.gemini, .ndax])
    func nonces(_ host: ExchangeHost) async throws {
        let simulator = ExchangeSimulator(host, clock: { start })
        var request = SignedRequest(host)
        await simulator.register(request.key)
        func verdict(_ nonce: Int, secret: String? = nil) async throws -> String? {
            var signed = request
            signed.nonce = nonce
            signed.key.secret = secret ?? request.key.secret
            _ = try await simulator.answer(to: signed.made())
            return await simulator.requests.last?.verdict
        }
        #expect(try await verdict(1_700_000_000) == "accepted")
        #expect(try await verdict(1_700_000_000) == "nonce_out_of_order")
        #expect(try await verdict(1_700_000_000_999, secret: "another") == "wrong_secret")
        #expect(try await verdict(1_700_000_001) == "accepted")
        #expect(try await verdict(1_700_000_001_000) == "accepted")
        #expect(try await verdict(1_700_000_002) == "nonce_out_of_order")
        #expect(await simulator.registered(request.key.key)?.highestNonce == 1_700_000_001_000)
        request.key.highestNonce = 1_700_000_000
        await simulator.register(request.key)
        #expect(try await verdict(1_700_000_002) == "accepted")
    }

    @Test("Gemini takes the payload for its own path only, and a group's key needs an account")
    func gemini() async throws {
        let simulator = ExchangeSimulator(.gemini, clock: { start })
        var request = SignedRequest(.gemini)
        await simulator.register(request.key)
        let roles = try request.made()
        let fields = ["X-GEMINI-APIKEY", "X-GEMINI-PAYLOAD", "X-GEMINI-SIGNATURE"].map { ($0, roles[$0] ?? "") }
        #expect(try await ask(simulator, "POST", "/v1/balances", fields).text.contains("EndpointMismatch"))
        request.key.key = "master-0123456789"
        await simulator.register(request.key)
        #expect(try await simulator.answer(to: request.made()).text.contains("isAccountAdmin"))
        request.path = "/v1/balances"
        request.nonce += 1
        #expect(try await simulator.answer(to: request.made()).text.contains("MissingAccounts"))
    }

    @Test("NDAX's token opens the account that it was handed out for, and no other")
    func ndax() async throws {
        let simulator = ExchangeSimulator(.ndax, clock: { start })
        let request = SignedRequest(.ndax)
        await simulator.register(request.key)
        let session = try JSON(parsing: await simulator.answer(to: request.made()).text)
        #expect(session["Authenticated"]?.boolValue == true)
        let token = try #require(session["SessionToken"]?.stringValue)
        let positions = "/AP/GetAccountPositions?OMSId=1&AccountId="
        #expect(try await ask(simulator, "GET", positions + "77", [("APToken", token)]).status == 200)
        #expect(
            try await ask(simulator, "GET", positions + "78", [("APToken", token)]).text.contains(#""errorcode":104"#))
        #expect(
            try await ask(simulator, "GET", positions + "77", [("APToken", "00")]).text.contains(#""errorcode":20"#))
        let permissions = try await ask(simulator, "GET", "/AP/GetUserPermissions?UserId=1000001", [("APToken", token)])
        #expect(permissions.text.contains("SendOrder"))
        #expect(!permissions.text.contains("CreateWithdrawTicket"))
    }

    @Test("NDAX believes nobody who names another user")
    func user() async throws {
        let simulator = ExchangeSimulator(.ndax, clock: { start })
        var request = SignedRequest(.ndax)
        await simulator.register(request.key)
        request.key.user = "1000002"
        #expect(try await simulator.answer(to: request.made()).text.contains(#""Authenticated":false"#))
    }

    @Test("a token lapses when it was said to")
    func token() async throws {
        let simulator = ExchangeSimulator(.architect, clock: { start })
        let request = SignedRequest(.architect)
        await simulator.register(request.key)
        let token = try #require(
            try JSON(parsing: await simulator.answer(to: request.made()).text)["token"]?.stringValue)
        let fields = [(name: "Authorization", value: "Bearer \(token)")]
        #expect(try await ask(simulator, "GET", "/api/whoami", fields).status == 200)
        #expect(try await ask(simulator, "GET", "/api/risk-snapshot", fields).text.contains("balance_usd"))
        await simulator.behave { $0.clockOffset = 60_000 }
        #expect(try await ask(simulator, "GET", "/api/whoami", fields).status == 401)
        #expect(await simulator.requests.last?.verdict == "expired")
    }

    @Test("GRVT's cookie opens the key's own sub-account, with the account's number beside it")
    func cookie() async throws {
        let simulator = ExchangeSimulator(.grvt, clock: { start })
        let request = SignedRequest(.grvt)
        await simulator.register(request.key)
        let login = try await simulator.answer(to: request.made())
        let cookie = try #require(login.field("Set-Cookie")?.split(separator: ";").first)
        let account = try #require(login.field("X-Grvt-Account-Id"))
        #expect(login.field("Set-Cookie")?.contains("Expires=Wed, 15 Nov 2023 22:13:20 GMT") == true)
        func summary(_ number: String, _ fields: [(name: String, value: String)]) async throws -> SimulatedAnswer {
            try await ask(
                simulator, "POST", "/full/v1/account_summary", fields, body: #"{"sub_account_id":"\#(number)"}"#)
        }
        let good = [(name: "Cookie", value: "rm=true; \(cookie)"), (name: "X-Grvt-Account-Id", value: account)]
        #expect(try await summary("4724219064482495", good).text.contains("settle_currency"))
        #expect(try await summary("1", good).text.contains("2003"))
        #expect(try await summary("4724219064482495", [good[1]]).text.contains("1000"))
        #expect(try await summary("4724219064482495", [good[0]]).text.contains("1000"))
    }

    @Test("BitMart's wallet shows to anybody who knows the key, its orders do not")
    func keyed() async throws {
        let simulator = ExchangeSimulator(.bitMart, clock: { start })
        var request = SignedRequest(.bitMart)
        await simulator.register(request.key)
        let fields = [(name: "X-BM-KEY", value: request.key.key)]
        for path in ["/spot/v1/wallet", "/contract/private/assets-detail"] {
            #expect(try await ask(simulator, "GET", path, fields).text.contains(#""code":1000"#))
        }
        request.path = "/account/v1/transfer-contract-list"
        #expect(try await simulator.answer(to: request.made()).text.contains("records"))
        request.key.passphrase = "another memo"
        #expect(try await simulator.answer(to: request.made()).text.contains("30005"))
    }

    @Test("Bitstamp takes a nonce once in 150 s, and proves that it knows the secret")
    func bitstamp() async throws {
        let simulator = ExchangeSimulator(.bitstamp, clock: { start })
        let request = SignedRequest(.bitstamp)
        await simulator.register(request.key)
        let made = try request.made()
        let answer = try await simulator.answer(to: made)
        let signed = [made["X-Auth-Nonce"], made["X-Auth-Timestamp"], "application/json", answer.text]
            .compactMap(\.self).joined()
        #expect(answer.field("X-Server-Auth-Signature") == request.hex(request.sum256(signed)))
        #expect(try await simulator.answer(to: made).text.contains("API0004"))
        await simulator.behave { $0.clockOffset = 149_000 }
        #expect(try await simulator.answer(to: made).text.contains("API0004"))
        var bare = request
        bare.nonce += 1
        bare.spoil = { $0.removeAll { $0.name == "Content-Type" } }
        #expect(try await simulator.answer(to: bare.made()).text.contains("API0019"))
    }

    @Test(
        "Bitstamp names what is odd about a request",
        arguments: [
            ("X-Auth-Version", "v1", "API0010"), ("X-Auth", "BITSTAMP short", "API0011"),
            ("X-Auth-Timestamp", "now", "API0018"), ("X-Auth-Nonce", "0", "API0004"),
            ("Content-Type", "text/plain", "API0019"),
        ])
    func odd(_ field: String, _ value: String, _ code: String) async throws {
        let simulator = ExchangeSimulator(.bitstamp, clock: { start })
        var request = SignedRequest(.bitstamp)
        await simulator.register(request.key)
        request.spoil = { $0 = $0.map { ($0.name, $0.name == field ? value : $0.value) } }
        #expect(try await simulator.answer(to: request.made()).text.contains(code))
    }

    @Test("Bitstamp wants no content type where there is no body")
    func bodiless() async throws {
        let simulator = ExchangeSimulator(.bitstamp, clock: { start })
        let request = SignedRequest(.bitstamp)
        await simulator.register(request.key)
        let made = try request.made()
        let fields = [
            "X-Auth", "X-Auth-Signature", "X-Auth-Nonce", "X-Auth-Timestamp", "X-Auth-Version", "Content-Type",
        ]
        let answer = try await ask(
            simulator, "POST", "/api/v2/account_balances/", fields.map { ($0, made[$0] ?? "") })
        #expect(answer.text.contains("API0020"))
    }

    @Test("Bitget serves a unified account by the newer API only")
    func unified() async throws {
        let simulator = ExchangeSimulator(.bitget, clock: { start })
        var request = SignedRequest(.bitget, path: "/api/v3/account/settings")
        await simulator.register(request.key)
        #expect(try await simulator.answer(to: request.made()).text.contains("40084"))
        request.key.refusedWith = "40085"
        await simulator.register(request.key)
        #expect(try await simulator.answer(to: request.made()).text.contains("unified"))
        request.path = "/api/v2/spot/account/info"
        #expect(try await simulator.answer(to: request.made()).text.contains("40085"))
    }

    @Test("Bitget's futures want a right of their own, and a kind of product")
    func futures() async throws {
        let simulator = ExchangeSimulator(.bitget, clock: { start })
        var request = SignedRequest(.bitget, path: "/api/v2/mix/account/accounts?productType=USDT-FUTURES")
        request.key.exchangePermissions = ["stor", "stow"]
        await simulator.register(request.key)
        #expect(try await simulator.answer(to: request.made()).text.contains("40014"))
        request.key.exchangePermissions = ["coow", "cpow"]
        await simulator.register(request.key)
        #expect(try await simulator.answer(to: request.made()).text.contains("marginCoin"))
    }

    @Test(
        "HTX names the cause in words where the API is the older one",
        arguments: [
            ("unknown", "Incorrect Access key"), ("secret", "Verification failure"),
            ("address", "Incorrect IP address"),
            ("time", "Invalid submission time"), ("none", "\"status\":\"ok\""),
        ])
    func htx(_ cause: String, _ text: String) async throws {
        let simulator = ExchangeSimulator(.htx, clock: { start })
        var request = SignedRequest(.htx, path: "/v1/account/accounts")
        var key = request.key
        switch cause {
        case "unknown": key.state = .deleted
        case "secret": request.key.secret = "another"
        case "address": key.ipAllowList = ["198.51.100.1"]
        case "time": request.time += 301
        default: break
        }
        await simulator.register(key)
        #expect(try await simulator.answer(to: request.made()).text.contains(text))
    }

    @Test("BingX reports on a key in both known shapes")
    func shapes() async throws {
        let simulator = ExchangeSimulator(.bingX, clock: { start })
        var request = SignedRequest(.bingX)
        await simulator.register(request.key)
        #expect(try await simulator.answer(to: request.made()).text.contains(#""enableReading":true"#))
        request.key.exchangePermissions = ["1", "2", "5"]
        await simulator.register(request.key)
        #expect(try await simulator.answer(to: request.made()).text.contains(#""permissions":[1,2,5]"#))
    }

    @Test("Aevo lists the account's wallets and keys")
    func aevo() async throws {
        let simulator = ExchangeSimulator(.aevo, clock: { start })
        var request = SignedRequest(.aevo)
        request.key.signers = [.init(name: "", address: SignedRequest.person, validUntil: start)]
        await simulator.register(request.key)
        let report = try JSON(parsing: await simulator.answer(to: request.made()).text)
        #expect(report["account"]?.stringValue == SignedRequest.person)
        #expect(report["signing_keys"]?.arrayValue?.first?["signing_key"]?.stringValue == SignedRequest.person)
        #expect(report["signing_keys"]?.arrayValue?.first?["expiry"]?.stringValue == "1700000000")
        #expect(report["api_keys"]?.arrayValue?.first?["read_only"]?.boolValue == false)
    }

    @Test("Lambdaplex takes a key's PEM in one line, and its public half")
    func pem() async throws {
        let simulator = ExchangeSimulator(.lambdaplex, clock: { start })
        let request = SignedRequest(.lambdaplex)
        let inOneLine = SignedRequest.edwardsPEM.replacing("\n", with: "\\n")
        let half = "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
        for secret in [inOneLine, half] {
            var key = request.key
            key.secret = secret
            await simulator.register(key)
            #expect(try await simulator.answer(to: request.made()).status == 200)
        }
    }
}
