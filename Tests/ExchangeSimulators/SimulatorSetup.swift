package import Foundation

/// A host in a ``SimulatorSetup`` that is not simulated.
package struct UnknownHost: Error, CustomStringConvertible {
    let name: String

    /// The host's name, and which there are.
    package var description: String {
        "\(name) is not simulated; these are: \(ExchangeHost.allCases.map(\.rawValue).joined(separator: ", "))"
    }
}

/// What a program tells simulated exchanges: keys, addresses, behaviour and faults, each with its host.
package struct SimulatorSetup: Sendable {
    /// All of it for one host; what is missing stays as it is.
    private struct Part: Decodable, Sendable {
        /// Keys to make known.
        var keys: [SimulatedKey]?
        /// Addresses to make known.
        var wallets: [SimulatedWallet]?
        /// Faults to put in front, after those that wait already.
        var faults: [Fault]?
        /// How long each answer takes, in milliseconds.
        var delay: Int?
        /// How far the clock is ahead, in milliseconds.
        var clockOffset: Int?
        /// The address from which the exchange believes to be called.
        var seenAddress: String?
        /// Whether to forget everything first.
        var reset: Bool?
        /// Whether to take away the faults that wait first.
        var clearFaults: Bool?
    }

    private var parts: [ExchangeHost: Part]

    /// Reads an object with the hosts' names as keys.
    ///
    /// - Parameter json: The text; names in snake case, times in milliseconds since 1970.
    /// - Throws: `DecodingError` for anything else, ``UnknownHost`` for a host that is not simulated.
    package init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .millisecondsSince1970
        let named = try decoder.decode([String: Part].self, from: json)
        parts = [:]
        for (name, part) in named {
            guard let host = ExchangeHost(rawValue: name) else { throw UnknownHost(name: name) }
            parts[host] = part
        }
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
