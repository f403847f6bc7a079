import Credentials
import ExchangeVerification
import Hummingbird
import KeyManagement
import OrderedJSON

/// `/v1`: many stored keys checked at once, each told as soon as it is done.
struct RoundController: Sendable {
    let keys: any KeyOperations
    let catalog: ConnectorCatalog
    let sessions: SessionTable
    let slots: Slots

    var endpoints: [Endpoint] { [Endpoint(Self.verify, handler: verify)] }

    func verify(_ request: APIRequest) async throws -> Response {
        let slot = try slots.take()
        let body = try await request.members(
            "account", "connector", "include_counted", "allow_withdrawals", isRequired: false)
        let selection = try selection(body)
        let choice = try body.verificationChoice()
        // What stands against all checks is told by the status, which goes first.
        try await keys.requireChecking()
        let round = VerificationRound(keys)
        let plan = try await round.plan(selection)
        let (lines, line) = AsyncStream.makeStream(of: JSON.self)
        let session = request.sessionKey
        let tell: @Sendable (JSON) -> Void = { next in
            // Who was signed out is told no more, and no more exchanges are asked for them.
            guard session.map({ sessions.isLive($0) }) ?? true else {
                line.yield(.error(APIError.endedSession.problem))
                line.finish()
                return
            }
            line.yield(next)
        }
        return .lines(
            lines, to: request,
            onStop: {
                line.yield(.error(APIError.stopping.problem))
                line.finish()
            }, onGone: { line.finish() }
        ) {
            defer { withExtendedLifetime(slot) {} }
            defer { line.finish() }
            tell(["event": "start", "total": .integer(plan.total), "left_out": .integer(plan.leftOut.count)])
            for item in plan.leftOut { tell(Self.leftOut(item)) }
            do {
                let items = try await round.run(plan, choice: choice) { step in tell(Self.ended(step)) }
                tell(Self.sum(of: items))
            } catch let failure as Failure {
                tell(.error(failure.problem))
            }
        }
    }

    private func selection(_ body: JSONObject) throws -> VerificationRound.Selection {
        var selection = VerificationRound.Selection(includesCounted: try body.truth("include_counted") ?? false)
        if let account = try body.text("account") { selection.account = try AccountName(account) }
        if let connector = try body.text("connector") {
            selection.connector = try ConnectorName(connector, preferring: catalog)
        }
        return selection
    }

    private static func leftOut(_ item: VerificationRound.Item) -> JSON {
        .line(
            "left_out", of: item,
            [
                (
                    "reason",
                    "The exchange counts this key's requests, so that a check could disturb a running bot."
                )
            ])
    }

    private static func ended(_ step: VerificationRound.Step) -> JSON {
        let count: [(String, JSON)] = [("done", .integer(step.done)), ("total", .integer(step.total))]
        return switch step.item.result {
        case .checked(let report):
            .line("checked", count, of: step.item, [("verification", report.json(about: step.item.summary.connector))])
        case .failed(let failure): .line("failed", count, of: step.item, [("problem", failure.problem)])
        case .leftOut: leftOut(step.item)
        }
    }

    private static func sum(of items: [VerificationRound.Item]) -> JSON {
        func count(_ outcome: VerificationOutcome) -> JSON {
            .integer(
                items.count { item in
                    guard case .checked(let report) = item.result else { return false }
                    return report.outcome == outcome
                })
        }
        let failed = items.count { item in
            guard case .failed = item.result else { return false }
            return true
        }
        return [
            "event": "end", "valid": count(.valid), "rejected": count(.rejected), "inconclusive": count(.inconclusive),
            "failed": .integer(failed), "left_out": .integer(items.count { $0.result == .leftOut }),
        ]
    }
}

extension JSON {
    /// A line about a credential.
    fileprivate static func line(
        _ event: String, _ count: [(String, JSON)] = [], of item: VerificationRound.Item, _ members: [(String, JSON)]
    ) -> JSON {
        .object(
            JSONObject(
                [("event", .string(event))] + count + [
                    ("account", .string(item.account.description)),
                    ("connector", .string(item.summary.connector.description)),
                ] + members))
    }
}

extension RoundController {
    private static let verify = Route(
        .post, "/v1/verify", dialect: .versioned,
        Operation(
            id: "v1_verify", chapter: .credentials,
            summary: "Checks many stored credentials with their exchanges and tells of each as soon as it is done.",
            text:
                "A line is a JSON object with an `event`: `start` with the `total`; `left_out` for a key whose exchange "
                + "counts its requests, unless `include_counted` is true or its connector is named; `checked` with the "
                + "`verification`, or `failed` with the `problem`; `end` with the counts, or `error` with the `problem` "
                + "that ended the round. A client that closes its side ends the round, too, and so does the end of the "
                + "session that asked for it.",
            body: .init(.named("Round"), isRequired: false, example: ["account": "master_account"]),
            answers: [
                .init(200, "The lines.", .lines),
                .problem(404, "No such account, or it has no such credential."),
                .problem(423, "The vault is locked."),
                .problem(501, "The server was started without a way to ask exchanges."),
                .init(
                    503, "Too many answers are open, the server is stopping, or the vault is busy or not set up.",
                    .json(.named("Problem")), headers: ["Retry-After"]),
            ]))
}
