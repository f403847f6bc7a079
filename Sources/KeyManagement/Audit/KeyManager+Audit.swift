extension KeyManager {
    /// The audit log, for looking at its chain; `nil` when none is kept.
    public var auditLog: AuditLog? { audit }

    /// The audit log's records, oldest first.
    public func auditRecords(after number: Int) async throws -> [AuditRecord] {
        guard let audit else {
            throw Failure(.unsupported, "This program was started without an audit log.")
        }
        return try await audit.records(after: number)
    }
}
