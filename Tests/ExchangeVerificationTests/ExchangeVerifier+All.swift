import Credentials
import ExchangeVerification

extension ExchangeVerifier {
    /// Checks many credentials, as many at once as the limits allow.
    ///
    /// - Parameters:
    ///   - credentials: What to check.
    ///   - allowingWithdrawals: Whether keys with which funds can leave the account are fine.
    ///   - progress: Told of each outcome as it comes, with the credential's position.
    /// - Returns: The outcomes in the order of the credentials.
    func verifyAll(
        _ credentials: [Credential], allowingWithdrawals: Bool,
        progress: (_ position: Int, _ report: VerificationReport) async -> Void = { _, _ in }
    ) async -> [VerificationReport] {
        await withTaskGroup(of: (Int, VerificationReport).self) { group in
            for (position, credential) in credentials.enumerated() {
                group.addTask {
                    (position, await verify(credential, allowingWithdrawals: allowingWithdrawals))
                }
            }
            var reports: [Int: VerificationReport] = [:]
            for await (position, report) in group {
                reports[position] = report
                await progress(position, report)
            }
            return credentials.indices.compactMap { reports[$0] }
        }
    }
}
