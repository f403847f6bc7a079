package import Foundation

/// One simulated exchange: its keys, its clock, what it is told to do wrong, and a record of who came.
package actor ExchangeSimulator {
    /// What came and how it was received. No query, header field or body is kept: they hold secrets.
    package struct RecordedRequest: Codable, Equatable, Sendable {
        /// The method.
        package let method: String
        /// The path without its query.
        package let path: String
        /// What a request to an endpoint with many purposes asks for; nil where the path tells.
        package let kind: String?
        /// `public`, `accepted`, `own …` with the exchange's code, `fault …` or the refusal.
        package let verdict: String
        /// The name of the key whose signature held; nil when there was none.
        package let key: String?
        /// The HTTP status of the answer.
        package let status: Int
    }

    /// How the exchange behaves beside what it checks.
    package struct Behaviour: Codable, Equatable, Sendable {
        /// How long each answer takes, in milliseconds.
        package var delay = 0
        /// How far the exchange's clock is ahead of this machine's, in milliseconds.
        package var clockOffset = 0
        /// The address from which the exchange believes to be called.
        package var seenAddress = "203.0.113.7"

        /// An exchange at once, on time, called from a documentation address.
        package init() {}
    }

    /// The host that is simulated.
    package nonisolated let host: ExchangeHost
    /// How the exchange behaves beside what it checks.
    package private(set) var behaviour = Behaviour()
    /// What came since the start or the last ``reset()``.
    package private(set) var requests: [RecordedRequest] = []
    /// The most requests that were being answered at one time.
    package private(set) var mostAtOnce = 0
    /// The most requests that were being answered at one time for one key.
    package private(set) var mostAtOnceForOneKey = 0

    private let clock: @Sendable () -> Date
    private let exchange: any SimulatedExchange
    private var desk: ExchangeDesk
    private var faults: [Fault] = []
    private var running = 0
    private var runningByKey: [String: Int] = [:]

    /// An exchange without keys.
    ///
    /// - Parameters:
    ///   - host: The host to simulate.
    ///   - clock: The time that the exchange's clock is set by.
    package init(_ host: ExchangeHost, clock: @escaping @Sendable () -> Date = { Date() }) {
        self.host = host
        self.clock = clock
        self.exchange = host.exchange
        self.desk = ExchangeDesk(host: host)
    }

    /// Makes a key known, or changes it.
    ///
    /// - Parameter key: The key as it is from now on; its nonces are forgotten.
    package func register(_ key: SimulatedKey) {
        desk.keys[key.key] = key
        desk.usedNonces[key.key] = nil
        desk.usedTexts[key.key] = nil
        desk.highestNonces[key.key] = nil
    }

    /// The key as the exchange knows it now, for its highest nonce for instance.
    ///
    /// - Parameter key: The public half.
    /// - Returns: Nil when no such key was registered.
    package func registered(_ key: String) -> SimulatedKey? { desk.keys[key] }

    /// Makes an address known, or changes it.
    ///
    /// - Parameter wallet: The address as it is from now on.
    package func register(_ wallet: SimulatedWallet) { desk.wallets[wallet.address.lowercased()] = wallet }

    /// Changes how the exchange behaves.
    ///
    /// - Parameter change: What to change.
    package func behave(_ change: @Sendable (inout Behaviour) -> Void) { change(&behaviour) }

    /// Puts a fault behind those that wait already.
    ///
    /// - Parameter fault: What goes wrong, how often, and for which paths.
    package func inject(_ fault: Fault) { faults.append(fault) }

    /// Takes away all faults that still wait.
    package func clearFaults() { faults = [] }

    /// Forgets keys, addresses, faults, records and behaviour.
    package func reset() {
        desk = ExchangeDesk(host: host)
        faults = []
        requests = []
        behaviour = Behaviour()
        mostAtOnce = running
        mostAtOnceForOneKey = 0
    }

    /// Serves one request as the exchange would, after its delay.
    ///
    /// - Parameter request: The request as it came over the wire.
    /// - Returns: The answer, which may be a fault.
    /// - Throws: `CancellationError` when the server ends during the delay.
    package func answer(to request: SimulatedRequest) async throws -> SimulatedAnswer {
        desk.time = clock().addingTimeInterval(Double(behaviour.clockOffset) / 1000)
        var (answer, key) = judge(request)
        answer.fields.append((.date, HTTPTime.text(desk.time)))
        running += 1
        mostAtOnce = max(mostAtOnce, running)
        if let key {
            runningByKey[key, default: 0] += 1
            mostAtOnceForOneKey = max(mostAtOnceForOneKey, runningByKey[key, default: 0])
        }
        defer {
            running -= 1
            if let key { runningByKey[key, default: 1] -= 1 }
        }
        if behaviour.delay > 0 { try await Task.sleep(for: .milliseconds(behaviour.delay)) }
        return answer
    }

    private func judge(_ request: SimulatedRequest) -> (SimulatedAnswer, key: String?) {
        if let fault = nextFault(for: request) {
            let answer = fault.answer(of: exchange)
            record(request, verdict: "fault \(fault.kind.rawValue)", status: answer.status)
            return (answer, nil)
        }
        desk.seenAddress = behaviour.seenAddress
        desk.acceptedKey = nil
        do throws(Refusal) {
            let answer = try exchange.answer(to: request, at: &desk)
            if let code = desk.acceptedKey?.refusedWith, let refusal = exchange.refusal(code: code, of: request) {
                record(request, verdict: "own \(code)", status: refusal.status)
                return (refusal, desk.acceptedKey?.key)
            }
            record(request, verdict: desk.acceptedKey == nil ? "public" : "accepted", status: answer.status)
            return (answer, desk.acceptedKey?.key)
        } catch {
            let answer = exchange.answer(to: error, of: request, at: desk)
            record(request, verdict: error.description, status: answer.status)
            return (answer, desk.acceptedKey?.key)
        }
    }

    private func nextFault(for request: SimulatedRequest) -> Fault? {
        guard let position = faults.firstIndex(where: { request.path.hasPrefix($0.path ?? "") }) else { return nil }
        let fault = faults[position]
        if let count = fault.count {
            if count > 1 { faults[position].count = count - 1 } else { faults.remove(at: position) }
        }
        return fault
    }

    private func record(_ request: SimulatedRequest, verdict: String, status: Int) {
        requests.append(
            RecordedRequest(
                method: request.method, path: request.path,
                kind: exchange.kind(of: request), verdict: verdict,
                key: desk.acceptedKey?.name, status: status))
    }
}
