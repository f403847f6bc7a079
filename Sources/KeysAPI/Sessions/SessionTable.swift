import ExchangeVerification
import Synchronization

/// Who is signed in by the page, in the memory of this process only: a restart signs everybody out.
final class SessionTable: Sendable {
    /// A session as its owner may know it.
    struct Session: Sendable {
        /// By this machine's clock, for showing.
        let signedInAt: UnixTime
        fileprivate let began: Duration
        fileprivate var lastUse: Duration
    }

    let limits: ServerConfiguration.SessionLimits
    /// The time since the table was made; it goes on while the machine sleeps.
    private let now: @Sendable () -> Duration
    private let sessions = Mutex<[SessionKey: Session]>([:])

    init(limits: ServerConfiguration.SessionLimits, clock: some Clock<Duration> & Sendable) {
        self.limits = limits
        let start = clock.now
        now = { start.duration(to: clock.now) }
    }

    /// Begins a session under a token that was never used, and ends the ones that the browser had.
    ///
    /// When there are too many, the one that was not used for the longest time goes.
    func begin(insteadOf old: [SessionKey]) -> (token: SessionToken, session: Session) {
        let now = now()
        let token = SessionToken.random()
        let session = Session(signedInAt: .now(), began: now, lastUse: now)
        sessions.withLock { sessions in
            for key in old { sessions[key] = nil }
            if sessions.count >= limits.count {
                sessions = sessions.filter { isLive($0.value, at: now) }
            }
            while sessions.count >= limits.count,
                let oldest = sessions.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                sessions[oldest.key] = nil
            }
            sessions[token.key] = session
        }
        return (token, session)
    }

    /// The session of a request; `nil` when it has ended or never was.
    ///
    /// - Parameters:
    ///   - key: Whose.
    ///   - isRenewing: Whether a person is behind the request, so that the idle time begins anew.
    /// - Returns: The session.
    func use(_ key: SessionKey, isRenewing: Bool) -> Session? {
        let now = now()
        return sessions.withLock { sessions in
            guard let session = sessions[key] else { return nil }
            guard isLive(session, at: now) else {
                sessions[key] = nil
                return nil
            }
            if isRenewing { sessions[key]?.lastUse = now }
            return session
        }
    }

    /// Whether a session goes on. Asking does not renew it.
    func isLive(_ key: SessionKey) -> Bool { use(key, isRenewing: false) != nil }

    /// Ends a session.
    ///
    /// - Returns: Whether there was one.
    func end(_ key: SessionKey) -> Bool {
        let now = now()
        return sessions.withLock { $0.removeValue(forKey: key) }.map { isLive($0, at: now) } ?? false
    }

    /// Ends all sessions.
    ///
    /// - Returns: How many there were.
    func endAll() -> Int {
        let now = now()
        return sessions.withLock { sessions in
            defer { sessions = [:] }
            return sessions.values.count { isLive($0, at: now) }
        }
    }

    private func isLive(_ session: Session, at now: Duration) -> Bool {
        now - session.lastUse < limits.idle && now - session.began < limits.lifetime
    }
}
