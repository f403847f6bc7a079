import Glibc

/// A terminal's mode in which what is typed is not shown, and how the terminal was before.
///
/// The key that suspends is off meanwhile: a shell sets the terminal to its own mode when a job stops, and the answer
/// would be shown once the job goes on.
struct SilentMode: Sendable {
    private let descriptor: Int32
    private let usual: termios
    private let silent: termios

    /// - Returns: `nil` when the descriptor is no terminal.
    init?(descriptor: Int32) {
        var usual = termios()
        guard tcgetattr(descriptor, &usual) == 0 else { return nil }
        var silent = usual
        silent.c_lflag &= ~tcflag_t(ECHO)
        silent.c_lflag |= tcflag_t(ECHONL)
        // Zero is Linux's _POSIX_VDISABLE, which Swift does not import.
        withUnsafeMutableBytes(of: &silent.c_cc) { $0[Int(VSUSP)] = 0 }
        self.descriptor = descriptor
        self.usual = usual
        self.silent = silent
    }

    /// Begins, and forgets what was typed before: it was shown, and is the answer to no question.
    ///
    /// - Returns: Whether nothing that is typed is shown now.
    func begin() -> Bool {
        var silent = silent
        return tcsetattr(descriptor, TCSADRAIN, &silent) == 0 && tcflush(descriptor, TCIFLUSH) == 0
    }

    /// Begins again where somebody else has ended the mode.
    func renew() {
        var current = termios()
        guard isInForeground, tcgetattr(descriptor, &current) == 0, current.c_lflag & tcflag_t(ECHO) != 0 else {
            return
        }
        _ = begin()
    }

    func end() {
        var usual = usual
        tcsetattr(descriptor, TCSADRAIN, &usual)
    }

    /// In the background setting the mode would stop the process; it is told again when it comes to the foreground.
    private var isInForeground: Bool {
        let group = tcgetpgrp(descriptor)
        return group < 0 || group == getpgrp()
    }
}
