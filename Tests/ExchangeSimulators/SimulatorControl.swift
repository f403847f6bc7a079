package import Foundation
import Hummingbird
import NIOCore

/// The side door for programs in other languages: a server on the loopback that no exchange has.
///
/// - `GET /_control/exchanges`: where each host and each connector listens.
/// - `POST /_control/setup`: a ``SimulatorSetup``.
/// - `GET /_control/requests`: per host what came, and the most requests at one time.
package struct SimulatorControl: Sendable {
    private struct Addresses: Codable {
        let hosts: [String: String]
        let connectors: [String: String]
        let names: [String: String]
    }

    private struct Record: Codable {
        let requests: [ExchangeSimulator.RecordedRequest]
        let mostAtOnce: Int
        let mostAtOnceForOneKey: Int
    }

    private let fleet: SimulatorFleet

    /// The side door of some exchanges.
    ///
    /// - Parameter fleet: The exchanges.
    package init(of fleet: SimulatorFleet) { self.fleet = fleet }

    /// Listens on the loopback until the task ends.
    ///
    /// - Parameters:
    ///   - port: The port; 0 for any that is free.
    ///   - isRunning: Told the URL once the server listens.
    /// - Throws: Why the server could not listen.
    package func run(port: Int = 0, isRunning: @escaping @Sendable (String) -> Void) async throws {
        let server = loopbackServer(
            port: port, isRunning: { isRunning("http://127.0.0.1:\($0)") },
            respond: { request, _ in try await respond(to: request) })
        try await server.run()
    }

    /// Where everything listens, as JSON on one line.
    ///
    /// - Returns: `hosts`, `connectors`, and `names`, which are the exchanges' own host names.
    /// - Throws: Nothing in practice: strings can always be encoded.
    package func addresses() throws -> Data {
        var hosts: [String: String] = [:]
        var names: [String: String] = [:]
        for host in fleet.hosts {
            hosts[host.rawValue] = fleet.url(of: host)
            for name in host.documentedNames { names[name] = fleet.url(of: host) }
        }
        return try encode(Addresses(hosts: hosts, connectors: fleet.urlsByConnector, names: names))
    }

    private func respond(to request: Request) async throws -> Response {
        switch (request.method, request.uri.path) {
        case (.get, "/_control/exchanges"): return response(try addresses())
        case (.get, "/_control/requests"): return response(try await record())
        case (.post, "/_control/setup"):
            let body = try await request.body.collect(upTo: 1 << 20)
            do {
                try await SimulatorSetup(json: Data(body.readableBytesView)).apply(to: fleet)
            } catch {
                return response(Data("\(error)\n".utf8), status: .badRequest, type: "text/plain")
            }
            return response(Data("{}".utf8))
        default: return response(Data("no such control\n".utf8), status: .notFound, type: "text/plain")
        }
    }

    private func record() async throws -> Data {
        var records: [String: Record] = [:]
        for host in fleet.hosts {
            guard let simulator = fleet[host] else { continue }
            records[host.rawValue] = Record(
                requests: await simulator.requests, mostAtOnce: await simulator.mostAtOnce,
                mostAtOnceForOneKey: await simulator.mostAtOnceForOneKey)
        }
        return try encode(records)
    }

    private func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    private func response(
        _ body: Data, status: HTTPResponse.Status = .ok, type: String = "application/json"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
