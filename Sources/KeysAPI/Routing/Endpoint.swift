import HTTPTypes
import Hummingbird

/// One method of one path: who may call it, how it is documented and in whose words it tells its errors.
///
/// The documentation is a part of the route, so there is no route without one.
struct Route: Sendable {
    enum Access: Sendable {
        /// Anyone who reaches the port.
        case open
        /// Who sends the login, or the cookie of a session.
        case login
    }

    let method: HTTPRequest.Method
    let path: PathPattern
    let access: Access
    let dialect: ErrorDialect
    let operation: Operation
    /// Whether asking this does not show that a person is there.
    let isBackground: Bool

    init(
        _ method: HTTPRequest.Method, _ path: String, access: Access = .login, dialect: ErrorDialect = .hummingbird(),
        isBackground: Bool = false, _ operation: Operation
    ) {
        self.method = method
        self.path = PathPattern(path)
        self.access = access
        self.dialect = dialect
        self.operation = operation
        self.isBackground = isBackground
    }
}

/// A route with what it does.
struct Endpoint: Sendable {
    typealias Handler = @Sendable (APIRequest) async throws -> Response

    let route: Route
    let handler: Handler

    init(_ route: Route, handler: @escaping Handler) {
        self.route = route
        self.handler = handler
    }

    init(
        _ method: HTTPRequest.Method, _ path: String, dialect: ErrorDialect, _ operation: Operation,
        handler: @escaping Handler
    ) {
        self.init(Route(method, path, dialect: dialect, operation), handler: handler)
    }

    /// The same operation under another path.
    func alias(_ path: String, id: String) -> Endpoint {
        Endpoint(
            Route(
                route.method, path, access: route.access, dialect: route.dialect, isBackground: route.isBackground,
                route.operation.renamed(id)),
            handler: handler)
    }
}
