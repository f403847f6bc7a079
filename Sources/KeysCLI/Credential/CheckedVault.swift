import ArgumentParser
import Credentials
import ExchangeVerification
import KeyManagement
import OrderedJSON

/// What `credential verify` and `credential audit` have in common: check many keys, tell how far it is, sum up.
struct CheckedVault {
    let session: Session
    let exchanges: ExchangeOptions
    let password: PasswordOptions
    let power: PowerOption

    /// Checks the selected credentials.
    func run(_ selection: VerificationRound.Selection) async throws -> [VerificationRound.Item] {
        let items = try await ExchangeAccess.with(session, exchanges, for: selection.connector) { access in
            try await session.withVault(asking: access) { vault in
                if case .server = vault, !exchanges.urls.isEmpty { throw ExchangeOptions.askedOfServer }
                try await session.unlock(vault, with: password)
                let choice = VerificationChoice(allowsWithdrawals: power.allowWithdrawals ? true : nil)
                let line = ProgressLine(in: session)
                defer { line.clear() }
                return try await VerificationRound(vault.keys).run(selection, choice: choice) { step in
                    line.show("\(step.done) of \(step.total) keys checked")
                }
            }
        }
        let leftOut = items.filter { $0.result == .leftOut }
        if !leftOut.isEmpty {
            let names = Set(leftOut.map(\.summary.connector)).sorted().map(\.description).joined(separator: ", ")
            session.output.note(
                "Left out: \(leftOut.count) of \(names), whose exchange counts a key's requests, so that a check could "
                    + "disturb a running bot. --with-counted checks them, too; stop their bots first.")
        }
        return items
    }

    /// The exit code: a refused key before one that could not be checked, for whatever reason, before a warning.
    static func status(of items: [VerificationRound.Item], countingWarnings: Bool) -> ExitStatus {
        var statuses: Set<ExitStatus> = []
        for item in items {
            switch item.result {
            case .leftOut: break
            case .failed: statuses.insert(.unreachable)
            case .checked(let report):
                switch report.outcome {
                case .rejected: statuses.insert(.refused)
                case .inconclusive where !report.allowsSaving: statuses.insert(.unreachable)
                case .inconclusive, .valid: break
                }
                if countingWarnings, !report.warnings.isEmpty { statuses.insert(.doneWithWarnings) }
            }
        }
        let order: [ExitStatus] = [.refused, .unreachable, .doneWithWarnings]
        return order.first(where: statuses.contains) ?? .done
    }

    /// Says of every key what is not as it should be, with the cure.
    static func explain(_ items: [VerificationRound.Item], on output: Output) {
        for item in items {
            switch item.result {
            case .checked(let report):
                if report.outcome != .valid {
                    output.warning("\(item.account): \(report.sentence(about: item.summary.connector))")
                    if let cure = report.cure { output.hint(cure) }
                }
                for warning in report.warnings {
                    output.warning("\(item.account), \(item.summary.connector): \(warning)")
                }
            case .failed(let failure):
                output.warning(failure.message)
                if let hint = failure.hint { output.hint(hint) }
            case .leftOut: break
            }
        }
    }
}

extension VerificationRound.Item {
    /// The outcome in one cell.
    var outcome: String {
        switch result {
        case .checked(let report): KeyReport(report: report).outcome
        case .leftOut: "left out"
        case .failed: "failed"
        }
    }

    /// What was found out, or `nil`.
    var report: VerificationReport? {
        guard case .checked(let report) = result else { return nil }
        return report
    }

    /// As programs get it.
    var json: JSON {
        var members: [(String, JSON)] = [
            ("account", .string(account.description)), ("connector", .string(summary.connector.description)),
            ("verification", report?.json ?? .null), ("left_out", .bool(result == .leftOut)),
        ]
        if case .failed(let failure) = result {
            members.append(("error", ["code": .string(failure.kind.rawValue), "message": .string(failure.message)]))
        } else {
            members.append(("error", .null))
        }
        return .object(JSONObject(members))
    }
}

extension ExchangeOptions {
    /// A server asks the exchanges itself, from where it stands.
    static let askedOfServer = CommandError.usage(
        "The server asks the exchanges itself, so --exchange-url has no effect here.",
        hint: "Give it to keys-manager serve instead.")
}
