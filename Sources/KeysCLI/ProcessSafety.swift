import CLinux
import Glibc

/// What is done to the process before it touches a secret.
enum ProcessSafety {
    /// Environment variables that hold secrets and that no child process should inherit.
    static let secretVariables = ["CONFIG_PASSWORD", "API_PASS"]

    /// No core dumps and no crash reports (they would hold secrets), and no file that others may read.
    static func apply() {
        var noCore = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &noCore)
        // The limit does not hold for a program that collects dumps, such as systemd-coredump.
        _ = keys_manager_forbid_dumps()
        // Swift's own report of a crash starts another program and prints what lies in memory behind the registers.
        for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] { signal(number, SIG_DFL) }
        umask(0o077)
    }

    /// Takes the arguments, and wipes those that hold secrets where other processes can read them.
    ///
    /// They were readable until now: that is why neither is the usual way.
    static func takeArguments() -> [String] {
        let arguments = CommandLine.arguments
        for index in arguments.indices {
            let isSecret = index > 0 && ["--api-pass", "--credentials"].contains(arguments[index - 1])
            let holdsSecret = arguments[index].hasPrefix("--api-pass=") || arguments[index].hasPrefix("--credentials=")
            guard isSecret || holdsSecret, let text = CommandLine.unsafeArgv[index] else { continue }
            memset(text, Int32(UInt8(ascii: "x")), strlen(text))
        }
        return Array(arguments.dropFirst())
    }

    /// Takes the whole environment, and wipes its secrets where the system keeps them.
    ///
    /// `/proc/PID/environ` shows the memory in which the process got its environment; removing a variable alone would
    /// leave its value there.
    static func takeEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        for name in secretVariables {
            if let value = getenv(name) { memset(value, 0, strlen(value)) }
            unsetenv(name)
        }
        return variables
    }
}
