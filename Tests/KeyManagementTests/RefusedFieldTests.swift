import Credentials
import ExchangeSimulators
import ExchangeVerification
import OrderedJSON
import Testing
import VaultTesting

@testable import KeyManagement

@Suite("Fields that a refusal concerns")
struct RefusedFieldTests {
    private static func faults(
        _ causes: [VerificationCause], of connector: Connector
    ) -> [Failure.FieldFaultText] {
        VerificationReport(outcome: .rejected, causes: causes, checkedAt: UnixTime(seconds: 0)).faults(of: connector)
    }

    /// The names that faults give a connector's fields.
    private static func names(of connector: Connector) -> [String] {
        connector.fields.flatMap { field in
            guard case .modes(let modes, _) = field.kind else { return [field.name] }
            return [field.name] + modes.flatMap(\.fields).map { "\(field.name).\($0.name)" }
        }
    }

    @Test("are known for every connector whose key or secret is wrong", arguments: ConnectorCatalog.standard.connectors)
    func everyConnector(connector: Connector) {
        for cause in [VerificationCause.wrongKey, .wrongSecret] {
            let faults = Self.faults([cause], of: connector)
            #expect(!faults.isEmpty)
            #expect(faults.allSatisfy { $0.message == cause.clause })
        }
        for cause in VerificationCause.allCases {
            let faults = Self.faults([cause], of: connector)
            let names = Self.names(of: connector)
            #expect(faults.allSatisfy { names.contains($0.field) })
            if !cause.isFaultOfCredential { #expect(faults.isEmpty) }
        }
    }

    @Test(
        "are those that the cause is about",
        arguments: [
            ("binance", VerificationCause.wrongKey, ["binance_api_key"]),
            ("binance", .wrongSecret, ["binance_api_secret"]),
            ("binance", .wrongPassphrase, []), ("binance", .wrongAddress, []), ("binance", .addressNotAllowed, []),
            ("binance", .tooMuchPower, []), ("binance", .clockSkew, []),
            ("okx", .wrongPassphrase, ["okx_passphrase"]), ("bitmart", .wrongPassphrase, ["bitmart_memo"]),
            ("ndax", .wrongAccount, ["ndax_uid", "ndax_account_name"]),
            ("dexalot", .wrongAddress, ["dexalot_api_secret", "dexalot_api_key"]),
            ("hyperliquid", .wrongAddress, ["hyperliquid_address", "hyperliquid_secret_key"]),
            ("hyperliquid", .wrongKey, ["hyperliquid_secret_key"]),
            ("aevo_perpetual", .wrongAddress, ["aevo_perpetual_signing_key", "aevo_perpetual_account_address"]),
            ("aevo_perpetual", .wrongKey, ["aevo_perpetual_api_key"]),
            ("lighter", .wrongAccount, ["lighter_account_index"]),
            ("lighter_perpetual", .wrongAccount, ["lighter_perpetual_l1_address"]),
            ("lighter", .wrongKey, ["lighter_api_key_index"]), ("lighter", .wrongSecret, ["lighter_api_private_key"]),
            ("injective_v2", .wrongSecret, ["account_type.private_key"]),
            ("injective_v2", .wrongAddress, ["account_type.private_key", "account_type.granter_address"]),
            ("xrpl", .wrongSecret, ["xrpl_secret_key"]),
        ])
    func concerned(connector: String, cause: VerificationCause, fields: [String]) throws {
        let connector = try #require(ConnectorCatalog.standard[ConnectorName(connector)])
        #expect(Self.faults([cause], of: connector).map(\.field) == fields)
    }

    @Test("of several causes each is told as a mere possibility, and a field has the first that concerns it")
    func several() throws {
        let ndax = try #require(ConnectorCatalog.standard[ConnectorName("ndax")])
        let faults = Self.faults([.wrongKey, .missingRight, .wrongSecret], of: ndax)
        #expect(faults.map(\.field) == ["ndax_api_key", "ndax_secret_key"])
        #expect(
            faults.map(\.message) == [VerificationCause.wrongKey, .wrongSecret].map { "perhaps \($0.clause)" })
        let wallet = try #require(ConnectorCatalog.standard[ConnectorName("hyperliquid")])
        let shared = Self.faults([.wrongAddress, .wrongKey], of: wallet)
        #expect(Set(shared.map(\.message)) == ["perhaps \(VerificationCause.wrongAddress.clause)"])
    }

    @Test("come with a key that is refused, and are told to nobody twice")
    func refused() async throws {
        try await withTemporaryFolder { folder in
            try await withVerification([.binance]) { fleet, verification in
                await fleet[.binance]?.register(.binance())
                let keys = try await TestVault.created(at: folder, verification: verification)
                let failure = try #require(
                    await #expect(throws: Failure.self) { try await keys.save(TestVault.binance("wrong")) })
                #expect(failure.kind == .keyRejected)
                #expect(failure.fieldFaults.map(\.field) == ["binance_api_secret"])
                #expect(failure.message.contains(try #require(failure.fieldFaults.first?.message)))
                #expect(failure.untoldFaults.isEmpty)
                let input = JSONObject([("api_key", "k")])
                let invalid = try #require(
                    await #expect(throws: Failure.self) {
                        try await keys.save(
                            SaveRequest(
                                account: .master, connector: ConnectorName("binance"), input: input, mode: .add))
                    })
                #expect(invalid.fieldFaults.map(\.field) == ["binance_api_secret"])
            }
        }
    }
}
