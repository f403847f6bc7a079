import ExchangeSimulators
import Foundation
import OrderedJSON
import Testing

@Suite("Simulated exchanges: wallets")
struct WalletRuleTests {
    private let start = Date(timeIntervalSince1970: 1_700_000_000)
    private let later = Date(timeIntervalSince1970: 1_800_000_000)

    private func text(
        _ simulator: ExchangeSimulator, _ target: String, method: String = "GET",
        fields: [(name: String, value: String)] = [], body: String = ""
    ) async throws -> String {
        let request = SimulatedRequest(method: method, target: target, fields: fields, body: Array(body.utf8))
        return try await simulator.answer(to: request).text
    }

    @Test(
        "an address that was never used is told apart from one that cannot be",
        arguments: [
            (
                ExchangeHost.dydx, "/v4/addresses/ADDRESS/subaccountNumber/0", SignedRequest.dydxAddress,
                "No subaccount found", "valid dydx address"
            ),
            (
                .injective, "/cosmos/auth/v1beta1/accounts/ADDRESS", SignedRequest.injectiveAddress, "not found",
                "decoding bech32 failed"
            ),
            (.decibel, "/v1/accounts/ADDRESS", SignedRequest.aptosAddress, "account_not_found", "Invalid address"),
            (.lighter, "/api/v1/account?by=l1_address&value=ADDRESS", SignedRequest.person, "21100", "20001"),
            (
                .pacifica, "/api/v1/account?account=ADDRESS", SignedRequest.solanaAddress, "Account not found",
                "Invalid public key"
            ),
        ])
    func unused(
        _ host: ExchangeHost, _ path: String, _ address: String, _ missing: String, _ malformed: String
    ) async throws {
        let simulator = ExchangeSimulator(host, clock: { start })
        #expect(try await text(simulator, path.replacing("ADDRESS", with: address)).contains(missing))
        let broken = String(address.dropLast()) + "!"
        #expect(try await text(simulator, path.replacing("ADDRESS", with: broken)).contains(malformed))
        if let wallet = SignedRequest.wallet(for: host) { await simulator.register(wallet) }
        #expect(try await !text(simulator, path.replacing("ADDRESS", with: address)).contains(missing))
    }

    @Test(
        "one changed letter of an address with a checksum makes it none",
        arguments: [
            (ExchangeHost.dydx, SignedRequest.dydxAddress), (.injective, SignedRequest.injectiveAddress),
            (.xrpl, SignedRequest.rippleAddress),
        ])
    func checksums(_ host: ExchangeHost, _ address: String) async throws {
        for offset in 5..<address.count {
            let simulator = ExchangeSimulator(host, clock: { start })
            var request = SignedRequest(host)
            await simulator.admit(request)
            var letters = Array(address)
            letters[offset] = letters[offset] == "q" ? "p" : "q"
            request.wallet?.address = String(letters)
            request.path = request.path.replacing(address, with: String(letters))
            _ = try await simulator.answer(to: request.made())
            #expect(await simulator.requests.map(\.verdict) == ["malformed_key"])
        }
    }

    @Test("Dexalot takes the wallet's own signature, and none that another made")
    func dexalot() async throws {
        let simulator = ExchangeSimulator(.dexalot, clock: { start })
        let own = try EthereumSigner.signature(of: "dexalot")
        let others = try EthereumSigner.signature(of: "dexalot", key: [UInt8](repeating: 7, count: 32))
        func verdict(_ field: String) async throws -> String? {
            _ = try await text(simulator, "/privapi/signed/orders", fields: [("x-signature", field)])
            return await simulator.requests.last?.verdict
        }
        #expect(try await verdict("\(SignedRequest.person):\(own)") == "accepted")
        #expect(try await verdict("\(SignedRequest.person):\(others)") == "wrong_secret")
        #expect(try await verdict("\(SignedRequest.person):0x") == "wrong_secret")
        #expect(try await verdict(own) == "malformed_key")
        let balance =
            #"{"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":["\#(SignedRequest.person)","latest"]}"#
        #expect(try await text(simulator, "/dexalot/mainnet/rpc", method: "POST", body: balance).contains(#""0x0""#))
        await simulator.register(SimulatedWallet(address: SignedRequest.person, role: .user))
        #expect(try await !text(simulator, "/dexalot/mainnet/rpc", method: "POST", body: balance).contains(#""0x0""#))
        #expect(await simulator.requests.last?.kind == "eth_getBalance")
    }

    @Test(
        "Derive tells what is wrong with who signs",
        arguments: [
            ("the owner", "subaccount_value"), ("nobody's wallet", "14000"), ("an unknown key", "14023"),
            ("a session key", "subaccount_value"), ("a lapsed session key", "14030"),
            ("a session key from elsewhere", "14029"), ("an old time of the owner", "14014"),
            ("an old time of a session key", "subaccount_value"), ("another's sub-account", "14020"),
            ("no sub-account", "14001"),
        ])
    func derive(_ scene: String, _ expected: String) async throws {
        let simulator = ExchangeSimulator(.derive, clock: { start })
        var request = SignedRequest(.derive)
        let owner = "0x98581F0c52a9A9B2d2bE9f5a1E8C1a1f6bD9A0C1"
        var session = SimulatedWallet.Agent(name: "bot", address: SignedRequest.person, validUntil: later)
        var wallet = SimulatedWallet(address: owner, role: .user, accountValue: "1", subaccounts: [37799])
        switch scene {
        case "a lapsed session key": session.validUntil = start
        case "a session key from elsewhere": session.ipAllowList = ["198.51.100.1"]
        case "an old time of the owner", "an old time of a session key": request.time -= 61
        case "another's sub-account", "no sub-account": wallet.subaccounts = [1]
        default: break
        }
        if scene.contains("session key") { wallet.agents = [session] }
        if !["a session key", "an unknown key"].contains(where: { scene.hasSuffix($0) }), wallet.agents == nil {
            wallet.address = SignedRequest.person
        }
        if scene == "another's sub-account" {
            await simulator.register(SimulatedWallet(address: owner, role: .user, subaccounts: [37799]))
        }
        if scene != "nobody's wallet" { await simulator.register(wallet) }
        request.wallet = wallet
        #expect(try await simulator.answer(to: request.made()).text.contains(expected))
    }

