import CredentialVault
import Credentials
import Hummingbird
import KeyManagement
import OrderedJSON

/// `/v1`: the vault as a whole.
struct VaultController: Sendable {
    let keys: any KeyOperations
    private let passwords: PasswordGuard
    private let cache: OverviewCache

    /// - Parameters:
    ///   - keys: The vault.
    ///   - catalog: Describes the connectors that occur in it.
    ///   - version: The program's, for the overview.
    ///   - passwords: Stands before whatever tries the vault's password.
    init(keys: any KeyOperations, catalog: ConnectorCatalog, version: String, passwords: PasswordGuard) {
        self.keys = keys
        self.passwords = passwords
        cache = OverviewCache { $0.json(describing: catalog, version: version) }
    }

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/v1/overview", dialect: .versioned,
                Operation(
                    id: "v1_overview", chapter: .overview,
                    summary: "Everything that can be said without a password, in one answer.",
                    text: "Ask again with If-None-Match: as long as nothing has changed, the answer is empty.",
                    parameters: [.knownTag],
                    answers: [
                        .init(
                            200, "The vault with its accounts and credentials.", .json(.named("Overview")),
                            headers: ["ETag"]),
                        .notModified,
                    ])
            ) { request in cache.encoded(try await keys.overview()).response(to: request) },
            Endpoint(
                .get, "/v1/vault", dialect: .versioned,
                Operation(
                    id: "v1_vault", chapter: .overview, summary: "Whether the vault is locked.",
                    answers: [.vault])
            ) { _ in Response(json: try await keys.status().json) },
            Endpoint(
                .post, "/v1/vault/unlock", dialect: .versioned,
                Operation(
                    id: "v1_unlock", chapter: .overview,
                    summary: "Opens the vault until it is locked or the server ends.",
                    text:
                        "The password is the vault's (Hummingbot's config password), not the API's. One request at a time "
                        + "tries it, and that it is wrong is answered late.",
                    body: .init(.object(["password": .secret]), example: ["password": "the vault's password"]),
                    answers: [
                        .vault, .problem(403, "The password is wrong, or the request is a foreign page's."), .notNow,
                    ]),
                handler: unlock),
            Endpoint(
                .post, "/v1/vault/password", dialect: .versioned,
                Operation(
                    id: "v1_change_password", chapter: .overview,
                    summary: "Changes the vault's password; every secret is sealed anew, all or none.",
                    text:
                        "Takes a third of a second for each secret that Hummingbot sealed. The vault is unlocked afterwards. "
                        + "Who accepts application/x-ndjson gets lines: objects with an `event`, which is `progress` with how "
                        + "many files of the `total` are `opened`, and last `done` with what is said otherwise, or `error` "
                        + "with the `status` and the `problem`. A client that closes its side does not stop the change. "
                        + "One request at a time tries a password, and that it is wrong is answered late.",
                    body: .init(
                        .object(
                            ["current": .secret, "new": .newSecret, "leave_unreadable": .boolean],
                            optional: ["leave_unreadable"]),
                        example: ["current": "the vault's password", "new": "another one"]),
                    answers: [
                        .init(
                            200, "What was sealed anew, and what is to be done now.", .json(.named("Resealed")), .lines),
                        .problem(403, "The password is wrong, or the request is a foreign page's."),
                        .problem(
                            409, "A secret does not open, or another program changed a file; nothing was changed."),
                        .problem(422, "The new password cannot be one; nothing was changed."),
                        .notNow,
                    ]),
                handler: changePassword),
            Endpoint(
                .post, "/v1/vault/lock", dialect: .versioned,
                Operation(
                    id: "v1_lock", chapter: .overview, summary: "Forgets the password and every derived key.",
                    answers: [.vault])
            ) { _ in
                try await keys.lock()
                return Response(json: try await keys.status().json)
            },
        ]
    }

    func unlock(_ request: APIRequest) async throws -> Response {
        guard let password = try await request.members("password")["password"]?.stringValue else {
            throw APIError.malformed("`password` must be the vault's password.")
        }
        let attempt = try passwords.begin(Secret(password), request.head, from: request.context.peerAddress)
        try await passwords.run(attempt) { try await keys.unlock(with: Secret(password)) }
        return Response(json: try await keys.status().json)
    }
}

extension VaultController {
    fileprivate func changePassword(_ request: APIRequest) async throws -> Response {
        let body = try await request.members("current", "new", "leave_unreadable")
        guard let current = body["current"]?.stringValue, let new = body["new"]?.stringValue else {
            throw APIError.malformed("`current` and `new` must be the present and the new password.")
        }
        let change = PasswordChange(
            current: Secret(current), new: Secret(new), leavesUnreadable: try body.truth("leave_unreadable") ?? false)
        let attempt = try passwords.begin(change.current, request.head, from: request.context.peerAddress)
        guard request.acceptsLines else { return Response(json: try await outcome(of: change, attempt) { _ in }.json) }
        let (lines, line) = AsyncStream.makeStream(of: JSON.self)
        return .lines(lines, to: request, onStop: {}, onGone: {}, outlivesClient: true) {
            defer { line.finish() }
            do {
                let outcome = try await outcome(of: change, attempt) { progress in
                    line.yield(
                        ["event": "progress", "opened": .integer(progress.done), "total": .integer(progress.total)])
                }
                line.yield(.event("done", outcome.json))
            } catch {
                let error = ErrorDialect.versioned.error(for: error, in: request) ?? .unforeseen
                line.yield(
                    ["event": "error", "status": .integer(error.status.code), "problem": error.problem])
            }
        }
    }

    private func outcome(
        of change: PasswordChange, _ attempt: PasswordGuard.Attempt,
        progress: @escaping @Sendable (ResealProgress) -> Void
    ) async throws -> ResealOutcome {
        do {
            return try await passwords.run(attempt) { try await keys.changePassword(change, progress: progress) }
        } catch let failure as Failure where failure.kind == .damaged {
            // The server is well; what stands in the way is in the vault, and the client can decide about it.
            throw APIError(.conflict, failure.message, code: failure.kind.rawValue, hint: failure.hint)
        }
    }
}

extension Operation.Answer {
    fileprivate static let vault = Self(200, "The vault's state.", .json(.named("Vault")))

    fileprivate static let notNow = Self(
        429,
        "Another request tries a password just now (`busy`), or too many wrong passwords or failed logins wait for their "
            + "answers.",
        .json(.named("Problem")), headers: ["Retry-After"])
}
