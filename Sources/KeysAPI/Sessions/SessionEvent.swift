public import KeyManagement

/// What the audit log is told of sessions. `AuditActor.current` says whose.
public enum SessionEvent: Sendable, Equatable {
    /// Somebody signed in.
    case began
    /// So many sessions were ended by signing out.
    case ended(count: Int)
}

extension AuditLog {
    /// Records what became of a session.
    public func note(_ event: SessionEvent) async {
        switch event {
        case .began: await signedIn()
        case .ended(let count): await signedOut(count: count)
        }
    }
}
