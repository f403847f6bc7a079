extension KeyManager {
    /// The audit log, for looking at its chain; `nil` when none is kept.
    public var auditLog: AuditLog? { audit }

    /// The audit log's records, oldest first.
    public func auditRecords(after number: Int) async throws -> [AuditRecord] {
        try await keptLog.records(after: number)
    }

    /// The audit log's first records after one, oldest first.
    public func auditRecords(after number: Int, atMost count: Int) async throws -> [AuditRecord] {
        try await keptLog.records(after: number, atMost: count)
    }

    /// The audit log's last records, oldest first.
    public func auditRecords(last count: Int) async throws -> [AuditRecord] {
        try await keptLog.lastRecords(count)
    }

    private var keptLog: AuditLog {
        get throws {
            guard let audit else {
                throw Failure(.unsupported, "This program was started without an audit log.")
            }
            return audit
        }
    }
}
