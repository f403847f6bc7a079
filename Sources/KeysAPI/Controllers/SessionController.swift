import Credentials
import ExchangeVerification
import HTTPTypes
import Hummingbird
import KeyManagement
import OrderedJSON

/// `/v1`: signing in and out by the page.
struct SessionController: Sendable {
    let login: LoginGuard
    let onEvent: @Sendable (SessionEvent) async -> Void

    private var sessions: SessionTable { login.sessions }

    var endpoints: [Endpoint] {
        [
            Endpoint(Self.signIn, handler: signIn),
            Endpoint(
                .get, "/v1/session", dialect: .versioned,
                Operation(
                    id: "v1_session", chapter: .sessions, summary: "The session that the request belongs to.",
                    answers: [.init(200, "The session.", .json(.named("Session"))), .noSession]),
                handler: show),
            Endpoint(
                .delete, "/v1/session", dialect: .versioned,
                Operation(
                    id: "v1_sign_out", chapter: .sessions, summary: "Signs out: ends the session.",
                    answers: [
                        .init(200, "Ended, and the cookie cleared.", .json(.object([:])), headers: ["Set-Cookie"]),
                        .noSession,
                    ]),
                handler: signOut),
            Endpoint(
                .delete, "/v1/sessions", dialect: .versioned,
                Operation(
                    id: "v1_sign_out_everywhere", chapter: .sessions, summary: "Ends all sessions, in every browser.",
                    answers: [
                        .init(
                            200, "How many were ended.", .json(.object(["ended": .count])), headers: ["Set-Cookie"])
                    ]),
                handler: signOutEverywhere),
        ]
    }

    func signIn(_ request: APIRequest) async throws -> Response {
        let body = try await request.members("user", "password")
        guard let user = body["user"]?.stringValue, let password = body["password"]?.stringValue else {
            throw APIError.malformed("`user` and `password` must be the login.")
        }
        try await login.signIn(user: user, password: Secret(password), request.head, context: request.context)
        let old = login.cookie.keys(in: request.head) ?? []
        let (token, session) = sessions.begin(insteadOf: old)
        await tell(.began, request)
        var response = Response(json: json(session))
        response.headers.append(login.cookie.setting(token, for: request.head))
        return response
    }

    func show(_ request: APIRequest) throws -> Response {
        guard case .session(_, let session) = request.identity else { throw APIError.noSession }
        return Response(json: json(session))
    }

    func signOut(_ request: APIRequest) async throws -> Response {
        guard case .session(let key, _) = request.identity else { throw APIError.noSession }
        if sessions.end(key) { await tell(.ended(count: 1), request) }
        var response = Response(json: .object(JSONObject()))
        response.headers.append(login.cookie.clearing(for: request.head))
        return response
    }

    func signOutEverywhere(_ request: APIRequest) async throws -> Response {
        let count = sessions.endAll()
        if count > 0 { await tell(.ended(count: count), request) }
        var response = Response(json: ["ended": .integer(count)])
        if case .session = request.identity { response.headers.append(login.cookie.clearing(for: request.head)) }
        return response
    }

    private func tell(_ event: SessionEvent, _ request: APIRequest) async {
        // Signing in has no login yet that the pipeline could have named.
        let actor =
            request.identity == nil
            ? login.pageActor(of: request.head, context: request.context) : AuditActor.current
        await AuditActor.$current.withValue(actor) { await onEvent(event) }
    }

    private func json(_ session: SessionTable.Session) -> JSON {
        let lifetime = Int(sessions.limits.lifetime / .milliseconds(1))
        return [
            "user": .string(login.user), "signed_in_at": .string(session.signedInAt.description),
            "idle_seconds": .integer(Int(sessions.limits.idle / .seconds(1))),
            "expires_at": .string(session.signedInAt.advanced(by: lifetime).description),
        ]
    }
}

extension SessionController {
    private static let signIn = Route(
        .post, "/v1/session", access: .open, dialect: .versioned,
        Operation(
            id: "v1_sign_in", chapter: .sessions, summary: "Signs a browser in with the login, for a cookie.",
            text:
                "The cookie takes the place of the login in every request of the same origin, until the session ends: "
                + "by signing out, after a while without use, or at `expires_at`. A request with the header "
                + "`Keys-Manager-Background: 1` does not count as use. Every session has a new cookie; the one that "
                + "the browser had before ends.",
            body: .init(
                .object(["user": .string, "password": .secret]),
                example: ["user": "admin", "password": "the API's password"]),
            answers: [
                .init(200, "Signed in.", .json(.named("Session")), headers: ["Set-Cookie"]),
                .problem(401, "The user or the password is wrong."),
                .problem(403, "The request comes from a page of another origin, or from a refused machine."),
                .init(
                    429, "Too many failed logins wait for their answers.", .json(.named("Problem")),
                    headers: ["Retry-After"]),
                .problem(503, "The server is stopping."),
            ]))
}

extension Operation.Answer {
    fileprivate static let noSession = problem(404, "The request is logged in by its Authorization header.")
}
