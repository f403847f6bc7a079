import HTTPTypes
import Hummingbird

/// Cross-origin access for configured origins, in the Hummingbot API's form.
struct CORSPolicy: Sendable {
    private static let methods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"

    private let origins: Set<Origin>

    /// - Returns: `nil` when there are no origins: then no header of CORS is ever sent.
    init?(allowing origins: [Origin]) {
        guard !origins.isEmpty else { return nil }
        self.origins = Set(origins)
    }

    /// The answer to a preflight request; `nil` when the request is none.
    func preflightAnswer(to request: HTTPRequest) -> Response? {
        guard request.method == .options, let origin = request.headerFields[.origin],
            request.headerFields[.accessControlRequestMethod] != nil
        else { return nil }
        guard allows(origin) else { return Self.text("Disallowed CORS origin", status: .badRequest) }
        var response = Self.text("OK", status: .ok)
        response.headers[.accessControlAllowMethods] = Self.methods
        response.headers[.accessControlMaxAge] = "600"
        response.headers[.accessControlAllowHeaders] = request.headerFields[.accessControlRequestHeaders]
        return response
    }

    /// Adds what a browser needs to show the answer to the page that asked.
    func addHeaders(to response: inout Response, for request: HTTPRequest) {
        let varying = response.headers[.vary]
        response.headers[.vary] = varying.map { "\($0), Origin" } ?? "Origin"
        guard let origin = request.headerFields[.origin] else { return }
        response.headers[.accessControlAllowCredentials] = "true"
        if allows(origin) { response.headers[.accessControlAllowOrigin] = origin }
    }

    private func allows(_ origin: String) -> Bool { Origin(origin).map { origins.contains($0) } ?? false }

    private static func text(_ text: String, status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
