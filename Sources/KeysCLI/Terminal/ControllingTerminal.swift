import Dispatch
import Glibc

/// The terminal that the process was started from, whatever its standard streams are tied to.
struct ControllingTerminal: Terminal {
    private let descriptor: Int32

    /// - Returns: `nil` when neither standard input nor standard error is a terminal (a script or a service runs the
    ///   program, and nobody would answer), or when there is none at all.
    init?() {
        guard isatty(STDIN_FILENO) == 1 || isatty(STDERR_FILENO) == 1 else { return nil }
        let descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
    }

    func show(_ text: String) {
        try? FileDescriptorSink(descriptor: descriptor).write(text)
    }

    func readLines(hidden: Bool, until isComplete: ([String]) -> Bool) -> [String]? {
        guard hidden else { return readLines(until: isComplete) }
        var usual = termios()
        guard tcgetattr(descriptor, &usual) == 0 else { return nil }
        var silent = usual
        silent.c_lflag &= ~tcflag_t(ECHO)
        silent.c_lflag |= tcflag_t(ECHONL)
        let guardian = EchoGuardian(descriptor: descriptor, usual: usual)
        tcsetattr(descriptor, TCSADRAIN, &silent)
        defer { guardian.restore() }
        return readLines(until: isComplete)
    }

    private func readLines(until isComplete: ([String]) -> Bool) -> [String]? {
        var lines: [String] = []
        while let line = readLine() {
            lines.append(line)
            if isComplete(lines) { break }
        }
        return lines.isEmpty ? nil : lines
    }

    private func readLine() -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count == 1 {
                if byte == UInt8(ascii: "\n") { break }
                line.append(byte)
            } else if count == 0 {
                if line.isEmpty { return nil }
                break
            } else if errno != EINTR {
                return nil
            }
        }
        return String(decoding: line, as: UTF8.self)
    }
}

/// Puts the terminal back as it was when the process is asked to end in the middle of a hidden question.
///
/// The signals are ignored as such and arrive on a queue, where restoring is safe; then they end the process as they
/// would have.
private struct EchoGuardian {
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
    private let descriptor: Int32
    private let usual: termios
    private let sources: [any DispatchSourceSignal]

    init(descriptor: Int32, usual: termios) {
        self.descriptor = descriptor
        self.usual = usual
        sources = Self.signals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                var usual = usual
                tcsetattr(descriptor, TCSADRAIN, &usual)
                signal(number, SIG_DFL)
                kill(getpid(), number)
            }
            source.resume()
            return source
        }
    }

    func restore() {
        var usual = usual
        tcsetattr(descriptor, TCSADRAIN, &usual)
        for source in sources { source.cancel() }
        for number in Self.signals { signal(number, SIG_DFL) }
    }
}
