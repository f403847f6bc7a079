public import Credentials
public import ExchangeVerification

/// Asks exchanges about credentials, and decides by a policy what may be saved.
public struct KeyVerification: Sendable {
    private let verifier: ExchangeVerifier
    private let policy: VerificationPolicy

    /// Joins a verifier with a policy.
    ///
    /// - Parameters:
    ///   - verifier: The one of this process, which holds the limits.
    ///   - policy: What holds unless a request says otherwise.
    public init(_ verifier: ExchangeVerifier, policy: VerificationPolicy = VerificationPolicy()) {
        self.verifier = verifier
        self.policy = policy
    }

    /// Checks a credential that is about to be saved. Costs a few network calls.
    ///
    /// - Parameters:
    ///   - credential: What shall be saved.
    ///   - choice: What the request wants otherwise than the policy.
    /// - Returns: What was found out, which lets the credential be saved; `nil` when nobody was to be asked.
    /// - Throws: ``Failure`` of kind `keyRejected` or `keyUnverified`, with the report.
    public func admit(_ credential: Credential, choice: VerificationChoice) async throws -> VerificationReport? {
        let policy = policy.applying(choice)
        guard policy.asksExchange else { return nil }
        let report = await verifier.verify(credential, allowingWithdrawals: policy.allowsWithdrawals)
        try Task.checkCancellation()
        guard report.allowsSaving || policy.savesUnverified && Self.isUnsure(report, choice, policy) else {
            throw Failure(refusing: credential.connector, because: report)
        }
        return report
    }

    /// Whether a credential that did not pass may be saved by those who say that they do not need it to.
    ///
    /// A key for another machine's address is told from a wrong one by few exchanges. Where one does not tell, only the
    /// request itself can insist, not a setting for all.
    private static func isUnsure(
        _ report: VerificationReport, _ choice: VerificationChoice, _ policy: VerificationPolicy
    ) -> Bool {
        if report.rights?.letsFundsLeave == true, !policy.allowsWithdrawals { return false }
        if report.outcome == .inconclusive || report.causes == [.addressNotAllowed] { return true }
        return choice.savesUnverified == true && report.causes.contains(.addressNotAllowed)
    }

    /// Checks a credential that is stored. Costs a few network calls.
    ///
    /// - Parameters:
    ///   - credential: What is stored.
    ///   - choice: What the request wants otherwise than the policy.
    /// - Returns: What was found out.
    func check(_ credential: Credential, choice: VerificationChoice) async -> VerificationReport {
        await verifier.verify(credential, allowingWithdrawals: policy.applying(choice).allowsWithdrawals)
    }
}

extension Failure {
    /// Says why a credential was not saved.
    fileprivate init(refusing connector: Connector, because report: VerificationReport) {
        self.init(
            report.outcome == .rejected ? .keyRejected : .keyUnverified, report.sentence(about: connector.name),
            hint: [report.cure, "Nothing was saved."].compactMap { $0 }.joined(separator: " "),
            fieldFaults: report.faults(of: connector), report: report)
    }
}

extension VerificationReport {
    /// The sentences that go with a credential that was saved after this.
    public func notices(about connector: ConnectorName) -> [String] {
        guard outcome != .valid else { return warnings }
        return [sentence(about: connector)] + [cure].compactMap { $0 } + warnings
    }
}
