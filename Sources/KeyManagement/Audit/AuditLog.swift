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
    /// - Throws: ``Failure`` of kind `storage` when the intent cannot be written; the change is not made then.
    func recording<Value>(
        _ subject: AuditSubject, isolation: isolated (any Actor)? = #isolation, _ change: () async throws -> Value
    ) async throws -> Value {
        let announcement: ChainedLog.Announcement
        do {
            announcement = try await chain.announce(
                subject.members(event: "intent"), mayUseReserve: subject.action.freesSpace)
        } catch let error as StoreError {
            throw Failure(unwritten: error)
        }
        do {
            let value = try await changing(subject, change)
            try? await chain.finish(announcement, JSONObject([("outcome", "done")]))
            return value
        } catch {
            let code = (Failure(of: error)?.kind).map { JSON.string($0.rawValue) }
            var members = JSONObject([("outcome", "failed")])
            members["detail"] = code
            try? await chain.finish(announcement, members)
            throw error
        }
    }

    /// Makes a change; one that frees space gets the reserved space when the disk is full.
    private func changing<Value>(
        _ subject: AuditSubject, isolation: isolated (any Actor)? = #isolation, _ change: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await change()
        } catch let error as StoreError where subject.action.freesSpace && error.isFullDisk {
            guard await chain.releaseReserve() else { throw error }
            return try await change()
        }
    }

    /// Records what is no change. That it could not be recorded hinders nothing.
    func note(_ subject: AuditSubject, outcome: String? = nil) async {
        var members = subject.members(event: "event")
        members["outcome"] = outcome.map { .string($0) }
        try? await chain.add(members)
    }

    /// Records a login with a wrong name or password; many of one address become one line a minute with their count.
    ///
    /// - Parameter address: The client's, when it is known.
    public func loginFailed(from address: String?) async {
        let now = now()
        let count: Int? = failures.withLock { failures in
            var key = address ?? ""
            if failures[key] == nil, failures.count >= Self.addressLimit { key = "*" }
            failures[key, default: Failures()].count += 1
            if let last = failures[key]?.lastWritten,
                (0..<Self.coalescingMilliseconds).contains(now.milliseconds - last.milliseconds)
            {
                return nil
            }
            defer { failures[key] = Failures(count: 0, lastWritten: now) }
            return failures[key]?.count
        }
        if let count { await write(count, from: address) }
    }

    /// Records the failed logins that were counted and not yet written, for the end of a server.
    public func flush() async {
        let waiting = failures.withLock { failures in
            defer { failures = [:] }
            return failures.filter { $0.value.count > 0 }.map { ($0.key, $0.value.count) }
        }
        for (address, count) in waiting { await write(count, from: address.isEmpty ? nil : address) }
    }

    private func write(_ count: Int, from address: String?) async {
        let actor = AuditActor(door: "api", address: address)
        await AuditActor.$current.withValue(actor) {
            var members = AuditSubject(.loginFailed).members(event: "event")
            members["count"] = .integer(count)
            try? await chain.add(members)
        }
    }

    /// The records, oldest first, without lines that are none.
    ///
    /// - Parameter offset: Where the last reading ended; 0 reads everything.
    /// - Returns: The records and where this reading ended.
    /// - Throws: ``Failure`` of kind `storage`.
    public func records(from offset: Int = 0) async throws -> (records: [AuditRecord], end: Int) {
        try await Failure.translating {
            let (lines, end) = try await self.chain.lines(from: offset)
            return (lines.compactMap { $0.members.flatMap(AuditRecord.init(json:)) }, end)
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
