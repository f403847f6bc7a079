import ArgumentParser
import CredentialVault
import Credentials
import ExchangeVerification
import KeyManagement

/// Any error in the words that a person reads.
struct Complaint {
    let message: String
    let hint: String?
    let fieldFaults: [Failure.FieldFaultText]
    let status: ExitStatus

    init(_ error: any Error) {
        switch error {
        case let failure as Failure:
            self.init(
                message: failure.message, hint: Self.hint(of: failure),
                // Where the message holds the faults' sentences already, they are not said twice.
                fieldFaults: failure.untoldFaults,
                status: ExitStatus(failure.kind))
        case let error as CommandError:
            self.init(message: error.message, hint: error.hint, fieldFaults: [], status: error.status)
        case let error as InvalidName:
            self.init(message: error.sentence, hint: nil, fieldFaults: [], status: .usage)
        case let error as InvalidCredential:
            self.init(Failure(error))
        case let error as StoreError:
            self.init(Failure(error))
        case let failure as ReportedFailure:
            self.init(message: "", hint: nil, fieldFaults: [], status: failure.status)
        case is CancellationError:
            self.init(message: "Interrupted.", hint: nil, fieldFaults: [], status: .otherFailure)
        default:
            // An unknown error's own text may quote anything; its type tells a developer enough.
            self.init(
                message: "Something unexpected went wrong (\(type(of: error))).",
                hint: "Please report this with the command that you ran, without its secrets.", fieldFaults: [],
                status: .otherFailure)
        }
    }

    /// The cure, with the option by which the command line lets a person insist.
    private static func hint(of failure: Failure) -> String? {
        let causes = failure.report?.causes ?? []
        let option: String? =
            if causes.contains(.tooMuchPower) {
                "--allow-withdrawals allows such a key."
            } else if failure.kind == .keyUnverified {
                "--save-unverified saves it all the same."
            } else {
                nil
            }
        let sentences = [failure.hint, option].compactMap { $0 }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    private init(message: String, hint: String?, fieldFaults: [Failure.FieldFaultText], status: ExitStatus) {
        self.message = message
        self.hint = hint
        self.fieldFaults = fieldFaults
        self.status = status
    }
}

/// A failure that the command has told already, in a shape of its own.
struct ReportedFailure: Error {
    let status: ExitStatus
}

/// What only the command line can complain about.
enum CommandError: Error, Equatable {
    /// The command was asked in a way that cannot work.
    case usage(String, hint: String?)
    /// A question has to be answered, and nobody is there.
    case nobodyToAsk(String, hint: String)
    /// The person said no, or ended the input.
    case declined

    var message: String {
        switch self {
        case .usage(let message, _), .nobodyToAsk(let message, _): message
        case .declined: "Stopped; nothing was changed."
        }
    }

    var hint: String? {
        switch self {
        case .usage(_, let hint): hint
        case .nobodyToAsk(_, let hint): hint
        case .declined: nil
        }
    }

    var status: ExitStatus {
        switch self {
        case .usage, .nobodyToAsk: .usage
        case .declined: .otherFailure
        }
    }
}

extension InvalidName {
    /// The sentence for a person; a reserved name breaks no rule of spelling.
    var sentence: String {
        kind == .account && text == "gateway"
            ? "No account can be called gateway: the API's wallet routes take that name." : description
    }
}
