import CredentialVault
import Credentials

/// Where a process dies.
struct CrashPoint: CustomStringConvertible {
    /// `nil`: nowhere.
    var step: WriteStep?
    /// Which time it comes by the step, from 1.
    var occurrence = 1
    /// Whether the file system can exchange two entries.
    var hasRenameFlags = true

    static let none = CrashPoint(step: nil)

    var description: String {
        (hasRenameFlags ? "" : "plain:") + (step.map { "\($0):\(occurrence)" } ?? "none")
    }

    init(step: WriteStep?, occurrence: Int = 1, hasRenameFlags: Bool = true) {
        self.step = step
        self.occurrence = occurrence
        self.hasRenameFlags = hasRenameFlags
    }

    init?(_ text: String) {
        var parts = text.split(separator: ":")[...]
        if parts.first == "plain" {
            hasRenameFlags = false
            parts.removeFirst()
        }
        guard let name = parts.popFirst() else { return nil }
        if name != "none" {
            guard let step = WriteStep(rawValue: String(name)) else { return nil }
            self.step = step
        }
        if let number = parts.popFirst() {
            guard let occurrence = Int(number) else { return nil }
            self.occurrence = occurrence
        }
    }
}

/// One change of a vault, as it is handed to the process that dies in it.
enum CrashOperation: Equatable {
    case add(account: String, connector: String, value: String)
    case replace(account: String, connector: String, value: String)
    case remove(account: String, connector: String)
    case restore(id: String)
    case createAccount(String)
    case deleteAccount(String)
    case changePassword(to: String)
    case adopt
    /// From the vault beside it, which holds just this.
    case importing(account: String, connector: String, value: String)

    /// Its kind, for the table.
    var kind: String { arguments[0] }

    /// The steps that it comes by.
    func steps(hasRenameFlags: Bool) -> [WriteStep] {
        switch self {
        case .changePassword, .adopt:
            [.began, .stagedFile, .staged, .committed, .renamedFile, .changed, .durable, .finished]
        case .replace where !hasRenameFlags: [.began, .digested, .staged, .copied, .changed, .durable, .finished]
        case .add, .replace, .importing: [.began, .digested, .staged, .changed, .durable, .finished]
        default: [.began, .staged, .changed, .durable, .finished]
        }
    }

    /// Its command line.
    var arguments: [String] {
        switch self {
        case .add(let account, let connector, let value): ["add", account, connector, value]
        case .replace(let account, let connector, let value): ["replace", account, connector, value]
        case .remove(let account, let connector): ["remove", account, connector]
        case .restore(let id): ["restore", id]
        case .createAccount(let account): ["create-account", account]
        case .deleteAccount(let account): ["delete-account", account]
        case .changePassword(let password): ["change-password", password]
        case .adopt: ["adopt"]
        case .importing(let account, let connector, let value): ["import", account, connector, value]
        }
    }

    init?(_ arguments: [String]) {
        switch (arguments.first, arguments.count) {
        case ("add", 4): self = .add(account: arguments[1], connector: arguments[2], value: arguments[3])
        case ("replace", 4): self = .replace(account: arguments[1], connector: arguments[2], value: arguments[3])
        case ("remove", 3): self = .remove(account: arguments[1], connector: arguments[2])
        case ("restore", 2): self = .restore(id: arguments[1])
        case ("create-account", 2): self = .createAccount(arguments[1])
        case ("delete-account", 2): self = .deleteAccount(arguments[1])
        case ("change-password", 2): self = .changePassword(to: arguments[1])
        case ("adopt", 1): self = .adopt
        case ("import", 4): self = .importing(account: arguments[1], connector: arguments[2], value: arguments[3])
        default: return nil
        }
    }
}
