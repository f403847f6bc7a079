import Dispatch
import Glibc

/// Puts the terminal back as it was when the process is asked to end in the middle of a hidden question, and hides
/// again what is typed when the process was stopped and goes on.
///
/// The signals are ignored as such and arrive on a queue, where restoring is safe; then they end the process as they
/// would have.
struct EchoGuardian {
    private static let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
    private let mode: SilentMode
    private let sources: [any DispatchSourceSignal]

    init(mode: SilentMode) {
        self.mode = mode
        let endings = Self.endings.map { number in
            Self.source(of: number) {
                mode.end()
                signal(number, SIG_DFL)
                kill(getpid(), number)
            }
        }
        sources = endings + [Self.source(of: SIGCONT) { mode.renew() }]
    }

    func restore() {
        mode.end()
        for source in sources { source.cancel() }
        for number in Self.endings + [SIGCONT] { signal(number, SIG_DFL) }
    }

    private static func source(
        of number: Int32, _ action: @escaping @Sendable () -> Void
    ) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: action)
        source.resume()
        return source
    }
}
