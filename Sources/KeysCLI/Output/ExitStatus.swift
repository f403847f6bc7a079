import KeyManagement

/// How a run ended, in the numbers that scripts may rely on; most are those of BSD's `sysexits.h`.
enum ExitStatus: Int32, CaseIterable {
    case done = 0
    case otherFailure = 1
    /// An audit found something that a person should know, or keys are missing in a backup.
    case doneWithWarnings = 2
    case usage = 64
    case damagedData = 65
    case notFound = 66
    case unreachable = 69
    case alreadyExists = 73
    case storage = 74
    case tryAgain = 75
    case refused = 77
    case notReady = 78

    init(_ kind: Failure.Kind) {
        self =
            switch kind {
            case .noSuchAccount, .noSuchCredential, .noSuchConnector, .noSuchTrashEntry: .notFound
            case .accountExists, .credentialExists: .alreadyExists
            case .protectedAccount, .invalidName, .invalidInput, .unsupported: .usage
            case .locked, .notConfigured: .notReady
            case .wrongPassword, .unauthorized, .keyRejected: .refused
            case .conflict, .busy: .tryAgain
            case .damaged: .damagedData
            case .storage: .storage
            case .unreachable, .keyUnverified: .unreachable
            case .internal: .otherFailure
            }
    }
}
