package import Foundation
import Hummingbird
import ServiceLifecycle

/// Simulated exchanges that are listening, each on a port of its own.
package struct SimulatorFleet: Sendable {
    private let simulators: [ExchangeHost: ExchangeSimulator]
    private let ports: [ExchangeHost: Int]

    init(simulators: [ExchangeHost: ExchangeSimulator], ports: [ExchangeHost: Int]) {
        self.simulators = simulators
        self.ports = ports
    }

    /// The hosts that are simulated.
    package var hosts: [ExchangeHost] { ExchangeHost.allCases.filter { simulators[$0] != nil } }

    /// The exchange at a host; nil when it was not started.
    package subscript(_ host: ExchangeHost) -> ExchangeSimulator? { simulators[host] }

    /// Where a host's exchange listens.
    ///
    /// - Parameter host: The host.
    /// - Returns: A URL without a slash at the end; nil when the exchange was not started.
    package func url(of host: ExchangeHost) -> String? { ports[host].map { "http://127.0.0.1:\($0)" } }

    /// Where each connector's exchange listens.
    package var urlsByConnector: [String: String] {
        var urls: [String: String] = [:]
        for host in hosts {
            for connector in host.connectors { urls[connector] = url(of: host) }
        }
        return urls
    }
}

/// Runs simulated exchanges on free ports of the loopback while a block runs.
///
/// - Parameters:
///   - hosts: The hosts to simulate.
///   - clock: The time that the exchanges' clocks are set by.
///   - body: What to do meanwhile.
/// - Returns: What the block returns.
/// - Throws: What the block throws, or why a server could not listen.
package func withExchangeSimulators<Result: Sendable>(
    _ hosts: [ExchangeHost] = ExchangeHost.allCases, clock: @escaping @Sendable () -> Date = { Date() },
    _ body: (SimulatorFleet) async throws -> Result
) async throws -> Result {
    let simulators = Dictionary(uniqueKeysWithValues: hosts.map { ($0, ExchangeSimulator($0, clock: clock)) })
    let (listening, announce) = AsyncThrowingStream.makeStream(of: (ExchangeHost, Int).self)
    let servers = simulators.map { host, simulator in simulator.server(port: 0) { announce.yield((host, $0)) } }
    var configuration = ServiceGroupConfiguration(services: servers, logger: quietLogger)
    // A connection that waits to be accepted must not be dropped, so servers close their doors before they end; answers
    // that never end are cut off.
    configuration.maximumGracefulShutdownDuration = .milliseconds(500)
    let services = ServiceGroup(configuration: configuration)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            do { try await services.run() } catch { announce.finish(throwing: error) }
        }
        do {
            var ports: [ExchangeHost: Int] = [:]
            if !simulators.isEmpty {
                for try await (host, port) in listening {
                    ports[host] = port
                    if ports.count == simulators.count { break }
                }
            }
            let result = try await body(SimulatorFleet(simulators: simulators, ports: ports))
            await services.triggerGracefulShutdown()
            return result
        } catch {
            await services.triggerGracefulShutdown()
            throw error
        }
    }
}
