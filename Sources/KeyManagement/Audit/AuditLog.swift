public import CredentialVault
public import ExchangeVerification
internal import OrderedJSON
internal import Synchronization

/// The record of who did what with a vault: an intent before each change, an outcome after it, never a secret.
public final class AuditLog: Sendable {
    /// Failed logins of one address within this time are one line, in milliseconds.
    private static let coalescingMilliseconds = 60_000
    /// So many addresses are told apart at a time; beyond, they count as one.
    private static let addressLimit = 256

    private struct Failures {
        var count = 0
        var lastWritten: UnixTime?
    }

    /// Where the lines are.
    public let chain: ChainedLog
    private let now: @Sendable () -> UnixTime
    private let failures = Mutex<[String: Failures]>([:])
    /// Ends of changes that could not be written, to be written when it is possible again.
    private let unwritten = Mutex<[(ChainedLog.Announcement, AuditAction, JSONObject)]>([])

    /// The log of a store.
    ///
    /// - Parameters:
    ///   - store: Whose folder holds it.
    ///   - rotationByteCount: When a file of it is set aside.
    ///   - now: This machine's time.
    public init(
        of store: FileCredentialStore, rotationByteCount: Int = 8 << 20,
        now: @escaping @Sendable () -> UnixTime = { UnixTime.now() }
    ) {
        self.now = now
        chain = ChainedLog(of: store, rotationByteCount: rotationByteCount) { now().descriptionWithMilliseconds }
    }

    /// Announces a change, makes it, and records how it ended.
    ///
    /// - Parameters:
    ///   - subject: What is changed.
    ///   - isolation: Where the change is made.
    ///   - summary: What to say of a change that was made; never a secret.
    ///   - change: The change.
    /// - Returns: What the change gives.
    /// - Throws: ``Failure`` of kind `storage` when the intent cannot be written; the change is not made then.
    func recording<Value>(
        _ subject: AuditSubject, isolation: isolated (any Actor)? = #isolation,
        summary: (Value) -> String? = { _ in nil },
        _ change: () async throws -> Value
    ) async throws -> Value {
        await writeEnds()
        let announcement: ChainedLog.Announcement
        do {
            announcement = try await chain.announce(
                subject.members(event: "intent"), mayUseReserve: subject.action.mayUseReserve)
        } catch let error as StoreError {
            throw Failure(unwritten: error)
        }
        do {
            let value = try await changing(subject, change)
            var members = JSONObject([("outcome", "done")])
            members["detail"] = summary(value).map { .string($0) }
            await end(announcement, subject.action, members)
            return value
        } catch {
            let code = (Failure(of: error)?.kind).map { JSON.string($0.rawValue) }
            var members = JSONObject([("outcome", "failed")])
            members["detail"] = code
            await end(announcement, subject.action, members)
            throw error
        }
    }

    /// Records how a change ended, now or when it becomes possible.
    private func end(_ announcement: ChainedLog.Announcement, _ action: AuditAction, _ members: JSONObject) async {
        do {
            try await chain.finish(announcement, members, mayUseReserve: action.mayUseReserve)
        } catch {
            unwritten.withLock { $0.append((announcement, action, members)) }
        }
    }

    private func writeEnds() async {
        let waiting = unwritten.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for (announcement, action, members) in waiting { await end(announcement, action, members) }
    }

