import Glibc

/// Where the process starts: make it safe, then hand over to the program.
@main
enum EntryPoint {
    static func main() async {
        ProcessSafety.apply()
        let program = Program.ofThisProcess()
        exit(await program.run(ProcessSafety.takeArguments()))
    }
}
