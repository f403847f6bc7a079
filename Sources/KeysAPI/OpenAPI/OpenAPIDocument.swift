import HTTPTypes
import OrderedJSON

/// The OpenAPI 3.1 description of all routes.
struct OpenAPIDocument {
    let routes: [Route]
    let version: String
    /// What a session's cookie is called at the port that the server listens on.
    let cookieName: String

    var json: JSON {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "keys-manager", "version": .string(version),
                "summary": "Exchange keys for Hummingbot, encrypted in Hummingbot's own files.",
                "description": .string(Self.description),
            ],
            "tags": .array(Operation.Chapter.allCases.map { ["name": .string($0.rawValue)] }),
            "paths": .object(paths),
            "components": [
                "securitySchemes": [
                    "basic": ["type": "http", "scheme": "basic"],
                    "session": [
                        "type": "apiKey", "in": "cookie", "name": .string(cookieName),
                        "description": .string(Self.cookieDescription),
                    ],
                ],
                "schemas": .object(JSONObject(ComponentSchemas.all.map { ($0.key, $0.value.json) })),
            ],
        ]
    }

    static let description =
        "Three generations of clients find the routes that they know; the routes under /v1 are this program's own. "
        + "A request body is read as JSON whatever its Content-Type. Every answer carries an X-Request-ID header, which "
        + "the log repeats. A path ends with a slash or without, as written here, and never redirects."

    private static let cookieDescription =
        "From signing in. It counts only for pages of this server, and where there is no Authorization header. Its name "
        + "ends with the port, as the browser knows it."

    private var paths: JSONObject {
        var paths = JSONObject()
        for route in routes {
            var item = paths[route.path.text]?.objectValue ?? JSONObject()
            item[route.method.rawValue.lowercased()] = .object(operation(of: route))
            paths[route.path.text] = .object(item)
        }
        return paths
    }

    private func operation(of route: Route) -> JSONObject {
        let operation = route.operation
        var object = JSONObject([
            ("operationId", .string(operation.id)), ("tags", .array([.string(operation.chapter.rawValue)])),
            ("summary", .string(operation.summary)),
        ])
        if !operation.text.isEmpty { object["description"] = .string(operation.text) }
        let parameters = Self.pathParameters(of: route) + operation.parameters.map(Self.parameter)
        if !parameters.isEmpty { object["parameters"] = .array(parameters) }
        if let body = operation.body {
            object["requestBody"] = [
                "required": .bool(body.isRequired),
                "content": ["application/json": ["schema": body.schema.json, "example": body.example]],
            ]
        }
        object["responses"] = .object(JSONObject(route.allAnswers.map { (String($0.status), Self.answer($0)) }))
        object["security"] = route.access == .login ? [["basic": []], ["session": []]] : []
        return object
    }

    private static func pathParameters(of route: Route) -> [JSON] {
        route.path.parameterNames.map { name in
            let isName = name == "account" || name == "connector"
            return [
                "name": .string(name), "in": "path", "required": true,
                "schema": (isName ? Schema.name : .string).json,
            ]
        }
    }

    private static func parameter(_ parameter: Operation.Parameter) -> JSON {
        [
            "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
            "required": .bool(parameter.isRequired), "description": .string(parameter.text),
            "schema": parameter.schema.json,
        ]
    }

    private static func answer(_ answer: Operation.Answer) -> JSON {
        var object = JSONObject([("description", .string(answer.text))])
        if !answer.headers.isEmpty {
            object["headers"] = .object(
                JSONObject(answer.headers.map { ($0, ["schema": ["type": "string"]]) }))
        }
        var content = JSONObject()
        for kind in answer.contents {
            switch kind {
            case .nothing: break
            case .json(let schema): content["application/json"] = ["schema": schema.json]
            case .page: content["text/html"] = ["schema": ["type": "string"]]
            case .styleSheet: content["text/css"] = ["schema": ["type": "string"]]
            case .script: content["text/javascript"] = ["schema": ["type": "string"]]
            case .lines: content["application/x-ndjson"] = ["schema": ["type": "string"]]
            // Each event is one value, as readers of such streams give it.
            case .events(let names):
                let event = Schema.object(
                    ["event": .one(of: names), "data": .string, "retry": .count], optional: ["retry"])
                content["text/event-stream"] = ["schema": event.json]
            }
        }
        if !content.isEmpty { object["content"] = .object(content) }
        return .object(object)
    }
}

extension Route {
    /// The documented answers: the operation's own and those that every request of its kind can get.
    var allAnswers: [Operation.Answer] {
        var answers = operation.answers
        for common in commonAnswers where !answers.contains(where: { $0.status == common.status }) {
            answers.append(common)
        }
        return answers.sorted { $0.status < $1.status }
    }

    private var commonAnswers: [Operation.Answer] {
        let errorSchema = path.text.hasPrefix("/v1/") ? Schema.named("Problem") : .named("Detail")
        func error(_ status: Int, _ text: String) -> Operation.Answer {
            Operation.Answer(status, text, .json(errorSchema))
        }
        var answers = [
            error(400, "The Host header is missing or doubled, a name is invalid, or the body cannot be read."),
            error(421, "The Host header names another server."),
            error(500, "Something unforeseen; the answer names the request's id."),
        ]
        if access == .login {
            answers.append(
                Operation.Answer(
                    401, "No login, a wrong one, or a session that has ended.", .json(errorSchema),
                    headers: ["WWW-Authenticate", "Set-Cookie"]))
            answers.append(error(403, "The request comes from a page of another origin, or from a refused machine."))
            answers.append(
                Operation.Answer(
                    429, "Too many failed logins wait for their answers.", .json(errorSchema),
                    headers: ["Retry-After"]))
            answers.append(error(503, "The server is stopping, or the vault is busy or not set up."))
            answers.append(error(507, "The vault's folder cannot be read or written."))
        }
        if operation.body != nil { answers.append(error(413, "The body is too large.")) }
        return answers
    }
}
