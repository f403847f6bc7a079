import HTTPTypes
public import Hummingbird
import KeyManagement
import Logging

/// What every request passes, in this order: host, preflight, cross-site rule, route, login, endpoint.
///
/// The route comes before the login, as in the Hummingbot API: an unknown path is 404 for everyone. Whatever is
/// thrown on the way becomes an answer here and nowhere else.
public struct RequestPipeline: HTTPResponder {
    /// The request's context.
    public typealias Context = APIContext

    let table: EndpointTable
    let hosts: HostRule
    let crossSite: CrossSiteRule
    let cors: CORSPolicy?
    let login: LoginGuard
    /// In bytes, for who is let in.
    let bodyLimit: Int

    /// In bytes, for everybody: more than a login nobody has to send, and what strangers send at once must not fill the
    /// memory.
    private static let openBodyLimit = 8 * 1024

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - request: As it arrived.
    ///   - context: Its logger carries the request's id.
    /// - Returns: Always an answer, errors included.
    /// - Throws: Only what the connection itself threw while the body was read.
    public func respond(to request: Request, context: APIContext) async throws -> Response {
        let start = ContinuousClock.now
        let target = RequestTarget(request.head.path ?? "")
        let match = table.match(request.method, target)
        var response: Response
        do {
            response = try await answer(request, target, match, context)
        } catch let fault as TransportFault {
            throw fault.cause
        } catch {
            response = errorResponse(for: error, request, target, match, context)
        }
        cors?.addHeaders(to: &response, for: request.head)
        SecurityHeaders.add(to: &response.headers)
        response.headers.append(HTTPField(name: .requestID, value: context.id))
        log(request, match, response, start, context)
        // The answer to HEAD ends with its header; a body would be taken for the next answer.
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(
        _ request: Request, _ target: RequestTarget, _ match: EndpointTable.Match, _ context: APIContext
    ) async throws -> Response {
        try TransferRule.check(request.head)
        try hosts.check(request.head)
        if let answer = cors?.preflightAnswer(to: request.head) { return answer }
        try crossSite.check(request.head)
        switch match {
        case .nothing: throw APIError.notFound
        case .otherMethods(let methods): throw APIError.methodNotAllowed(methods)
        case .endpoint(let endpoint, let path):
            var identity: LoginGuard.Identity?
            var limit = min(bodyLimit, Self.openBodyLimit)
            if case .login = endpoint.route.access {
                identity = try await login.identify(
                    request.head, context: context, isBackground: endpoint.route.isBackground)
                limit = bodyLimit
            }
            let asked = APIRequest(
                request: request, target: target, path: path, context: context, bodyLimit: limit, identity: identity)
            // Only changes are recorded with who asked for them.
            if request.method == .get { return try await endpoint.handler(asked) }
            let actor = login.actor(of: request.head, context: context, identity: identity)
            return try await AuditActor.$current.withValue(actor) { try await endpoint.handler(asked) }
        }
    }

    private func errorResponse(
        for thrown: any Error, _ request: Request, _ target: RequestTarget, _ match: EndpointTable.Match,
        _ context: APIContext
    ) -> Response {
        var (dialect, path) = (ErrorDialect.hummingbird(), PathParameters())
        if case .endpoint(let endpoint, let parameters) = match {
            (dialect, path) = (endpoint.route.dialect, parameters)
        }
        let failed = APIRequest(request: request, target: target, path: path, context: context, bodyLimit: bodyLimit)
        let error: APIError
        if let known = dialect.error(for: thrown, in: failed) {
            error = known
        } else {
            // The type says what went wrong; a description might hold what a person sent.
            context.logger.error("unforeseen error", metadata: ["type": "\(type(of: thrown))"])
            error = .unforeseen
        }
        return error.response(isVersioned: target.path.hasPrefix("/v1/"), requestID: context.id)
    }

    /// One line a request. It names the route, not the path: a path may hold what was pasted there by mistake.
    private func log(
        _ request: Request, _ match: EndpointTable.Match, _ response: Response, _ start: ContinuousClock.Instant,
        _ context: APIContext
    ) {
        let route =
            switch match {
            case .endpoint(let endpoint, _): endpoint.route.path.text
            case .otherMethods, .nothing: "-"
            }
        let level: Logger.Level = request.method == .get && response.status.code < 400 ? .debug : .info
        let milliseconds = start.duration(to: .now) / .milliseconds(1)
        context.logger.log(
            level: level, "request",
            metadata: [
                "method": "\(request.method.rawValue.prefix(16))", "route": "\(route)",
                "status": "\(response.status.code)", "ms": "\((milliseconds * 10).rounded() / 10)",
            ])
    }
}
