import HummingbirdCore
import KeyManagement
import OrderedJSON

/// What a listener is told, as server-sent events (WHATWG HTML, 9.2), one look at the vault after the other.
struct EventFeed: Sendable {
    /// After so many looks without news a comment is sent, so that nothing on the way takes the connection for dead.
    private static let quietLooks = 15

    private enum News: Equatable {
        case overview(generation: UInt64, state: VaultStatus.State)
        case problem(Failure)
    }

    let keys: any KeyOperations
    let sessions: SessionTable
    /// Whose end is the feed's; `nil` for a listener who sends the login.
    let session: SessionKey?
    /// Whether everything was told.
    private(set) var isOver = false
    private var last: News?
    private var quiet = 0

    init(keys: any KeyOperations, sessions: SessionTable, session: SessionKey?) {
        self.keys = keys
        self.sessions = sessions
        self.session = session
    }

    /// Looks at the vault, which costs a system call when nothing has changed.
    ///
    /// - Returns: What to send now; `nil` for nothing.
    /// - Throws: A cancellation.
    mutating func look() async throws -> String? {
        if let session, !sessions.isLive(session) {
            isOver = true
            return Self.event("signed-out", .object(JSONObject()))
        }
        let isFirst = last == nil
        let news = try await news()
        guard news != last else {
            quiet = (quiet + 1) % Self.quietLooks
            return quiet == 0 ? ": still here\n\n" : nil
        }
        last = news
        quiet = 0
        return (isFirst ? "retry: 2000\n" : "") + Self.text(news)
    }

    private func news() async throws -> News {
        do {
            let overview = try await keys.overview()
            return .overview(generation: overview.generation, state: overview.status.state)
        } catch let failure as Failure {
            return .problem(failure)
        }
    }

    private static func text(_ news: News) -> String {
        switch news {
        case .overview(let generation, let state):
            event(
                "overview", ["generation": .integer(Int(clamping: generation)), "state": .string(state.rawValue)])
        case .problem(let failure): event("problem", failure.problem)
        }
    }

    /// JSON text has no line break in it, so that one line of data holds it.
    private static func event(_ name: String, _ data: JSON) -> String { "event: \(name)\ndata: \(data.text())\n\n" }
}
