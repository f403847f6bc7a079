import CredentialVault
import Credentials
import Foundation
import Glibc
import KeyManagement

/// One vault, changed by one process after the other, nearly all of which die on the way.
///
/// The vault is never mended in between: what one leaves is what the next one starts with.
final class CrashCampaign {
    private let vault: CrashVault
    private var random: Generator
    private var number = 0
    /// For each kind of change how many processes of it were to die at a step.
    private var turns: [String: Int] = [:]
    /// How long a process of a kind takes, in microseconds.
    private var duration: [String: Double] = [:]
    private var kills: [String: (atStep: Int, atRandom: Int, steps: Set<String>, finished: Int)] = [:]

    private static let accounts = ["master_account", "desk", "spare"]
    private static let connectors = ["binance", "bybit", "mexc"]

    init(folder: String, seed: UInt64) async throws {
        vault = CrashVault(folder: folder)
        random = Generator(state: seed)
        try await vault.make()
    }

    /// - Returns: Whether nothing was lost.
    func run(kills wanted: Int) async throws -> Bool {
        var done = 0
        var before = try await vault.content()
        while done < wanted {
            number += 1
            let operation = try await nextOperation(&before)
            let after = expectation(of: operation, before)
            // Every step in turn, and every third time any moment.
            let isRandom = number % 25 % 3 == 0
            let death = isRandom ? .none : nextDeath(of: operation)
            let outcome = try spawn(operation, dyingAt: death, isRandom: isRandom)
            do {
                let found = try await vault.content()
                try check(found, operation, before, after, outcome)
                before = found
            } catch {
                print(
                    "FAILED in change \(number), \(operation.arguments.joined(separator: " ")), at \(death): \(error)")
                return false
            }
            if outcome.isKilled { done += 1 }
            if number % 200 == 0 { try vault.clearLog() }
            count(operation, outcome, isRandom: isRandom)
        }
        try await finish(before)
        return showsEveryStep()
    }

    private func check(
        _ found: CrashVault.Content, _ operation: CrashOperation, _ before: CrashVault.Content,
        _ after: CrashVault.Content, _ outcome: Outcome
    ) throws {
        guard found.live == before.live || found.live == after.live else {
            throw CrashVault.Fault.found("the credentials are neither old nor new: \(found.live)")
        }
        guard found.password == before.password || found.password == after.password else {
            throw CrashVault.Fault.found("the password is neither old nor new")
        }
        for (value, count) in before.values where found.values[value, default: 0] < count {
            throw CrashVault.Fault.found("\(value) is lost")
        }
        guard outcome.isKilled || outcome.isAcknowledged else {
            throw CrashVault.Fault.found("it failed with code \(outcome.status)")
        }
        if outcome.isAcknowledged {
            let leftovers = try vault.leftovers()
            guard leftovers.isEmpty else { throw CrashVault.Fault.found("left behind: \(leftovers)") }
            guard found.live == after.live, found.password == after.password else {
                throw CrashVault.Fault.found("it was acknowledged and is not there")
            }
        }
    }

    private func count(_ operation: CrashOperation, _ outcome: Outcome, isRandom: Bool) {
        var row = kills[operation.kind] ?? (0, 0, [], 0)
        if !outcome.isKilled {
            row.finished += 1
            if isRandom { duration[operation.kind] = outcome.microseconds }
        } else if isRandom {
            row.atRandom += 1
        } else {
            row.atStep += 1
            if let step = outcome.step { row.steps.insert(step) }
        }
        kills[operation.kind] = row
    }

    /// Whether every kind of change was stopped at each of its steps; a short campaign does not get that far.
    private func showsEveryStep() -> Bool {
        let missing = kinds.flatMap { kind in
            kind.steps(hasRenameFlags: true).filter {
                !kills[kind.kind, default: (0, 0, [], 0)].steps.contains("\($0)")
            }
            .map { "\(kind.kind) at \($0)" }
        }
        for step in missing { print("never stopped: \(step)") }
        return missing.isEmpty
    }

    private let kinds: [CrashOperation] = [
        .add(account: "", connector: "", value: ""), .replace(account: "", connector: "", value: ""),
        .remove(account: "", connector: ""), .restore(id: ""), .createAccount(""), .deleteAccount(""),
        .changePassword(to: ""), .adopt, .importing(account: "", connector: "", value: ""),
    ]

    /// The next change tidies up, and all entries of the undo store can still be brought back.
    private func finish(_ last: CrashVault.Content) async throws {
        let manager = try vault.manager()
        try await manager.unlock(with: Secret(last.password))
        for entry in try await manager.trash() {
            // A credential needs its account.
            let isThere = try await manager.accounts().contains(entry.account)
            if entry.kind == .account || isThere { try await manager.restore(entry.id, force: true) }
        }
        let leftovers = try vault.leftovers()
        guard leftovers.isEmpty else { throw CrashVault.Fault.found("left behind: \(leftovers)") }
        let now = try await vault.content()
        for value in last.values.keys where now.values[value] == nil {
            throw CrashVault.Fault.found("\(value) is lost")
        }
        print("change            killed at steps   at random   got through   steps")
        for (kind, row) in kills.sorted(by: { $0.key < $1.key }) {
            let columns = [
                kind.padding(18), "\(row.atStep)".padding(18), "\(row.atRandom)".padding(12),
                "\(row.finished)".padding(14),
            ]
            print(columns.joined() + row.steps.sorted().joined(separator: " "))
        }
        let total = kills.values.map { $0.atStep + $0.atRandom }.reduce(0, +)
        print("\(total) kills, nothing lost")
    }