    /// Makes a change; one that may gets the reserved space when the disk is full.
    private func changing<Value>(
        _ subject: AuditSubject, isolation: isolated (any Actor)? = #isolation, _ change: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await change()
        } catch let error as StoreError where subject.action.mayUseReserve && error.isFullDisk {
            guard await chain.releaseReserve() else { throw error }
            return try await change()
        }
    }

    /// Records what is no change. That it could not be recorded hinders nothing.
    func note(_ subject: AuditSubject, outcome: String? = nil, count: Int? = nil) async {
        var members = subject.members(event: "event")
        members["outcome"] = outcome.map { .string($0) }
        members["count"] = count.map { .integer($0) }
        try? await chain.add(members, mayUseReserve: subject.action.mayUseReserve)
    }

    /// Records a login with a wrong name or password; many of one address become one line a minute with their count.
    ///
    /// - Parameter address: The client's, when it is known.
    public func loginFailed(from address: String?) async {
        let now = now()
        var key = address ?? ""
        let count: Int? = failures.withLock { failures in
            Self.forgetOld(&failures, now)
            if failures[key] == nil, failures.count >= Self.addressLimit { key = Self.others }
            failures[key, default: Failures()].count += 1
            if let last = failures[key]?.lastWritten,
                (0..<Self.coalescingMilliseconds).contains(now.milliseconds - last.milliseconds)
            {
                return nil
            }
            defer { failures[key] = Failures(count: 0, lastWritten: now) }
            return failures[key]?.count
        }
        if let count { await write(count, from: key) }
    }

    /// Records that somebody signed in by the page.
    public func signedIn() async { await note(AuditSubject(.signIn), outcome: "done") }

    /// Records that sessions were ended by signing out.
    ///
    /// - Parameter count: How many.
    public func signedOut(count: Int) async {
        await note(AuditSubject(.signOut), outcome: "done", count: count > 1 ? count : nil)
    }

    /// Failed logins from more addresses than are told apart.
    private static let others = "other addresses"

    /// Addresses without a failure for a minute need no place; nothing waits to be written for them.
    private static func forgetOld(_ failures: inout [String: Failures], _ now: UnixTime) {
        guard failures.count >= addressLimit else { return }
        failures = failures.filter { $0.value.count > 0 || !isOver($0.value, now) }
    }

    private static func isOver(_ failures: Failures, _ now: UnixTime) -> Bool {
        failures.lastWritten.map { now.milliseconds - $0.milliseconds >= coalescingMilliseconds } ?? true
    }

    /// Records the failed logins that were counted and not yet written: of minutes that are over, or at the end all.
    ///
    /// - Parameter isFinal: Whether the server ends.
    public func flush(isFinal: Bool) async {
        let now = now()
        let waiting = failures.withLock { failures in
            let due = failures.filter { $0.value.count > 0 && (isFinal || Self.isOver($0.value, now)) }
            for key in due.keys { failures[key] = Failures(count: 0, lastWritten: now) }
            return due.map { ($0.key, $0.value.count) }
        }
        for (key, count) in waiting.sorted(by: { $0.0 < $1.0 }) { await write(count, from: key) }
    }

    /// Writes the failed logins of each minute that is over, until the task is cancelled.
    public func flushEveryMinute() async {
        while (try? await Task.sleep(for: .milliseconds(Self.coalescingMilliseconds))) != nil {
            await flush(isFinal: false)
        }
    }

    private func write(_ count: Int, from key: String) async {
        let actor = AuditActor(door: "api", address: key.isEmpty ? nil : key)
        await AuditActor.$current.withValue(actor) {
            var members = AuditSubject(.loginFailed).members(event: "event")
            members["count"] = .integer(count)
            try? await chain.add(members)
        }
    }

    /// The records, oldest first, without lines that are none.
    ///
    /// - Parameter number: The number of the last record that the caller has; 0 reads everything.
    /// - Returns: The records after that one.
    /// - Throws: ``Failure`` of kind `storage`, `damaged`.
    public func records(after number: Int = 0) async throws -> [AuditRecord] {
        try await Failure.translating {
            try await self.chain.lines(after: number).compactMap { $0.members.flatMap(AuditRecord.init(json:)) }
        }
    }

    /// The first records after one, oldest first, without lines that are none; reads no more of a long log than it must.
    ///
    /// - Parameters:
    ///   - number: The number of the last record that the caller has; 0 begins with the first one.
    ///   - count: How many at most.
    /// - Returns: Fewer only where there are no more.
    /// - Throws: ``Failure`` of kind `storage`, `damaged`.
    public func records(after number: Int, atMost count: Int) async throws -> [AuditRecord] {
        try await Failure.translating {
            try await self.chain.lines(after: number, atMost: count) { AuditRecord(json: $0) }
        }
    }

    /// The last records, oldest first, without lines that are none; reads no more of a long log than it must.
    ///
    /// - Parameter count: How many.
    /// - Returns: As many as there are.
    /// - Throws: ``Failure`` of kind `storage`, `damaged`.
    public func lastRecords(_ count: Int) async throws -> [AuditRecord] {
        try await Failure.translating {
            try await self.chain.lastLines(count).compactMap { $0.members.flatMap(AuditRecord.init(json:)) }
        }
    }
}

extension StoreError {
    fileprivate var isFullDisk: Bool {
        guard case .file(let error) = self else { return false }
        return error.isFullDisk
    }
}

extension Failure {
    fileprivate init(unwritten error: StoreError) {
        let failure = Failure(error)
        self.init(
            failure.kind, "The audit log cannot be written, so nothing was changed: \(failure.message)",
            hint: failure.hint)
    }

    /// The failure that an error becomes at a door; `nil` for a cancellation.
    fileprivate init?(of error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as StoreError: self.init(error)
        case let error as VaultError: self.init(error)
        case is CancellationError: return nil
        default: self.init(.internal, "Something went wrong inside the program.")
        }
    }
}
