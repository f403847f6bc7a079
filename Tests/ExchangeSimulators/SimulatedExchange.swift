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

    /// The refusal with a code of the exchange's own, for causes that have no case in ``Refusal``; nil to serve anyway.
    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer?

    /// What a request to an endpoint with many purposes asks for, for the record; nil when the path tells.
    func kind(of request: SimulatedRequest) -> String?
}

extension SimulatedExchange {
    func refusal(code: String, of request: SimulatedRequest) -> SimulatedAnswer? { nil }

    func kind(of request: SimulatedRequest) -> String? { nil }
}

/// What an exchange knows while it serves one request.
struct ExchangeDesk: Sendable {
    /// For whom a token was handed out, and until when.
    struct Session: Sendable {
        /// The key that asked for it.
        let key: String
        /// When it lapses, in milliseconds.
        let expires: Int
    }

    /// The host that is simulated.
    let host: ExchangeHost
    /// The keys by their public half.
    var keys: [String: SimulatedKey] = [:]
    /// The addresses on exchanges and chains of wallets, by lower-case address.
    var wallets: [String: SimulatedWallet] = [:]
    /// The nonces that Kraken saw, by key.
    var usedNonces: [String: Set<Int>] = [:]
    /// The nonces that Bitstamp saw, by key, with the time of each in milliseconds.
    var usedTexts: [String: [String: Int]] = [:]
    /// The highest nonce with its fraction that Gemini saw, by key.
    var highestNonces: [String: Double] = [:]
    /// The tokens that were handed out for keys.
    var sessions: [String: Session] = [:]
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

    /// Notes that a request proved to come from an address's owner, or from a key that the owner approved.
    mutating func accept(_ wallet: SimulatedWallet) {
        acceptedKey = SimulatedKey(name: "wallet", key: wallet.address, secret: "", refusedWith: wallet.refusedWith)
    }

    /// What is known of an address; nil for nothing. Addresses that are not hexadecimal must agree in every letter.
    func wallet(_ address: String) -> SimulatedWallet? {
        guard let wallet = wallets[address.lowercased()], wallet.role != .missing,
            address.hasPrefix("0x") || wallet.address == address
        else { return nil }
        return wallet
    }

    /// Hands out a token for a key.
    mutating func openSession(for key: SimulatedKey, seconds: Int) -> String {
        let token = Signing.hex((0..<32).map { _ in UInt8.random(in: 0...255) })
        sessions[token] = Session(key: key.key, expires: milliseconds + seconds * 1000)
        return token
    }

    /// The key for which a token was handed out, while both are good.
    func key(ofSession token: String) throws(Refusal) -> SimulatedKey {
        guard let session = sessions[token] else { throw .wrongSecret }
        guard session.expires > milliseconds else { throw .expired }
        return try key(session.key)
    }

    /// Whether the key lapsed.
    func isExpired(_ key: SimulatedKey) -> Bool { key.expires.map { $0 <= time } ?? false }

    /// Checks the caller's address against the key's list.
    func checkAddress(of key: SimulatedKey) throws(Refusal) {
        guard key.ipAllowList.isEmpty || key.ipAllowList.contains(seenAddress) else { throw .addressNotAllowed }
    }

    /// Checks that a timestamp in milliseconds is neither too old nor in the future.
    func checkTime(_ timestamp: Int, atMostBehind behind: Int, atMostAhead ahead: Int) throws(Refusal) {
        let (difference, isAbsurd) = timestamp.subtractingReportingOverflow(milliseconds)
        guard !isAbsurd else { throw .clockSkew(timestamp < 0 ? .min : .max) }
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
