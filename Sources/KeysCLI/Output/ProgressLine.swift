import Glibc
import Synchronization

/// One line on the terminal that says how far something is, shown from the second second on and gone at the end.
final class ProgressLine: Sendable {
    private struct State {
        var isShown = false
        let begin = ProgressLine.seconds()
    }

    private let console: Console
    private let isWanted: Bool
    private let state = Mutex(State())

    init(in session: Session) {
        console = session.program.console
        isWanted = session.program.console.errorIsTerminal && !session.options.quiet
    }

    /// Shows a text in place of the one before.
    func show(_ text: String) {
        guard isWanted else { return }
        state.withLock { state in
            guard state.isShown || Self.seconds() - state.begin >= 1 else { return }
            state.isShown = true
            try? console.standardError.write("\r\u{1B}[K" + text)
        }
    }

    /// Takes the line away.
    func clear() {
        state.withLock { state in
            guard state.isShown else { return }
            state.isShown = false
            try? console.standardError.write("\r\u{1B}[K")
        }
    }

    private static func seconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec
    }
}
