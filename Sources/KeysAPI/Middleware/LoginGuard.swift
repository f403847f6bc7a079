import HTTPTypes
import Hummingbird
import KeyManagement
import Logging

/// Lets requests with the right login through and slows the others down.
struct LoginGuard: Sendable {
    private let login: LoginCheck
    private let isWellKnown: Bool
    private let failures: FailedLogins
    private let addresses: ClientAddressRule
    private let user: String
    private let onFailure: @Sendable (_ address: String?) async -> Void

    init(
        _ login: APILogin, failures: FailedLogins, addresses: ClientAddressRule,
        onFailure: @escaping @Sendable (_ address: String?) async -> Void
    ) {
        user = login.user
        self.onFailure = onFailure
        self.login = LoginCheck(login)
        isWellKnown = login.isWellKnown
        self.failures = failures
        self.addresses = addresses
    }

    /// Who asks, as the audit log names them.
    ///
    /// - Parameter isLoggedIn: Whether ``check(_:context:)`` let the request through.
    func actor(of request: HTTPRequest, context: APIContext, isLoggedIn: Bool) -> AuditActor {
        AuditActor(
            door: "api", login: isLoggedIn ? user : nil,
            address: addresses.address(of: request, from: context.peerAddress)?.description)
    }

    /// - Throws: ``APIError`` 401, 429, or 403 for the login that everyone knows.
    func check(_ request: HTTPRequest, context: APIContext) async throws {
        switch login.check(request.headerFields[.authorization]) {
        case .accepted:
            if isWellKnown, !ClientAddressRule.isLocal(request, from: context.peerAddress) {
                throw APIError.wellKnownLogin
            }
            if !failures.isEmpty { failures.succeed(addresses.address(of: request, from: context.peerAddress)) }
        case .missing:
            throw challenge(.notAuthenticated, for: request)
        case .wrong:
            let address = addresses.address(of: request, from: context.peerAddress)
            await onFailure(address?.description)
            context.logger.notice("login refused", metadata: ["address": "\(address?.description ?? "unknown")"])
            guard try await failures.waitAfterFailure(of: address) else {
                throw APIError.tooManyFailedLogins(retryAfter: 5)
            }
            throw challenge(.wrongLogin, for: request)
        }
    }

    /// Adds the challenge, except for pages: there it would make the browser ask for, and keep, a login of its own.
    private func challenge(_ error: APIError, for request: HTTPRequest) -> APIError {
        guard !request.comesFromPage else { return error }
        var error = error
        error.headers[.wwwAuthenticate] = "Basic"
        return error
    }
}

extension HTTPRequest {
    /// Whether a browser's page or its address bar sent the request.
    fileprivate var comesFromPage: Bool {
        headerFields[.secFetchSite] != nil || headerFields[.secFetchMode] != nil || headerFields[.secFetchDest] != nil
            || acceptsHTML
    }

    /// Whether the client asks for a page rather than for data.
    var acceptsHTML: Bool { headerFields[.accept]?.lowercased().contains("text/html") ?? false }
}
