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

    var width: Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    func show(_ text: String) {
        try? FileDescriptorSink(descriptor: descriptor).write(text)
    }

    func readLines(asking question: String, hidden: Bool, until isComplete: ([String]) -> Bool) -> [String]? {
        guard hidden else {
            show(question)
            return readLines(until: isComplete)
        }
        guard let mode = SilentMode(descriptor: descriptor) else { return nil }
        let guardian = EchoGuardian(mode: mode)
        guard mode.begin() else {
            guardian.restore()
            return nil
        }
        defer { guardian.restore() }
        show(question)
        return readLines(before: { mode.renew() }, until: isComplete)
    }

    private func readLines(
        before prepare: () -> Void = {}, until isComplete: ([String]) -> Bool
    ) -> [String]? {
        var lines: [String] = []
        prepare()
        while let line = readLine() {
            prepare()
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
