import CredentialVault
import Credentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import KeyManagement
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysAPI

/// Runs a test against the API over a new vault whose log is kept, as `serve` wires them.
func withAuditedAPI(_ body: @Sendable (APITester) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
        let store = try FileCredentialStore(path: folder)
        let audit = AuditLog(of: store)
        let log = LogRecorder()
        let keys = KeyManager(
            store: store, vault: TestVault.vault(), catalog: .standard, verification: nil, logger: log.logger,
            audit: audit)
        try await keys.createVault(with: TestVault.password)
        let application = try buildApplication(
            configuration: testConfiguration(), keys: keys, catalog: .standard, logger: log.logger,
            onSession: { await audit.note($0) })
        try await application.test(.router) { client in
            let document = try await client.execute(uri: "/openapi.json", method: .get)
            let documented = try DocumentedStatuses(JSON(parsing: String(buffer: document.body)))
            try await body(APITester(client: client, keys: keys, folder: folder, log: log, documented: documented))
        }
    }
}
