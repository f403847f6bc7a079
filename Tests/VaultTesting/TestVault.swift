package import CredentialVault
package import Credentials
package import KeyManagement
package import Logging
internal import OrderedJSON

/// Vaults whose derivations take a millisecond instead of a third of a second; everything else is the real thing.
package enum TestVault {
    /// The password of every vault made here.
    package static let password = Secret("correct horse battery staple")

    /// A locked vault with cheap derivations.
    package static func vault() -> Vault { Vault(standard: SealingStandard(rounds: 1000), threadCount: 2) }

    /// The use cases over a folder, locked; nothing is created.
    package static func manager(
        at path: String, watching: Bool = false, verification: KeyVerification? = nil,
        logger: Logger = .silent
    ) throws -> KeyManager {
        KeyManager(
            store: try FileCredentialStore(path: path, watching: watching), vault: vault(), catalog: .standard,
            verification: verification, logger: logger)
    }

    /// The use cases over a new vault in a folder, unlocked.
    package static func created(
        at path: String, watching: Bool = false, verification: KeyVerification? = nil,
        logger: Logger = .silent
    ) async throws -> KeyManager {
        let manager = try manager(at: path, watching: watching, verification: verification, logger: logger)
        try await manager.createVault(with: password)
        return manager
    }

    /// A request to add binance with the given secret.
    package static func binance(
        _ secret: String = "the-secret", in account: AccountName = .master, mode: SaveRequest.Mode = .add,
        expecting revision: Revision? = nil
    ) throws -> SaveRequest {
        SaveRequest(
            account: account, connector: try ConnectorName("binance"),
            input: JSONObject([("api_key", "the-key"), ("api_secret", .string(secret))]), mode: mode,
            expectedRevision: revision)
    }
}

extension Logger {
    /// A logger that keeps nothing.
    package static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
