import Credentials
import HTTPTypes
import Hummingbird
import KeyManagement
import Logging

/// Lets requests with the right login, or with the cookie of a session, through and slows guessing the login down.
///
/// On this machine everybody shares one address, so there the right login is let through whoever else is guessing; and so
/// it is by a cookie everywhere, since nobody can guess one. See ``FailedGuesses`` for all others.
struct LoginGuard: Sendable {
    /// What a request is let through by.
    enum Identity: Sendable {
        /// The login in its Authorization header.
        case login
        /// A session's cookie.
        case session(SessionKey, SessionTable.Session)
    }

    let user: String
    let sessions: SessionTable
    let cookie: SessionCookie
    private let login: LoginCheck
    private let isWellKnown: Bool
    private let failures: FailedGuesses
    private let addresses: ClientAddressRule
    private let onFailure: @Sendable (_ address: String?) async -> Void

    init(
        _ login: APILogin, failures: FailedGuesses, addresses: ClientAddressRule, sessions: SessionTable,
        cookie: SessionCookie, onFailure: @escaping @Sendable (_ address: String?) async -> Void
    ) {
        user = login.user
        self.sessions = sessions
        self.cookie = cookie
        self.onFailure = onFailure
        self.login = LoginCheck(login)
        isWellKnown = login.isWellKnown
        self.failures = failures
        self.addresses = addresses
    }

    /// Who asks, as the audit log names them.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - context: Where it came from.
    ///   - identity: What ``identify(_:context:isBackground:)`` let the request through by.
    /// - Returns: The actor.
    func actor(of request: HTTPRequest, context: APIContext, identity: Identity?) -> AuditActor {
        if case .session = identity { return pageActor(of: request, context: context) }
        return AuditActor(
            door: "api", login: identity.map { _ in user }, address: address(of: request, context)?.description)
    }

    /// Who signs in or out by the page, as the audit log names them.
    func pageActor(of request: HTTPRequest, context: APIContext) -> AuditActor {
        AuditActor(door: "page", login: user, address: address(of: request, context)?.description)
    }

    /// Lets a request through by its Authorization header or, where it has none, by its cookie.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - context: Where it comes from.
    ///   - isBackground: Whether no person is behind requests of this kind, so that they do not keep a session alive.
    /// - Returns: By what.
    /// - Throws: ``APIError`` 401, 429, or 403: for the login that everyone knows, and for a change that a cookie alone asks
    ///   for.
    func identify(
        _ request: HTTPRequest, context: APIContext, isBackground: Bool = false
    ) async throws -> Identity {
        if let authorization = request.headerFields[.authorization] {
            do {
                try await admit(request, context) { login.check(authorization) }
            } catch let error as APIError where error.status == .unauthorized {
                throw challenge(error, for: request)
            }
            return .login
        }
        guard request.isOfOwnPage, let keys = cookie.keys(in: request) else {
            throw challenge(.notAuthenticated, for: request)
        }
        // A cookie goes along with what any page of the host asks for, so that a change needs a proof of the page.
        guard !request.isChange || request.isOfOwnOrigin || request.headerFields[.secFetchSite] == "same-origin" else {
            throw APIError.foreignOrigin
        }
        let isRenewing = !isBackground && request.headerFields[.keysManagerBackground] != "1"
        for key in keys {
            guard let session = sessions.use(key, isRenewing: isRenewing) else { continue }
            try checkPlace(request, context)
            return .session(key, session)
        }
        throw APIError.sessionEnded(clearing: cookie.clearing(for: request))
    }

    /// Lets a person in who has entered a login on the page.
    ///
    /// - Throws: ``APIError`` 401, 429, or 403 for the login that everyone knows.
    func signIn(user: String, password: Secret, _ request: HTTPRequest, context: APIContext) async throws {
        try await admit(request, context) { login.check(user: user, password: password) }
    }

    private func admit(
        _ request: HTTPRequest, _ context: APIContext, _ check: () -> LoginCheck.Outcome
    ) async throws {
        // Hardly ever has anybody failed, and then the address is not even looked at.
        if !failures.isEmpty, !isLocal(request, context), failures.isClosed(to: address(of: request, context)) {
            throw APIError.tooManyFailedLogins
        }
        switch check() {
        case .accepted:
            try checkPlace(request, context)
            if !failures.isEmpty { failures.succeed(address(of: request, context)) }
        case .missing:
            throw APIError.notAuthenticated
        case .wrong(let guess):
            let address = address(of: request, context)
            let hasWaited = try await failures.wait(after: isLocal(request, context) ? nil : guess, of: address) {
                await onFailure(address?.description)
                context.logger.notice("login refused", metadata: ["address": "\(address?.description ?? "unknown")"])
            }
            throw hasWaited ? APIError.wrongLogin : .tooManyFailedLogins
        }
    }

    /// - Throws: ``APIError`` 403 for the login that everyone knows from another machine.
    private func checkPlace(_ request: HTTPRequest, _ context: APIContext) throws(APIError) {
        if isWellKnown, !isLocal(request, context) { throw .wellKnownLogin }
    }

    private func isLocal(_ request: HTTPRequest, _ context: APIContext) -> Bool {
        ClientAddressRule.isLocal(request, from: context.peerAddress)
    }

    private func address(of request: HTTPRequest, _ context: APIContext) -> IPAddress? {
        addresses.address(of: request, from: context.peerAddress)
    }

    /// Adds the challenge, except for pages: there it would make the browser ask for, and keep, a login of its own.
    private func challenge(_ error: APIError, for request: HTTPRequest) -> APIError {
        guard !request.comesFromBrowser else { return error }
        var error = error
        error.headers[.wwwAuthenticate] = "Basic"
        return error
    }
}

extension HTTPRequest {
    /// Whether it asks for a change, as far as its method tells.
    fileprivate var isChange: Bool { method != .get && method != .head && method != .options }

    /// Whether nothing says that a page of another origin sent it. Other ports of the host are other origins, though
    /// they get the same cookies.
    fileprivate var isOfOwnPage: Bool {
        let site = headerFields[.secFetchSite]
        return (site == nil || site == "same-origin" || site == "none")
            && (headerFields[.origin] == nil || isOfOwnOrigin)
    }

    /// Whether a browser's page or its address bar sent the request. Over plain http from another machine browsers send
    /// no Fetch Metadata; all of them call themselves Mozilla, and programs do not.
    fileprivate var comesFromBrowser: Bool {
        headerFields[.secFetchSite] != nil || headerFields[.secFetchMode] != nil || headerFields[.secFetchDest] != nil
            || acceptsHTML || headerFields[.userAgent]?.hasPrefix("Mozilla/") == true
    }

    /// Whether the client asks for a page rather than for data.
    var acceptsHTML: Bool { headerFields[.accept]?.lowercased().contains("text/html") ?? false }
}
