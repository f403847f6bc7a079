import Credentials
import ExchangeVerification
import OrderedJSON
import Testing

@Suite("Judgements: documented answers")
struct AnswerVectorTests {
    @Test("an answer is judged as documented", arguments: AnswerVector.all)
    func judgement(_ vector: AnswerVector) async throws {
        let transport = vector.transport
        let clock = TestClock()
        let verifier = ExchangeVerifier(transport: transport, nonces: InMemoryNonces(), clock: clock.clock)
        let credential = try TestCredential.make(vector.connector, vector.fields)
        let report = await verifier.verify(credential, allowingWithdrawals: vector.allowsWithdrawals)

        #expect(report.outcome.rawValue == vector.json["outcome"]?.stringValue)
        #expect(report.causes.map(\.rawValue) == vector.json["causes"]?.arrayValue?.map(\.stringValue))
        #expect(report.outcome == .valid ? report.cure == nil : report.cure?.isEmpty == false)
        if let code = vector.json["code"] { #expect(report.exchangeCode == code.stringValue) }
        if let message = vector.json["message"] { #expect(report.exchangeMessage == message.stringValue) }
        if let cure = vector.json["cure"]?.stringValue {
            #expect(report.cure?.contains(cure) == true, "\(report.cure ?? "")")
        }
        expectRights(of: report, as: vector.json["rights"])
        if let warnings = vector.json["warnings"]?.arrayValue {
            #expect(report.warnings.count == warnings.count, "\(report.warnings)")
            for warning in warnings.compactMap(\.stringValue) {
                #expect(report.warnings.contains { $0.contains(warning) }, "\(report.warnings)")
            }
        }
        if let asked = vector.json["asked"]?.integerValue {
            #expect(transport.requests.count { AnswerVector.time($0) == nil } == asked)
        }
        if let host = vector.json["host"]?.stringValue {
            #expect(!transport.requests.isEmpty && transport.requests.allSatisfy { $0.base.host == host })
        }
        expectNothingSecret(in: report.json.text())
        expectOnlyDocumented(transport.requests, by: credential.connector.name)
        #expect(VerificationReport(json: report.json) == VerificationReport(json: report.json))
        #expect(VerificationReport(json: report.json)?.json == report.json)
    }

    @Test("every connector with a probe has answers of all three kinds, and every cause is provoked")
    func coverage() {
        // Hyperliquid's answers are about wallets; its testnets and Binance's are the same exchange at another place.
        // Nothing can prove a key of Decibel's or Lighter's.
        let exempt = ["hyperliquid", "binance_perpetual_testnet", "bybit_testnet", "decibel", "lighter"]
        for connector in TestCredential.connectors where !exempt.contains(where: connector.hasPrefix) {
            let outcomes = AnswerVector.all.filter { $0.connector == connector }.map { $0.json["outcome"]?.stringValue }
            #expect(Set(outcomes) == ["valid", "rejected", "inconclusive"], "\(connector)")
        }
        #expect(Set(AnswerVector.all.map(\.connector)) == Set(TestCredential.connectors))
        let causes = Set(AnswerVector.all.flatMap { $0.json["causes"]?.arrayValue?.compactMap(\.stringValue) ?? [] })
        // The other one comes of the network.
        #expect(Set(VerificationCause.allCases.map(\.rawValue)).subtracting(causes) == ["unreachable"])
    }

    private func expectRights(of report: VerificationReport, as expected: JSON?) {
        guard let expected else { return }
        guard case .object(let members) = expected else {
            #expect(report.rights == nil)
            return
        }
        let actual = report.rights?.json
        for member in members.members { #expect(actual?[member.name]?.text() == member.value.text(), "\(member.name)") }
    }

    private func expectNothingSecret(in text: String) {
        for secret in TestCredential.secrets { #expect(!text.contains(secret)) }
    }

    private func expectOnlyDocumented(_ requests: [ProbeRequest], by connector: ConnectorName) {
        let documented =
            [
                "GET /sapi/v1/account/apiRestrictions", "GET /api/v3/account", "GET /fapi/v2/account",
                "GET /api/v3/time",
                "GET /fapi/v1/time", "GET /v5/user/query-api", "GET /v5/market/time", "GET /api/v5/account/config",
                "GET /api/v5/public/time", "POST /0/private/GetApiKeyInfo", "GET /0/public/Time",
                "GET /api/v1/user/api-key",
                "GET /api/v1/timestamp", "GET /api/v4/spot/accounts", "GET /api/v4/account/main_keys",
                "GET /api/v4/spot/time",
                "GET /api/v3/brokerage/key_permissions", "GET /api/v3/brokerage/time", "POST /info",
                "GET /api/v4/futures/usdt/accounts", "GET /api/v4/account/detail", "GET /api/v1/account-overview",
                "GET /api/v2/spot/account/info", "GET /api/v2/mix/account/accounts", "GET /api/v2/public/time",
                "GET /openApi/v1/account/apiPermissions", "GET /openApi/spot/v1/account/balance",
                "GET /openApi/swap/v2/server/time", "POST /spot/v4/query/open-orders",
                "POST /account/v1/transfer-contract-list", "GET /system/time", "GET /api/v1/account",
                "GET /api/v1/time",
                "POST /api/v2/account_balances/", "GET /api/v2/status/", "GET /v3/accounts/me/balances", "GET /v3/time",
                "GET /rest/v3/accounts", "GET /rest/v3/system/time", "POST /v1/roles", "POST /v1/balances",
                "GET /v1/symbols", "GET /v1/account/accounts", "GET /v2/user/uid", "GET /v2/user/api-key",
                "GET /v1/common/timestamp", "POST /AP/Authenticate", "GET /AP/GetAccountPositions",
                "GET /AP/GetUserAccountInfos", "GET /account", "GET /time", "GET /api/user/me",
                "GET /api/market/available-balance", "POST /auth/api_key/login", "POST /full/v1/account_summary",
                "POST /api/authenticate", "GET /api/whoami", "GET /api/risk-snapshot",
                "GET /trade-api/v2/margin/balance", "GET /trade-api/v2/margin/exchange/status",
            ] + TestWallets.questions
        for request in requests {
            // Some ask for an address by its path.
            let parts = request.path.split(separator: "/", omittingEmptySubsequences: false)
            let path = parts.map { $0.utf8.count >= 38 ? "{}" : String($0) }.joined(separator: "/")
            #expect(documented.contains("\(request.method.rawValue) \(path)"))
            #expect(request.base.isEncrypted && request.base.port == (request.path.hasPrefix("/AP/") ? 8443 : nil))
            if request.path == "/info" {
                let question = (try? JSON(parsing: request.body))?["type"]?.stringValue
                #expect(["userRole", "extraAgents", "vaultDetails"].contains(question))
            }
        }
    }
}
