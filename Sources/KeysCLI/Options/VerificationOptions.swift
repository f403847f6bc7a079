import ArgumentParser
import Credentials
import KeyManagement

/// How strictly a key is checked before it is saved.
struct VerificationOptions: ParsableArguments, Sendable {
    @Flag(
        name: .customLong("save-unverified"),
        help: "Save, too, when the check comes to nothing or the key is bound to other addresses.")
    var saveUnverified = false

    @Flag(name: .customLong("no-verify"), help: "Do not ask the exchange at all.")
    var noVerify = false

    @OptionGroup var power: PowerOption

    init() {}

    func validate() throws {
        if noVerify, saveUnverified || power.allowWithdrawals {
            throw ValidationError("--no-verify asks nobody, so it makes the other options about checks pointless.")
        }
    }

    /// The policy that the options come to.
    var policy: VerificationPolicy {
        VerificationPolicy(
            asksExchange: !noVerify, savesUnverified: saveUnverified, allowsWithdrawals: power.allowWithdrawals)
    }

    /// What takes its time while a key is saved.
    func activity(for connector: ConnectorName) -> String { noVerify ? "saving" : "checking the key with \(connector)" }

    /// What a server is told: only what was asked for, so that its own settings hold for the rest.
    var choice: VerificationChoice {
        VerificationChoice(
            asksExchange: noVerify ? false : nil, savesUnverified: saveUnverified ? true : nil,
            allowsWithdrawals: power.allowWithdrawals ? true : nil)
    }
}

/// Whether a key may be able to move funds away.
struct PowerOption: ParsableArguments, Sendable {
    @Flag(name: .customLong("allow-withdrawals"), help: "Accept a key with which funds can leave the account.")
    var allowWithdrawals = false

    init() {}
}
