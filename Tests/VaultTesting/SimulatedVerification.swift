internal import Credentials
package import ExchangeSimulators
internal import ExchangeVerification
package import KeyManagement

/// Runs something with simulated exchanges on the loopback, and with what asks them as the program asks the real ones.
///
/// - Parameters:
///   - hosts: The exchanges to simulate.
///   - policy: What may be saved.
///   - body: What to do meanwhile.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws, or why an exchange could not be simulated.
package func withVerification<Result: Sendable>(
    _ hosts: [ExchangeHost], policy: VerificationPolicy = VerificationPolicy(),
    _ body: (SimulatorFleet, KeyVerification) async throws -> Result
) async throws -> Result {
    try await withExchangeSimulators(hosts) { fleet in
        let endpoints = try ExchangeEndpoints(
            flags: fleet.urlsByConnector.map { "\($0.key)=\($0.value)" }, among: ConnectorCatalog.standard.names)
        return try await AsyncHTTPTransport.withTransport { transport in
            let verifier = ExchangeVerifier(transport: transport, endpoints: endpoints, nonces: InMemoryNonces())
            return try await body(fleet, KeyVerification(verifier, policy: policy))
        }
    }
}

extension SimulatedKey {
    /// The key of ``TestVault/binance(_:in:mode:expecting:)``: it may read and trade, and its list holds this machine.
    ///
    /// - Parameters:
    ///   - rights: What it may do.
    ///   - addresses: Its list.
    /// - Returns: The key.
    package static func binance(
        rights: Set<SimulatedRight> = [.read, .tradeSpot], addresses: [String] = ["203.0.113.7"]
    ) -> SimulatedKey {
        SimulatedKey(key: "the-key", secret: "the-secret", rights: rights, ipAllowList: addresses)
    }
}
