public import Credentials

/// Checks credentials against their exchanges.
///
/// The requests of one check go out one after the other: the exchange's time first, then what proves the key. Checks of
/// different exchanges run at once, those of one exchange a few at a time, and never two with the same key.
public struct ExchangeVerifier: Sendable {
    private let registry: ProbeRegistry
    private let transport: any HTTPTransport
    private let endpoints: ExchangeEndpoints
    private let clock: VerificationClock
    private let nonces: any NonceMemory
    private let queue: ProbeQueue
    private let offsets = ClockOffsets()

    /// A verifier of the given parts. Keep one for a process, since its queue holds the limits.
    ///
    /// - Parameters:
    ///   - transport: Sends the requests.
    ///   - endpoints: Where the exchanges are instead of where they are.
    ///   - nonces: Remembers what keys have used whose requests are counted.
    ///   - clock: This machine's time.
    ///   - registry: The exchanges.
    ///   - limitPerExchange: How many checks of one exchange may run at once.
    public init(
        transport: any HTTPTransport, endpoints: ExchangeEndpoints = ExchangeEndpoints(), nonces: any NonceMemory,
        clock: VerificationClock = .system, registry: ProbeRegistry = .standard, limitPerExchange: Int = 4
    ) {
        self.transport = transport
        self.endpoints = endpoints
        self.nonces = nonces
        self.clock = clock
        self.registry = registry
        queue = ProbeQueue(limitPerExchange: limitPerExchange)
    }

    /// Whether credentials of a connector can be checked.
    public func canVerify(_ connector: ConnectorName) -> Bool { registry[connector] != nil }

    /// Checks a credential.
    ///
    /// - Parameters:
    ///   - credential: What to check.
    ///   - allowingWithdrawals: Whether a key with which funds can leave the account is fine.
    /// - Returns: What was found out; failures of the network are among the outcomes. Costs a few network calls.
    public func verify(_ credential: Credential, allowingWithdrawals: Bool) async -> VerificationReport {
        guard let probe = registry[credential.connector.name] else {
            return VerificationReport(
                outcome: .inconclusive, causes: [.notProvable], cure: VerificationCause.notProvable.cure,
                checkedAt: clock.now())
        }
        let key = KeyFingerprint(of: probe.identity(of: credential), at: credential.connector.exchange)
        let run = ProbeRun(
            probe: probe, credential: credential, key: key, transport: transport,
            override: endpoints[credential.connector.name], clock: clock, nonces: nonces, offsets: offsets)
        let finding: ProbeRun.Finding
        if case .judge(let verdict) = probe.next(after: [], for: credential) {
            finding = ProbeRun.Finding(verdict)
        } else {
            finding =
                await queue.run(credential.connector.exchange, key) { await run.finding() }
                ?? ProbeRun.Finding(failure: .cancelled)
        }
        return finding.report(
            on: credential, hiding: finding.sentTexts + credential.secretTexts,
            allowingWithdrawals: allowingWithdrawals, at: clock.now())
    }
}