    @Test("Derive lists the session keys with scope, expiry and addresses")
    func sessionKeys() async throws {
        let simulator = ExchangeSimulator(.derive, clock: { start })
        var request = SignedRequest(.derive, path: "/v3/private/session_keys")
        request.wallet?.agents = [
            .init(
                name: "bot", address: SignedRequest.person, validUntil: later, permissions: ["account"],
                ipAllowList: ["192.0.2.1"])
        ]
        await simulator.admit(request)
        let keys = try JSON(parsing: await simulator.answer(to: request.made()).text)["result"]?["public_session_keys"]
        let key = try #require(keys?.arrayValue?.first)
        #expect(key["protocol_scopes"]?.arrayValue == ["account"])
        #expect(key["subaccount_ids"]?.arrayValue == [])
        #expect(key["expiry_sec"]?.integerValue == 1_800_000_000)
        #expect(key["ip_whitelist"]?.arrayValue == ["192.0.2.1"])
    }

    @Test(
        "Pacifica takes an agent that the account bound, while it counts",
        arguments: [
            ("bound", "active_api_keys"), ("never bound", "Agent not authorized"), ("lapsed", "Agent not authorized"),
            ("old", "Invalid message"), ("from elsewhere", "Forbidden"),
        ])
    func pacifica(_ scene: String, _ expected: String) async throws {
        let simulator = ExchangeSimulator(.pacifica, clock: { start })
        var request = SignedRequest(.pacifica)
        var agent = SimulatedWallet.Agent(name: "bot", address: SignedRequest.solanaAgent, validUntil: later)
        switch scene {
        case "never bound": agent.address = SignedRequest.solanaAddress
        case "lapsed": agent.validUntil = start
        case "old": request.time -= 6
        case "from elsewhere": agent.ipAllowList = ["198.51.100.1"]
        default: break
        }
        request.wallet?.agents = [agent]
        await simulator.admit(request)
        #expect(try await simulator.answer(to: request.made()).text.contains(expected))
    }

    @Test("Lighter lists the slots of an account's keys, and knows which are free")
    func slots() async throws {
        let simulator = ExchangeSimulator(.lighter, clock: { start })
        await simulator.admit(SignedRequest(.lighter))
        let keys = "/api/v1/apikeys?account_index="
        #expect(try await text(simulator, keys + "12&api_key_index=3").contains(#""public_key":"c0ffee""#))
        #expect(try await text(simulator, keys + "12").contains(#""api_key_index":3"#))
        #expect(try await text(simulator, keys + "12&api_key_index=4").contains("21109"))
        #expect(try await text(simulator, keys + "13").contains("21100"))
        let orders = "/api/v1/accountActiveOrders?account_index=12&market_id=0"
        #expect(try await text(simulator, orders).contains("20001"))
        #expect(try await text(simulator, orders, fields: [("Authorization", "1:12:3:00")]).contains("20013"))
    }

    @Test("Injective lists what one may do for another, until it lapses")
    func grants() async throws {
        let simulator = ExchangeSimulator(.injective, clock: { start })
        let granter = SignedRequest.injectiveAddress, grantee = "inj1cml96vmptgw99syqrrz8az79xer2pcgp0a885r"
        let path = "/cosmos/authz/v1beta1/grants?granter=\(granter)&grantee=\(grantee)"
        #expect(try await text(simulator, path).contains(#""grants":[]"#))
        var grant = SimulatedWallet.Agent(
            name: "", address: grantee, validUntil: later,
            permissions: ["/injective.exchange.v1beta1.MsgBatchUpdateOrders"])
        await simulator.register(SimulatedWallet(address: granter, role: .user, agents: [grant]))
        #expect(try await text(simulator, path).contains("MsgBatchUpdateOrders"))
        #expect(try await text(simulator, path).contains(#""expiration":"2027-01-15T08:00:00Z""#))
        grant.validUntil = start
        await simulator.register(SimulatedWallet(address: granter, role: .user, agents: [grant]))
        #expect(try await text(simulator, path).contains(#""grants":[]"#))
    }

    @Test("the XRP Ledger tells whether the master key still signs, and which key does")
    func ripple() async throws {
        let simulator = ExchangeSimulator(.xrpl, clock: { start })
        var request = SignedRequest(.xrpl)
        #expect(try await simulator.answer(to: request.made()).text.contains("actNotFound"))
        await simulator.admit(request)
        #expect(try await simulator.answer(to: request.made()).text.contains(#""Flags":0"#))
        #expect(await simulator.requests.last?.kind == "account_info")
        request.wallet?.isMasterDisabled = true
        request.wallet?.regularKey = "rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY"
        await simulator.admit(request)
        let report = try await simulator.answer(to: request.made()).text
        #expect(report.contains(#""Flags":1048576"#))
        #expect(report.contains(#""RegularKey":"rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY""#))
        request.wallet?.address = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTj"
        #expect(try await simulator.answer(to: request.made()).text.contains("actMalformed"))
    }
}
