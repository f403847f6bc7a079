/// What the audit log is told of sessions. `AuditActor.current` says whose.
public enum SessionEvent: Sendable, Equatable {
    /// Somebody signed in.
    case began
    /// So many sessions were ended by signing out.
    case ended(count: Int)
}