    // MARK: What to do next

    /// The steps of a kind of change in turn; of many files any one. Every fourth time the file system cannot exchange.
    private func nextDeath(of operation: CrashOperation) -> CrashPoint {
        let turn = turns[operation.kind, default: 0]
        turns[operation.kind] = turn + 1
        let isPlain: Bool
        switch operation {
        case .replace, .importing, .changePassword, .adopt: isPlain = turn % 4 == 3
        // Restoring an account over another takes two steps there.
        default: isPlain = false
        }
        let steps = operation.steps(hasRenameFlags: !isPlain)
        let step = isPlain && steps.contains(.copied) && turn % 8 == 3 ? .copied : steps[turn % steps.count]
        // A change of the password has at least as many files; one file is what `adopt` is given.
        let isOfMany = operation.kind == "change-password" && [.stagedFile, .renamedFile].contains(step)
        let occurrence = isOfMany ? 1 + number(below: 5) : 1
        return CrashPoint(step: step, occurrence: occurrence, hasRenameFlags: !isPlain)
    }

    private func nextOperation(_ before: inout CrashVault.Content) async throws -> CrashOperation {
        if before.trash.count > 12 {
            // Purging is no kind of change that could lose anything but what it shall.
            _ = try await vault.manager().purge(olderThan: 0)
            before = try await vault.content()
        }
        // The kinds in turn, so that even a short campaign sees them all; what is not possible now makes room for another.
        for _ in 0..<20 {
            if let operation = try await operation(number % 9, &before) { return operation }
        }
        while true {
            if let operation = try await operation(number(below: 9), &before) { return operation }
        }
    }

    private func operation(
        _ kind: Int, _ before: inout CrashVault.Content
    ) async throws -> CrashOperation? {
        let account = Self.accounts[number(below: Self.accounts.count)]
        let connector = Self.connectors[number(below: Self.connectors.count)]
        let isThere = before.live[account]?[connector] != nil
        switch kind {
        case 0:
            return isThere || before.live[account] == nil
                ? nil : .add(account: account, connector: connector, value: "v\(number)")
        case 1: return isThere ? .replace(account: account, connector: connector, value: "v\(number)") : nil
        case 2: return isThere ? .remove(account: account, connector: connector) : nil
        case 3:
            let entries = before.trash.keys.sorted()
            guard !entries.isEmpty else { return nil }
            let id = entries[number(below: entries.count)]
            // A credential needs its account.
            guard let entry = before.trash[id], entry.connector == nil || before.live[entry.account] != nil else {
                return nil
            }
            return .restore(id: id)
        case 4: return before.live[account] == nil ? .createAccount(account) : nil
        case 5: return account != "master_account" && before.live[account] != nil ? .deleteAccount(account) : nil
        case 6: return .changePassword(to: "p\(number)")
        case 7:
            guard before.live[account] != nil else { return nil }
            try await vault.makeSource(account, connector, value: "v\(number)")
            return .importing(account: account, connector: connector, value: "v\(number)")
        default:
            guard before.live[account] != nil, !isThere else { return nil }
            try vault.writeForeign(account, connector, value: "v\(number)")
            before = try await vault.content()
            return .adopt
        }
    }

    /// What the vault holds once the change is done; the undo store is checked by its values.
    private func expectation(of operation: CrashOperation, _ before: CrashVault.Content) -> CrashVault.Content {
        var after = before
        switch operation {
        case .add(let account, let connector, let value), .replace(let account, let connector, let value),
            .importing(let account, let connector, let value):
            after.live[account]?[connector] = value
        case .remove(let account, let connector): after.live[account]?[connector] = nil
        case .createAccount(let account): after.live[account] = [:]
        case .deleteAccount(let account): after.live[account] = nil
        case .changePassword(let password): after.password = password
        case .adopt: break
        case .restore(let id):
            guard let entry = before.trash[id] else { break }
            if let connector = entry.connector {
                after.live[entry.account]?[connector] = entry.values[connector]
            } else {
                after.live[entry.account] = entry.values
            }
        }
        return after
    }

    private func number(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

    // MARK: Processes

    private struct Outcome {
        let isKilled: Bool
        let isAcknowledged: Bool
        let status: Int32
        let step: String?
        let microseconds: Double
    }

    private func spawn(_ operation: CrashOperation, dyingAt death: CrashPoint, isRandom: Bool) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["do", vault.folder, "\(death)"] + operation.arguments
        let output = Pipe()
        process.standardOutput = output
        let start = ContinuousClock.now
        try process.run()
        if isRandom {
            let longest = duration[operation.kind] ?? 60_000
            usleep(UInt32(Double.random(in: 0...longest, using: &random)))
            kill(process.processIdentifier, SIGKILL)
        }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let taken = ContinuousClock.now - start
        let lines = text.split(separator: "\n").map(String.init)
        let isAcknowledged = lines.last == "acknowledged"
        let isKilled = process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL
        return Outcome(
            isKilled: isKilled && !isAcknowledged, isAcknowledged: isAcknowledged, status: process.terminationStatus,
            step: lines.last, microseconds: Double(taken.components.attoseconds) / 1e12)
    }
}

/// SplitMix64: the same seed makes the same campaign, but for the moments of random kills.
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension String {
    fileprivate func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
