internal import Credentials
internal import OrderedJSON

/// One check on its way: asks what the probe wants to know until the probe judges.
struct ProbeRun {
    let probe: any ExchangeProbe
    let credential: Credential
    let key: KeyFingerprint
    let transport: any HTTPTransport
    let override: BaseURL?
    let clock: VerificationClock
    let nonces: any NonceMemory
    let offsets: ClockOffsets

    /// More steps than any probe has, so that a faulty one ends.
    private static let mostSteps = 12
    /// A clock that is further off is not corrected but reported: whoever sets it so far off could have requests signed
    /// for another day.
    private static let largestOffset = 24 * 60 * 60 * 1000
    /// An answer that takes longer than this tells the time too roughly, in milliseconds.
    private static let slowRoundTrip = 1000
    /// How long a nonce that lies in the future is waited for, in seconds. One that lies further ahead is not sent: the
    /// exchange would refuse every lower one, such as a bot's, until that time.
    private static let longestNonceWait = 5
    /// How far ahead of the clock a nonce of ours can lie that was sent by another process, in seconds.
    private static let largestNonceLead = 60
    /// An offset up to this may come of a clock that tells whole seconds, so no nonce is corrected by it.
    private static let unsureOffset = 2000

    /// What came out, and what must not be seen in any text that came back.
    struct Finding: Sendable {
        var verdict: ProbeVerdict
        /// How many milliseconds the exchange's clock is ahead, or `nil` when it was not asked.
        var clockOffset: Int?
        /// The header values and queries that were sent.
        var sentTexts: [String] = []

        init(_ verdict: ProbeVerdict) { self.verdict = verdict }

        init(failure: TransportFailure) { verdict = .failed([failure.cause], cure: failure.cure) }
    }

    /// Runs the check.
    func finding() async -> Finding {
        var sentTexts: [String] = []
        var clockOffset: Int?
        let verdict: ProbeVerdict
        do throws(EarlyEnd) {
            let offset = try await measuredOffset()
            clockOffset = offset?.likeliest
            verdict = try await ask(clockOffset: offset?.least ?? 0, sentTexts: &sentTexts)
        } catch {
            verdict = error.verdict
            clockOffset = error.clockOffset ?? clockOffset
        }
        var finding = Finding(verdict)
        finding.clockOffset = clockOffset
        finding.sentTexts = sentTexts
        return finding
    }

    /// A check that ended before the probe could judge.
    private struct EarlyEnd: Error {
        let verdict: ProbeVerdict
        var clockOffset: Int?

        init(_ verdict: ProbeVerdict, clockOffset: Int? = nil) {
            self.verdict = verdict
            self.clockOffset = clockOffset
        }

        init(_ failure: TransportFailure) { self.init(.failed([failure.cause], cure: failure.cure)) }

        /// The same with the rights that were told before it.
        func knowing(_ rights: KeyRights?) -> EarlyEnd { EarlyEnd(verdict.knowing(rights), clockOffset: clockOffset) }
    }

    // MARK: The clock

    /// Asks for the exchange's time, unless it was asked a moment ago.
    ///
    /// - Returns: `nil` when the exchange tells no time; the check goes on with this machine's.
    private func measuredOffset() async throws(EarlyEnd) -> ClockOffset? {
        guard let serverClock = probe.clock(for: credential) else { return nil }
        let server = override ?? BaseURL(host: serverClock.call.route.host)
        if let known = await offsets.offset(of: server, at: clock.now()) { return known }
        var request = ProbeRequest(serverClock.call)
        request.base = server
        guard var best = try await measurement(request, serverClock) else { return nil }
        // The first answer waits for the connection, too; a slow one says little, so a second one may say more.
        if best.roundTrip > Self.slowRoundTrip, let second = try await measurement(request, serverClock),
            second.roundTrip < best.roundTrip
        {
            best = second
        }
        await offsets.keep(best.offset, of: server, at: clock.now())
        return best.offset
    }

    private struct Measurement {
        let offset: ClockOffset
        /// In milliseconds.
        let roundTrip: Int
    }

    private func measurement(
        _ request: ProbeRequest, _ serverClock: ServerClock
    ) async throws(EarlyEnd) -> Measurement? {
        let before = clock.now()
        let response = try await sendUnsigned(request)
        let after = clock.now()
        if [429, 418].contains(response.status) {
            throw EarlyEnd(AnswerJudgement.verdict(byStatusOf: response, code: nil, message: nil))
        }
        guard response.status == 200, let time = serverClock.milliseconds(response) else { return nil }
        let offset = ClockOffset(of: time, askedAt: before, answeredAt: after)
        guard let offset, (-Self.largestOffset...Self.largestOffset).contains(offset.likeliest) else {
            throw EarlyEnd(.failed([.clockSkew]), clockOffset: offset?.likeliest)
        }
        return Measurement(offset: offset, roundTrip: after.milliseconds - before.milliseconds)
    }

    /// Sends what carries no signature, once more when that is useful.
    private func sendUnsigned(_ request: ProbeRequest) async throws(EarlyEnd) -> ProbeResponse {
        do throws(TransportFailure) {
            do throws(TransportFailure) {
                return try await transport.send(request)
            } catch  where error.isWorthRetry {
                return try await transport.send(request)
            }
        } catch {
            throw EarlyEnd(error)
        }
    }

    // MARK: The probe's own questions

