import Credentials
import ExchangeVerification
import KeyManagement

/// The way to the exchanges, for as long as a command runs.
struct ExchangeAccess: Sendable {
    private let transport: any HTTPTransport
    private let endpoints: ExchangeEndpoints
    private let policy: VerificationPolicy

    /// What asks the exchanges and decides what may be saved.
    ///
    /// - Parameter nonces: Where the last nonces are remembered. One verifier is made of one access, so call this once.
    /// - Returns: The verifier under this command's policy.
    func verification(remembering nonces: any NonceMemory) -> KeyVerification {
        KeyVerification(
            ExchangeVerifier(transport: transport, endpoints: endpoints, nonces: nonces), policy: policy)
    }

    /// Says which exchanges are asked elsewhere than usual, also when quiet.
    func tellOverrides(of connector: ConnectorName? = nil, on output: Output) {
        let redirected = endpoints.overrides.filter { connector == nil || $0.connector == connector }
        guard !redirected.isEmpty else { return }
        let list = redirected.map { "\($0.connector) at \($0.base)" }.joined(separator: ", ")
        output.announcement("Exchanges are asked elsewhere than usual: \(list).")
    }

    /// Runs `body` with a way to the exchanges.
    ///
    /// - Parameters:
    ///   - session: Gives the environment and says what is in force.
    ///   - options: Where exchanges are instead of where they are.
    ///   - connector: The only connector that is concerned; `nil` for all.
    ///   - policy: What may be saved.
    ///   - body: Gets `nil` in a program that leaves exchanges alone.
    /// - Returns: What `body` returns.
    /// - Throws: ``CommandError/usage(_:hint:)`` for an address or a proxy that cannot be used; what `body` throws.
    static func with<Result: Sendable>(
        _ session: Session, _ options: ExchangeOptions, for connector: ConnectorName? = nil,
        policy: VerificationPolicy = VerificationPolicy(), _ body: (ExchangeAccess?) async throws -> Result
    ) async throws -> Result {
        guard session.program.asksExchanges else { return try await body(nil) }
        let endpoints: ExchangeEndpoints
        let proxy: ProxyAddress?
        do {
            endpoints = try ExchangeEndpoints(
                flags: options.urls, environment: session.program.environment,
                among: ConnectorCatalog.standard.names)
            proxy = try ProxyAddress.from(environment: session.program.environment)
        } catch let error as InvalidEndpoint {
            throw CommandError.usage(
                error.description, hint: "It comes from --exchange-url or a variable EXCHANGE_URL_<CONNECTOR>.")
        } catch let error as InvalidProxy {
            throw CommandError.usage(error.description, hint: nil)
        }
        for variable in endpoints.strangeVariables {
            session.output.warning(
                "\(variable) names no connector that could be redirected, so it has no effect; keys-manager connector list "
                    + "shows the names.")
        }
        return try await AsyncHTTPTransport.withTransport(proxy: proxy) { transport in
            let access = ExchangeAccess(transport: transport, endpoints: endpoints, policy: policy)
            // A server asks from where it stands; what is in force here is told once it turns out to matter.
            if !session.usesServer, policy.asksExchange || connector == nil {
                access.tellOverrides(of: connector, on: session.output)
            }
            return try await body(access)
        }
    }
}
