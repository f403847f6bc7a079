import Glibc
import Testing

@testable import KeysCLI

@Suite("Unseen input")
struct SilentModeTests {
    /// Runs `body` with both ends of a pseudo-terminal: the keyboard's and the program's.
    private func withTerminal(_ body: (_ keyboard: Int32, _ program: Int32) throws -> Void) throws {
        var (keyboard, program) = (Int32(-1), Int32(-1))
        try #require(openpty(&keyboard, &program, nil, nil, nil) == 0)
        defer {
            close(keyboard)
            close(program)
        }
        try body(keyboard, program)
    }

    private func mode(_ terminal: Int32) throws -> (echoes: Bool, suspendKey: UInt8) {
        var mode = termios()
        try #require(tcgetattr(terminal, &mode) == 0)
        let key = withUnsafeBytes(of: mode.c_cc) { $0[Int(VSUSP)] }
        return (mode.c_lflag & tcflag_t(ECHO) != 0, key)
    }

    @Test("shows nothing, has no key that suspends, and puts both back")
    func beginAndEnd() throws {
        try withTerminal { _, program in
            let before = try mode(program)
            #expect(before.echoes)
            #expect(before.suspendKey == 26)
            let silent = try #require(SilentMode(descriptor: program))
            #expect(silent.begin())
            #expect(try mode(program) == (false, 0))
            silent.end()
            #expect(try mode(program) == before)
        }
    }

    @Test("what was typed before, when it was shown, is no answer")
    func typedAhead() throws {
        try withTerminal { keyboard, program in
            #expect(write(keyboard, "shown\n", 6) == 6)
            let silent = try #require(SilentMode(descriptor: program))
            #expect(silent.begin())
            #expect(write(keyboard, "unseen\n", 7) == 7)
            var line = [UInt8](repeating: 0, count: 64)
            #expect(read(program, &line, line.count) == 7)
            #expect(line.starts(with: "unseen\n".utf8))
        }
    }

    @Test("hides again what a shell has made visible, and forgets what was typed meanwhile")
    func renewal() throws {
        try withTerminal { keyboard, program in
            let silent = try #require(SilentMode(descriptor: program))
            #expect(silent.begin())
            silent.end()
            #expect(write(keyboard, "shown\n", 6) == 6)
            silent.renew()
            #expect(try mode(program) == (false, 0))
            #expect(write(keyboard, "unseen\n", 7) == 7)
            silent.renew()
            var line = [UInt8](repeating: 0, count: 64)
            #expect(read(program, &line, line.count) == 7)
            #expect(line.starts(with: "unseen\n".utf8))
        }
    }

    @Test("is for terminals only")
    func noTerminal() {
        #expect(SilentMode(descriptor: -1) == nil)
    }
}
