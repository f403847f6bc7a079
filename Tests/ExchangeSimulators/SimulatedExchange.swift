import Foundation

/// What one exchange checks and answers, after its documentation. Siblings share no rules: exchanges do not either.
///
/// A conformer does no I/O and keeps no state; what the exchange remembers is at its ``ExchangeDesk``.
protocol SimulatedExchange: Sendable {
    /// Checks a request and answers it.
    func answer(to request: SimulatedRequest, at desk: inout ExchangeDesk) throws(Refusal) -> SimulatedAnswer

    /// A refusal in the exchange's own words.
    func answer(to refusal: Refusal, of request: SimulatedRequest, at desk: ExchangeDesk) -> SimulatedAnswer

    /// A trouble in the exchange's own words.
    func answer(to trouble: Trouble) -> SimulatedAnswer
}

/// What an exchange knows while it serves one request.
struct ExchangeDesk: Sendable {
    /// The host that is simulated.
    let host: ExchangeHost
    /// The keys by their public half.
    var keys: [String: SimulatedKey] = [:]
    /// The addresses on Hyperliquid, by lower-case address.
    var wallets: [String: SimulatedWallet] = [:]
    /// The nonces that Kraken saw, by key.
    var usedNonces: [String: Set<Int>] = [:]
    /// The address from which the exchange believes to be called.
    var seenAddress = "203.0.113.7"
    /// The exchange's time.
    var time = Date(timeIntervalSince1970: 0)
    /// The key whose signature held, for the record.
    var acceptedKey: SimulatedKey?

    init(host: ExchangeHost) { self.host = host }

    /// The exchange's time in milliseconds.
    var milliseconds: Int { Int((time.timeIntervalSince1970 * 1000).rounded(.down)) }

    /// A key that the exchange knows and has not deleted.
    func key(_ text: String) throws(Refusal) -> SimulatedKey {
        guard let key = keys[text], key.state != .deleted else { throw .unknownKey }
        return key
    }

    /// Notes that a request proved to come from the key's owner.
    mutating func accept(_ key: SimulatedKey) { acceptedKey = key }

    /// Whether the key lapsed.
    func isExpired(_ key: SimulatedKey) -> Bool { key.expires.map { $0 <= time } ?? false }

    /// Checks the caller's address against the key's list.
    func checkAddress(of key: SimulatedKey) throws(Refusal) {
        guard key.ipAllowList.isEmpty || key.ipAllowList.contains(seenAddress) else { throw .addressNotAllowed }
    }

    /// Checks that a timestamp in milliseconds is neither too old nor in the future.
    func checkTime(_ timestamp: Int, atMostBehind behind: Int, atMostAhead ahead: Int) throws(Refusal) {
        let difference = timestamp - milliseconds
        guard difference >= -behind, difference <= ahead else { throw .clockSkew(difference) }
    }
}

extension SimulatedKey {
    /// Checks a right.
    func need(_ right: SimulatedRight) throws(Refusal) {
        guard rights.contains(right) else { throw .missingRight(right) }
    }

    /// When the key was made, in milliseconds.
    var createdMilliseconds: Int { Int(created.timeIntervalSince1970 * 1000) }

    /// When the key lapses, in milliseconds; nil for never.
    var expiresMilliseconds: Int? { expires.map { Int($0.timeIntervalSince1970 * 1000) } }
}
