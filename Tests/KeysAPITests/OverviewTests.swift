import Credentials
import HTTPTypes
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysAPI

@Suite("The overview")
struct OverviewTests {
    @Test("names the program's version and describes the connectors that occur, and no others")
    func connectors() async throws {
        try await withAPI { api in
            #expect(try await api.get("/v1/overview").json?["connectors"] == [:])
            try await api.addBinance()
            let name = try ConnectorName("hyperliquid_perpetual_testnet")
            _ = try await api.post(
                "/v1/accounts/master_account/credentials/\(name)",
                #"{"values": {"mode": "arb_wallet", "address": "0x\#(String(repeating: "1", count: 40))", "secret_key": "\#(String(repeating: "2", count: 64))"}}"#
            )
            let overview = try #require(try await api.get("/v1/overview").json)
            #expect(overview["version"] == "1.2.3")
            #expect(overview["connectors"]?.objectValue?.names == ["binance", "hyperliquid_perpetual_testnet"])
            #expect(
                overview["connectors"]?["binance"]
                    == ["exchange": "Binance", "market": "spot", "testnet": false, "decentralized": false])
            #expect(
                overview["connectors"]?["hyperliquid_perpetual_testnet"]
                    == ["exchange": "Hyperliquid", "market": "perpetual", "testnet": true, "decentralized": true])
        }
    }

    @Test("a file of a connector that Hummingbot does not have is listed and not described")
    func unknownConnector() async throws {
        try await withAPI { api in
            try VaultContent.writeForeign(
                "\(api.folder)/credentials/master_account/connectors/nope_exchange.yml", key: "k", secret: "s")
            let overview = try #require(try await api.get("/v1/overview").json)
            let listed = overview["accounts"]?.arrayValue?.first?["credentials"]?.arrayValue
            #expect(listed?.first?["connector"] == "nope_exchange")
            #expect(overview["connectors"] == [:])
        }
    }

    @Test("its number rises with every change, lock and unlock among them, and with nothing else")
    func generation() async throws {
        try await withAPI { api in
            func generation() async throws -> Int {
                try #require(try await api.get("/v1/overview").json?["generation"]?.integerValue)
            }
            var last = try await generation()
            func expectRise(_ what: String, _ change: () async throws -> Void) async throws {
                try await change()
                let now = try await generation()
                #expect(now > last, "\(what)")
                #expect(try await generation() == now)
                last = now
            }
            try await expectRise("account") { try await api.keys.createAccount(AccountName("second")) }
            try await expectRise("credential") { try await api.addBinance() }
            try await expectRise("lock") { try await api.keys.lock() }
            try await expectRise("unlock") { try await api.keys.unlock(with: TestVault.password) }
            try await expectRise("another program's file") {
                try VaultContent.writeForeign(
                    "\(api.folder)/credentials/second/connectors/gate_io.yml", key: "k", secret: "s")
            }
        }
    }

    @Test("whoever has it already is told so in an empty answer, until it changes")
    func notModified() async throws {
        try await withAPI { api in
            let first = try await api.get("/v1/overview")
            let tag = try #require(first["etag"])
            let again = try await api.send(.get, "/v1/overview", headers: ["If-None-Match": tag])
            #expect((again.status, again.text, again["etag"]) == (304, "", tag))
            try await api.addBinance()
            let changed = try await api.send(.get, "/v1/overview", headers: ["If-None-Match": tag])
            #expect(changed.status == 200)
            #expect(changed["etag"] != tag)
        }
    }

    @Test("another process has other tags, so that nobody takes its first overview for the one before")
    func restart() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await TestVault.created(at: folder)
            let overview = try await keys.overview()
            let caches = (0..<2).map { _ in OverviewCache { $0.json(describing: .standard, version: "1") } }
            let tags = caches.map { $0.encoded(overview).tag }
            #expect(tags[0] != tags[1])
            #expect(caches[0].encoded(overview).tag == tags[0])
        }
    }
}
