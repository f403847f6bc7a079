import Credentials
import ExchangeVerification
import KeyManagement

/// What a check found out, in a person's words.
struct KeyReport {
    let report: VerificationReport

    /// The outcome in one cell: `valid`, or the outcome with its likeliest causes.
    var outcome: String {
        guard !report.causes.isEmpty else { return report.outcome.rawValue }
        return "\(report.outcome.rawValue): " + report.causes.map(\.rawValue).joined(separator: " or ")
    }

    /// The outcome with its day.
    var outcomeWithTime: String { "\(outcome), \(report.checkedAt.description)" }

    /// What the key may do, such as `read, trade spot`; empty when the exchange does not tell.
    var rights: String {
        guard let rights = report.rights else { return "" }
        let named: [(Bool?, String)] = [
            (rights.read, "read"), (rights.tradeSpot, "trade spot"), (rights.tradeDerivatives, "trade derivatives"),
            (rights.transfer, "transfer"), (rights.transferOut, "TRANSFER OUT"), (rights.withdraw, "WITHDRAW"),
        ]
        return named.filter { $0.0 == true }.map(\.1).joined(separator: ", ")
    }

    /// The addresses that the key is bound to; empty when the exchange does not tell.
    var addresses: String {
        switch report.rights?.addresses {
        case .off?: "any"
        case .on(let list)?: list.isEmpty ? "bound" : list.joined(separator: " ")
        case nil: ""
        }
    }

    /// The day on which the key runs out; empty when it does not, or the exchange does not tell.
    var expiry: String { report.rights?.expires.map { String($0.description.prefix(10)) } ?? "" }

    /// Says what came of a check, with warnings and cure.
    func tell(of connector: ConnectorName, on output: Output) {
        if report.outcome == .valid {
            output.note(acceptance(of: connector))
        } else {
            output.warning(report.sentence(about: connector))
        }
        if let cure = report.cure { output.hint(cure) }
        for warning in report.warnings { output.warning(warning) }
    }

    private func acceptance(of connector: ConnectorName) -> String {
        let verdict = VerificationReport.acceptance(of: connector)
        var parts: [String] = []
        if !rights.isEmpty { parts.append("it may \(rights)") }
        if case .on(let list)? = report.rights?.addresses {
            parts.append(list.isEmpty ? "bound to addresses" : "bound to \(list.joined(separator: " "))")
        }
        if !expiry.isEmpty { parts.append("until \(expiry)") }
        return verdict + (parts.isEmpty ? "." : ": \(parts.joined(separator: "; ")).")
    }
}
