import HTTPTypes
import Hummingbird
import KeyManagement
import KeysWeb
import Logging
import OrderedJSON

/// What is open to anyone: the page with its files, the documentation and the health check.
struct PageController: Sendable {
    private let keys: any KeyOperations
    private let version: String
    private let page = Asset(WebAssets.page, type: "text/html; charset=utf-8")
    private let script = Asset(WebAssets.script, type: "text/javascript; charset=utf-8")
    private let styleSheet = Asset(WebAssets.styleSheet, type: "text/css; charset=utf-8")
    private let documentation: Asset
    private let openAPI: EncodedJSON
    /// Word for word what the Hummingbot API of 2026-06-29 answers: its clients know a server by it.
    private let greeting = EncodedJSON(["name": "Hummingbot API", "version": "1.0.1", "status": "running"])

    /// Takes all other routes as well, because the documentation describes them together with its own.
    init(keys: any KeyOperations, version: String, cookieName: String, documenting others: [Route]) {
        self.keys = keys
        self.version = version
        let routes = others + [Self.root, Self.docs, Self.document, Self.app, Self.style, Self.health]
        openAPI = EncodedJSON(OpenAPIDocument(routes: routes, version: version, cookieName: cookieName).json)
        documentation = Asset(
            Array(DocumentationPage(routes: routes, version: version).html.utf8), type: "text/html; charset=utf-8")
    }

    var endpoints: [Endpoint] {
        [
            Endpoint(Self.root, handler: greet),
            Endpoint(Self.docs) { request in documentation.response(to: request) },
            Endpoint(Self.document) { _ in openAPI.response },
            Endpoint(Self.app) { request in script.response(to: request) },
            Endpoint(Self.style) { request in styleSheet.response(to: request) },
            Endpoint(Self.health, handler: checkHealth),
        ]
    }

    func greet(_ request: APIRequest) -> Response {
        var response = request.request.head.acceptsHTML ? page.response(to: request) : greeting.response
        response.headers[.vary] = "Accept"
        return response
    }

    func checkHealth(_ request: APIRequest) async throws -> Response {
        do {
            let state = try await keys.status().state
            return Response(
                json: ["status": "ok", "version": .string(version), "vault": .string(state.rawValue)])
        } catch let failure as Failure {
            request.context.logger.error("the vault cannot be read", metadata: ["cause": "\(failure.kind.rawValue)"])
            return Response(
                json: ["status": "unavailable", "version": .string(version), "vault": nil],
                status: .serviceUnavailable)
        }
    }
}

extension PageController {
    private static let root = Route(
        .get, "/", access: .open,
        Operation(
            id: "root", chapter: .server,
            summary: "A page for browsers; for programs, what the Hummingbot API answers here.",
            answers: [
                .init(
                    200, "The server runs.",
                    .json(
                        .object([
                            "name": .text("Hummingbot API"), "version": .text("1.0.1"), "status": .text("running"),
                        ])),
                    .page),
                .notModified,
            ]))

    private static let docs = Route(
        .get, "/docs", access: .open,
        Operation(
            id: "docs", chapter: .server, summary: "This documentation as a page.",
            answers: [.init(200, "The page.", .page), .notModified]))

    private static let document = Route(
        .get, "/openapi.json", access: .open,
        Operation(
            id: "openapi", chapter: .server, summary: "This documentation for programs, as OpenAPI 3.1.",
            answers: [.init(200, "The document.", .json(.anyObject))]))

    private static let app = Route(
        .get, "/app.js", access: .open,
        Operation(
            id: "app", chapter: .server, summary: "The page's script.",
            answers: [.init(200, "The script.", .script), .notModified]))

    private static let style = Route(
        .get, "/style.css", access: .open,
        Operation(
            id: "style", chapter: .server, summary: "The pages' style sheet.",
            answers: [.init(200, "The style sheet.", .styleSheet), .notModified]))

    private static let health = Route(
        .get, "/health", access: .open,
        Operation(
            id: "health", chapter: .server, summary: "Whether the server works, and whether the vault is locked.",
            answers: [
                .init(200, "It works.", .json(health(.text("ok"), .string))),
                .init(503, "The vault's folder cannot be read.", .json(health(.text("unavailable"), .null))),
            ]))

    private static func health(_ status: Schema, _ vault: Schema) -> Schema {
        .object(["status": status, "version": .string, "vault": vault])
    }
}
