import ExchangeSimulators
import Testing

@Suite("SimulatorFleet")
struct FleetTests {
    @Test("gives every host a port of its own")
    func ports() async throws {
        let urls = try await withExchangeSimulators { fleet in fleet.hosts.compactMap(fleet.url) }
        #expect(Set(urls).count == ExchangeHost.allCases.count)
    }
}
