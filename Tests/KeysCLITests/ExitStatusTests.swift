import KeyManagement
import Testing

@testable import KeysCLI

@Suite("Exit codes")
struct ExitStatusTests {
    private static let table: [Failure.Kind: Int32] = [
        .noSuchAccount: 66, .noSuchCredential: 66, .noSuchConnector: 66, .noSuchTrashEntry: 66, .accountExists: 73,
        .credentialExists: 73, .protectedAccount: 64, .invalidName: 64, .invalidInput: 64, .unsupported: 64,
        .locked: 78, .notConfigured: 78, .wrongPassword: 77, .unauthorized: 77, .conflict: 75, .busy: 75, .damaged: 65,
        .storage: 74, .unreachable: 69, .internal: 1, .keyRejected: 77, .keyUnverified: 69,
    ]

    @Test("of every kind of failure are these", arguments: Failure.Kind.allCases)
    func kinds(_ kind: Failure.Kind) { #expect(ExitStatus(kind).rawValue == Self.table[kind]) }

    @Test("of the command line's own complaints")
    func own() {
        #expect(CommandError.usage("", hint: nil).status.rawValue == 64)
        #expect(CommandError.nobodyToAsk("", hint: "").status.rawValue == 64)
        #expect(CommandError.declined.status.rawValue == 1)
    }
}
