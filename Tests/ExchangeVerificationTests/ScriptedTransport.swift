import ExchangeVerification
import Synchronization

/// Answers from a script, and remembers what was asked.
final class ScriptedTransport: HTTPTransport {
    private struct State {
        var requests: [ProbeRequest] = []
    }

    private let state = Mutex(State())
    private let answer:
        @Sendable (_ request: ProbeRequest, _ count: Int) async throws(TransportFailure) -> ProbeResponse

    /// - Parameter answer: Given the request and how often the same path was asked before.
    init(_ answer: @escaping @Sendable (ProbeRequest, Int) async throws(TransportFailure) -> ProbeResponse) {
        self.answer = answer
    }

    var requests: [ProbeRequest] { state.withLock { $0.requests } }

    func send(_ request: ProbeRequest) async throws(TransportFailure) -> ProbeResponse {
        let count = state.withLock { state in
            let count = state.requests.count {
                $0.path == request.path && ($0.body == request.body || request.path != "/info")
            }
            state.requests.append(request)
            return count
        }
        return try await answer(request, count)
    }
}

/// A clock that moves only when somebody waits.
final class TestClock: Sendable {
    private let time: Mutex<UnixTime>
    private let waits = Mutex<[Duration]>([])

    init(milliseconds: Int = 1_700_000_000_123) { time = Mutex(UnixTime(milliseconds: milliseconds)) }

    var now: UnixTime { time.withLock { $0 } }
    var waited: [Duration] { waits.withLock { $0 } }

    var clock: VerificationClock {
        VerificationClock(
            now: { self.now },
            sleep: { duration in
                let milliseconds =
                    Int(duration.components.seconds) * 1000
                    + Int(duration.components.attoseconds / 1_000_000_000_000_000)
                self.time.withLock { $0 = $0.advanced(by: milliseconds) }
                self.waits.withLock { $0.append(duration) }
            })
    }
}

func text(_ text: String, status: Int = 200) -> ProbeResponse { ProbeResponse(status: status, body: Array(text.utf8)) }
