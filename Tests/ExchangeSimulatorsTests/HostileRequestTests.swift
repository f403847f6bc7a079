import ExchangeSimulators
import Foundation
import Testing

@Suite("Simulated exchanges: absurd requests", .serialized)
struct HostileRequestTests {
    private static let absurd = [
        "", "0", "-1", "9223372036854775807", "-9223372036854775808", "99999999999999999999", "1e400", "NaN", "%",
        "%zz",
        ":", "=", "0x", "é", "{", #"[[[[""#, String(repeating: "9", count: 5000),
    ]

    /// Fields that no signature covers, or that may be missing, as an empty one is.
    private static let unsigned: Set<String> = ["Content-Type", "User-Agent", "KC-API-KEY-VERSION", "X-Window"]

    @Test("no value of any field brings an exchange down or is taken for a signature", arguments: ExchangeHost.allCases)
    func fields(_ host: ExchangeHost) async throws {
        let request = SignedRequest(host)
        let draft = try request.draft()
        let simulator = ExchangeSimulator(host, clock: { request.time })
        await simulator.admit(request)
        for place in draft.fields.indices {
            for value in Self.absurd {
                var fields = draft.fields
                fields[place].value = value
                _ = try await simulator.answer(
                    to: SimulatedRequest(
                        method: draft.method, target: draft.target, fields: fields, body: Array(draft.body.utf8)))
                guard !Self.unsigned.contains(draft.fields[place].name) else { continue }
                #expect(await simulator.requests.last?.verdict != "accepted")
            }
        }
    }

    @Test("no number in the target or the body brings an exchange down", arguments: ExchangeHost.allCases)
    func numbers(_ host: ExchangeHost) async throws {
        let request = SignedRequest(host)
        let draft = try request.draft()
        let simulator = ExchangeSimulator(host, clock: { request.time })
        await simulator.admit(request)
        let digits = /[0-9]+/
        for value in Self.absurd {
            for range in draft.target.ranges(of: digits) {
                try await ask(simulator, draft, target: draft.target.replacingCharacters(in: range, with: value))
            }
            for range in draft.body.ranges(of: digits) {
                try await ask(simulator, draft, body: draft.body.replacingCharacters(in: range, with: value))
            }
            try await ask(simulator, draft, target: value)
            try await ask(simulator, draft, body: value)
        }
        #expect(await simulator.requests.count >= Self.absurd.count * 2)
        #expect(await simulator.requests.allSatisfy { $0.status >= 200 && $0.status < 600 })
    }

    private func ask(
        _ simulator: ExchangeSimulator, _ draft: SignedRequest.Draft, target: String? = nil, body: String? = nil
    ) async throws {
        _ = try await simulator.answer(
            to: SimulatedRequest(
                method: draft.method, target: target ?? draft.target, fields: draft.fields,
                body: Array((body ?? draft.body).utf8)))
    }
}
