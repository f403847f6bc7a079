import Credentials
import ExchangeVerification
import KeyManagement
import Logging

/// Checks the keys of a vault again and again while a server runs.
struct PeriodicVerification: Sendable {
    let keys: any KeyOperations
    /// The mean time between two rounds, in seconds.
    let interval: Int
    let logger: Logger
    /// Waits that many milliseconds; throws when the task is cancelled.
    var sleep: @Sendable (Int) async throws -> Void = { try await Task.sleep(for: .milliseconds($0)) }
    /// A number from 0 to 1, so that many servers that start at once do not ask at once.
    var random: @Sendable () -> Double = { .random(in: 0...1) }

    /// Runs until the task is cancelled. The first round begins within a tenth of the interval.
    func run() async {
        await AuditActor.$current.withValue(AuditActor(door: "server")) { await rounds() }
    }

    private func rounds() async {
        var pause = Double(interval) * 0.1 * random()
        while (try? await sleep(Int(pause * 1000))) != nil {
            await round()
            pause = Double(interval) * (0.9 + 0.2 * random())
        }
    }

    private func round() async {
        do {
            guard try await keys.status().state == .unlocked else {
                return logger.notice("keys not checked: the vault is locked")
            }
            let items = try await VerificationRound(keys).run(VerificationRound.Selection())
            for item in items { tell(item) }
            logger.info("keys checked", metadata: ["count": "\(items.filter { $0.report != nil }.count)"])
        } catch is CancellationError {
            return
        } catch {
            logger.warning("keys not checked", metadata: ["reason": "\(Complaint(error).message)"])
        }
    }

    private func tell(_ item: VerificationRound.Item) {
        var subjects: Logger.Metadata = [
            "account": "\(item.account)", "connector": "\(item.summary.connector)",
        ]
        switch item.result {
        case .leftOut: break
        case .failed(let failure):
            subjects["reason"] = "\(failure.message)"
            logger.warning("key could not be checked", metadata: subjects)
        case .checked(let report):
            subjects["causes"] = "\(report.causes.map(\.rawValue).joined(separator: " "))"
            switch report.outcome {
            case .rejected: logger.warning("key refused by its exchange", metadata: subjects)
            case .inconclusive: logger.notice("key could not be checked", metadata: subjects)
            case .valid:
                guard !report.warnings.isEmpty else { return }
                subjects["causes"] = nil
                subjects["warnings"] = "\(report.warnings.count)"
                logger.notice("key valid, with warnings", metadata: subjects)
            }
        }
    }
}