    /// Asks until the probe judges. What was told of the key's rights stays with whatever comes out.
    private func ask(clockOffset: Int, sentTexts: inout [String]) async throws(EarlyEnd) -> ProbeVerdict {
        var answers: [ProbeAnswer] = []
        do throws(EarlyEnd) {
            let verdict = try await ask(clockOffset: clockOffset, answers: &answers, sentTexts: &sentTexts)
            return verdict.knowing(probe.rights(toldBy: answers))
        } catch {
            throw error.knowing(probe.rights(toldBy: answers))
        }
    }

    private func ask(
        clockOffset: Int, answers: inout [ProbeAnswer], sentTexts: inout [String]
    ) async throws(EarlyEnd) -> ProbeVerdict {
        while answers.count < Self.mostSteps {
            switch probe.next(after: answers, for: credential) {
            case .judge(let verdict): return verdict
            case .ask(let call, let pause):
                guard probe.routes.contains(where: { $0.covers(call.route) }) else {
                    throw EarlyEnd(.failed([.exchangeUnavailable]))
                }
                do {
                    if pause > .zero { try await clock.sleep(pause) }
                } catch {
                    throw EarlyEnd(TransportFailure.cancelled)
                }
                let response = try await response(
                    to: call, clockOffset: clockOffset, after: answers, sentTexts: &sentTexts)
                answers.append(ProbeAnswer(call, response, at: clock.now().advanced(by: clockOffset)))
            }
        }
        throw EarlyEnd(.failed([.exchangeUnavailable]))
    }

    /// Sends a question, once more when that is safe and useful: then signed anew, because some exchanges take no
    /// signature twice.
    private func response(
        to call: ProbeCall, clockOffset: Int, after answers: [ProbeAnswer], sentTexts: inout [String]
    ) async throws(EarlyEnd) -> ProbeResponse {
        let request = try await signed(call, clockOffset: clockOffset, after: answers)
        sentTexts += Self.tellingTexts(of: request)
        do throws(TransportFailure) {
            return try await transport.send(request)
        } catch {
            guard probe.nonceRule == .none, error.isWorthRetry else { throw EarlyEnd(error) }
        }
        let second = try await signed(call, clockOffset: clockOffset, after: answers)
        sentTexts += Self.tellingTexts(of: second)
        do throws(TransportFailure) {
            return try await transport.send(second)
        } catch {
            throw EarlyEnd(error)
        }
    }

    private func signed(
        _ call: ProbeCall, clockOffset: Int, after answers: [ProbeAnswer]
    ) async throws(EarlyEnd) -> ProbeRequest {
        let nonce = call.isSigned ? try await takeNonce(clockOffset: clockOffset) : 0
        var generator = SystemRandomNumberGenerator()
        let stamp = ProbeStamp(
            time: clock.now().advanced(by: clockOffset), nonce: nonce,
            random: (0..<32).map { _ in generator.next() as UInt8 }, answers: answers)
        var request: ProbeRequest
        do throws(UnusableSecret) {
            request = try probe.request(for: call, of: credential, stamp: stamp)
        } catch {
            throw EarlyEnd(.failed([.wrongSecret]))
        }
        // A header cannot carry lines; a pasted PEM key or a damaged text may have some.
        guard request.headers.allSatisfy({ $0.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }) else {
            throw EarlyEnd(.failed([.wrongKey]))
        }
        if let override { request.base = override }
        return request
    }

    /// A nonce as Hummingbot counts, 0 where none is counted; waits for it when it lies just ahead.
    private func takeNonce(clockOffset: Int) async throws(EarlyEnd) -> Int {
        let (unit, offset): (Int, Int)
        switch probe.nonceRule {
        case .none: return 0
        case .wholeSeconds: (unit, offset) = (1000, 0)
        case .milliseconds: (unit, offset) = (1, abs(clockOffset) > Self.unsureOffset ? clockOffset : 0)
        }
        func now() -> UnixTime { clock.now().advanced(by: offset) }
        let lowest = unit == 1 ? now().milliseconds : now().seconds
        let longestWait = Self.longestNonceWait * 1000 / unit
        let nonce: Int
        do {
            nonce = try await nonces.takeNonce(
                atLeast: lowest, within: Self.largestNonceLead * 1000 / unit, for: key)
            if (1...longestWait).contains(nonce - lowest) {
                try await clock.sleep(.milliseconds(max(0, nonce * unit - now().milliseconds)))
            }
        } catch is CancellationError {
            throw EarlyEnd(TransportFailure.cancelled)
        } catch {
            throw EarlyEnd(
                .failed(
                    [.nonceOutOfOrder],
                    cure:
                        "The record of the key's request numbers could not be written, so nothing was sent; check the "
                        + "vault's folder and its disk."))
        }
        guard nonce - lowest <= longestWait else {
            throw EarlyEnd(
                .failed(
                    [.nonceOutOfOrder],
                    cure:
                        "The key's last request number is ahead of this machine's clock, so no request was sent with a "
                        + "higher one; try again in a minute."))
        }
        return nonce
    }

    /// What was sent and is long enough for a signature or a token; times and windows may be shown.
    private static func tellingTexts(of request: ProbeRequest) -> [String] {
        let parameters = (request.query + "&" + request.body).split(separator: "&")
        // A token may stand behind a word such as `Bearer` or the name of a cookie.
        let words = request.headers.flatMap { $0.value.split { " ;=".contains($0) }.map(String.init) }
        return (request.headers.map(\.value) + words + parameters.map { String($0.drop { $0 != "=" }.dropFirst()) })
            .filter { $0.utf8.count > 16 }
    }
}
