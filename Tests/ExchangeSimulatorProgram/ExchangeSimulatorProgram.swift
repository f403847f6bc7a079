import ExchangeSimulators
import Foundation

/// All simulated exchanges, for checks in other languages.
///
/// Prints one line of JSON once everything listens: `control`, the URL of the side door, beside where each host and
/// connector is. Ends when its standard input ends, so that it never outlives the check that started it.
@main
struct ExchangeSimulatorProgram {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count <= 1, arguments.first?.hasPrefix("-") != true else {
            print("usage: exchange-simulator [SETUP.json]")
            exit(64)
        }
        let setup = try arguments.first.map { try SimulatorSetup(json: Data(contentsOf: URL(fileURLWithPath: $0))) }
        try await withExchangeSimulators { fleet in
            await setup?.apply(to: fleet)
            let control = SimulatorControl(of: fleet)
            let places = String(decoding: try control.addresses(), as: UTF8.self).dropFirst()
            Thread.detachNewThread {
                while readLine() != nil {}
                exit(0)
            }
            try await control.run { url in
                FileHandle.standardOutput.write(Data("{\"control\":\"\(url)\",\(places)\n".utf8))
            }
        }
    }
}
