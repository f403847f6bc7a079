import Foundation
import HTTPTypes
import KeyManagement
import OrderedJSON
import Testing

@testable import KeysAPI

@Suite("Documentation")
struct DocumentationTests {
    @Test("every operation of the document is routed, and names are unique")
    func operations() async throws {
        try await withAPI(clock: TestClock(isImmediate: true)) { api in
            let paths = try #require(try await api.get("/openapi.json").json?["paths"]?.objectValue)
            var ids: [String] = []
            for path in paths.members {
                for operation in path.value.objectValue?.members ?? [] {
                    ids.append(try #require(operation.value["operationId"]?.stringValue))
                    let method = try #require(HTTPRequest.Method(operation.name.uppercased()))
                    let isOpen = operation.value["security"]?.arrayValue?.isEmpty == true
                    let reply = try await api.send(method, path.name, login: nil)
                    // Signing in is open, too, and wants a body.
                    let expected = isOpen ? (method == .get ? 200 : 400) : 401
                    #expect(reply.status == expected, "\(operation.name) \(path.name)")
                }
            }
            #expect(Set(ids).count == ids.count)
            #expect(ids.count > 45)
        }
    }

    @Test("every reference in the document leads to a schema, and every schema is used")
    func references() async throws {
        try await withAPI { api in
            let document = try #require(try await api.get("/openapi.json").json)
            #expect(document["openapi"] == "3.1.0")
            #expect(document["info"]?["version"] == "1.2.3")
            let schemas = Set(document["components"]?["schemas"]?.objectValue?.names ?? [])
            let references = Set(
                document.text().matches(of: /"#\/components\/schemas\/([A-Za-z]+)"/).map { String($0.output.1) })
            #expect(references == schemas)
        }
    }

    @Test("every route asks for a login but the page, the documentation, the health check and signing in")
    func openRoutes() async throws {
        try await withAPI { api in
            let paths = try #require(try await api.get("/openapi.json").json?["paths"]?.objectValue)
            let open = paths.members.flatMap { path in
                (path.value.objectValue?.members ?? []).filter { $0.value["security"]?.arrayValue?.isEmpty == true }
                    .map { "\($0.name) \(path.name)" }
            }
            #expect(
                open == [
                    "post /v1/session", "get /", "get /docs", "get /openapi.json", "get /app.js", "get /style.css",
                    "get /health",
                ])
            let other = paths["/v1/overview"]?["get"]?["security"]
            #expect(other == [["basic": []], ["session": []]])
        }
    }

    @Test("the document names the cookie of a session as browsers at the configured port get it")
    func cookie() async throws {
        try await withAPI(testConfiguration { $0.port = 8000 }) { api in
            let schemes = try await api.get("/openapi.json").json?["components"]?["securitySchemes"]
            #expect(schemes?["session"]?["in"] == "cookie")
            #expect(schemes?["session"]?["name"] == "keys-manager-session-8000")
        }
    }

    @Test("the documentation page lists every operation and loads nothing from elsewhere")
    func page() async throws {
        try await withAPI { api in
            let page = try await api.send(.get, "/docs", login: nil)
            #expect(page.type == "text/html; charset=utf-8")
            let paths = try #require(try await api.get("/openapi.json").json?["paths"]?.objectValue)
            for path in paths.members {
                for operation in path.value.objectValue?.members ?? [] {
                    #expect(page.text.contains("<code>\(operation.name.uppercased()) \(path.name)</code>"))
                    let id = try #require(operation.value["operationId"]?.stringValue)
                    #expect(page.text.contains(#"id="\#(id)""#))
                }
            }
            #expect(!page.text.contains("http://") && !page.text.contains("https://"))
            #expect(!page.text.contains("<script") && !page.text.contains("style="))
        }
    }

    @Test("the root is a page for browsers and the server's name for programs")
    func root() async throws {
        try await withAPI { api in
            let json = try await api.send(.get, "/", login: nil)
            #expect(json.text == #"{"name":"Hummingbot API","version":"1.0.1","status":"running"}"#)
            let page = try await api.send(.get, "/", login: nil, headers: ["Accept": "text/html"])
            #expect(page.type == "text/html; charset=utf-8")
            #expect(page.text.hasPrefix("<!doctype html>"))
            #expect(page["vary"] == "Accept")
            #expect(!page.text.contains("style=") && !page.text.contains("<style"))
            for script in page.text.matches(of: /<script[^>]*>(.?)/) {
                #expect(script.output.0.contains(#"src="/app.js""#) && script.output.1 == "<")
            }
            #expect(page.text.firstMatch(of: /\son[a-z]+=/) == nil)
        }
    }

    @Test("the page's files have their types")
    func files() async throws {
        try await withAPI { api in
            for (path, type) in [("/app.js", "text/javascript"), ("/style.css", "text/css")] {
                let reply = try await api.send(.get, path, login: nil)
                #expect(reply.type == "\(type); charset=utf-8")
                #expect(reply["cache-control"] == "no-cache")
            }
        }
    }

    @Test("a page that the browser has already is 304", arguments: ["/", "/docs", "/app.js", "/style.css"])
    func notModified(path: String) async throws {
        try await withAPI { api in
            let first = try await api.send(.get, path, login: nil, headers: ["Accept": "text/html"])
            let tag = try #require(first["etag"])
            for condition in [tag, "W/\(tag)", "\"x\", \(tag)"] {
                let again = try await api.send(
                    .get, path, login: nil, headers: ["Accept": "text/html", "If-None-Match": condition])
                #expect((again.status, again.text) == (304, ""))
            }
        }
    }

    @Test("the health check tells the vault's state, and 503 when the folder cannot be read")
    func health() async throws {
        try await withAPI { api in
            let open = try await api.send(.get, "/health", login: nil)
            #expect(open.text == #"{"status":"ok","version":"1.2.3","vault":"unlocked"}"#)
            try await api.keys.lock()
            let locked = try await api.send(.get, "/health", login: nil)
            #expect(locked.json?["vault"] == "locked")
            // The store follows no link.
            try FileManager.default.removeItem(atPath: "\(api.folder)/credentials")
            try FileManager.default.createSymbolicLink(
                atPath: "\(api.folder)/credentials", withDestinationPath: api.folder)
            let broken = try await api.send(.get, "/health", login: nil)
            #expect(broken.status == 503)
            #expect(broken.text == #"{"status":"unavailable","version":"1.2.3","vault":null}"#)
            let list = try await api.get("/accounts/")
            #expect(list.status == 507)
            #expect(list.json?["detail"]?.stringValue?.contains("symbolic link") == true)
        }
    }
}
