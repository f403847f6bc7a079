package import Foundation

/// What a program tells simulated exchanges: keys, addresses, behaviour and faults, each with its host.
package struct SimulatorSetup: Codable, Sendable {
    /// All of it for one host; what is missing stays as it is.
    package struct Part: Codable, Sendable {
        /// Keys to make known.
        package var keys: [SimulatedKey]?
        /// Addresses on Hyperliquid to make known.
        package var wallets: [SimulatedWallet]?
        /// Faults to put in front, after those that wait already.
        package var faults: [Fault]?
        /// How long each answer takes, in milliseconds.
        package var delay: Int?
        /// How far the clock is ahead, in milliseconds.
        package var clockOffset: Int?
        /// The address from which the exchange believes to be called.
        package var seenAddress: String?
        /// Whether to forget everything first.
        package var reset: Bool?
        /// Whether to take away the faults that wait first.
        package var clearFaults: Bool?
    }

    private var parts: [ExchangeHost: Part]

    /// Reads an object with the hosts' names as keys.
    ///
    /// - Parameter json: The text; names in snake case, times in milliseconds since 1970.
    /// - Throws: `DecodingError` for anything else.
    package init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .millisecondsSince1970
        parts = try decoder.decode([ExchangeHost: Part].self, from: json)
    }

    /// Puts it into force, host by host.
    ///
    /// - Parameter fleet: The exchanges; hosts that were not started are left out.
    package func apply(to fleet: SimulatorFleet) async {
        for (host, part) in parts {
            guard let simulator = fleet[host] else { continue }
            if part.reset == true { await simulator.reset() }
            if part.clearFaults == true { await simulator.clearFaults() }
            for key in part.keys ?? [] { await simulator.register(key) }
            for wallet in part.wallets ?? [] { await simulator.register(wallet) }
            for fault in part.faults ?? [] { await simulator.inject(fault) }
            await simulator.behave { behaviour in
                behaviour.delay = part.delay ?? behaviour.delay
                behaviour.clockOffset = part.clockOffset ?? behaviour.clockOffset
                behaviour.seenAddress = part.seenAddress ?? behaviour.seenAddress
            }
        }
    }
}
