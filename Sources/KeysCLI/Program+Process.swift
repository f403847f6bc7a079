import Glibc

extension Program {
    /// The program as this process was started.
    static func ofThisProcess() -> Program {
        let environment = ProcessSafety.takeEnvironment()
        return Program(
            environment: environment,
            folders: .ofThisProcess(environment: environment),
            console: Console(
                standardOutput: FileDescriptorSink(descriptor: STDOUT_FILENO),
                standardError: FileDescriptorSink(descriptor: STDERR_FILENO),
                standardInput: .ofThisProcess,
                terminal: ControllingTerminal(),
                outputIsTerminal: isatty(STDOUT_FILENO) == 1,
                errorIsTerminal: isatty(STDERR_FILENO) == 1))
    }
}
