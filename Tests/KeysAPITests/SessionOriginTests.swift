import HTTPTypes
import OrderedJSON
import Testing

@testable import KeysAPI

@Suite("Pages that may use a session")
struct SessionOriginTests {
    private static let account = #"{"name": "second"}"#

    @Test(
        "pages of other origins get nothing by the cookie, though browsers send it to every port of the host",
        arguments: [
            ["Sec-Fetch-Site": "same-site"], ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "other"],
            ["Sec-Fetch-Site": "", "Origin": "http://localhost:8001"], ["Origin": "http://localhost:8001"],
            ["Sec-Fetch-Site": "", "Origin": "null"],
        ])
    func foreignReads(headers: [String: String]) async throws {
        try await withAPI { api in
            let browser = try await Browser.signedIn(api)
            let reply = try await browser.asking(.get, "/v1/overview", headers: headers)
            #expect((reply.status, reply.json?["code"]) == (401, "unauthorized"))
            #expect(reply["set-cookie"] == nil)
            #expect(try await browser.status() == 200)
        }
    }

    @Test(
        "the page itself, and a person at the address bar, read by the cookie",
        arguments: [
            ["Sec-Fetch-Site": "same-origin"], ["Sec-Fetch-Site": "none"], ["Sec-Fetch-Site": ""],
            ["Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"],
        ])
    func ownReads(headers: [String: String]) async throws {
        try await withAPI { api in
            let browser = try await Browser.signedIn(api)
            #expect(try await browser.asking(.get, "/v1/overview", headers: headers).status == 200)
        }
    }

    @Test(
        "a change by the cookie needs a proof that this server's page asks for it",
        arguments: [
            (["Sec-Fetch-Site": "same-origin"], 201), (["Sec-Fetch-Site": "", "Origin": "http://localhost"], 201),
            (["Sec-Fetch-Site": "", "Origin": "https://localhost"], 201),
            (["Sec-Fetch-Site": ""], 403), (["Sec-Fetch-Site": "none"], 403), (["Sec-Fetch-Site": "same-site"], 403),
            (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "", "Origin": "http://localhost:8001"], 403),
            (["Sec-Fetch-Site": "", "Origin": "http://127.0.0.1"], 403),
            (["Sec-Fetch-Site": "", "Origin": "null"], 403),
            (["Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"], 403),
        ])
    func changes(headers: [String: String], status: Int) async throws {
        try await withAPI { api in
            let browser = try await Browser.signedIn(api)
            let reply = try await browser.asking(.post, "/v1/accounts", Self.account, headers: headers)
            #expect(reply.status == status)
            if status == 403 { #expect(reply.json?["code"] == "foreign_origin") }
            #expect(try await api.get("/accounts/").text.contains("second") == (status == 201))
        }
    }

    @Test("the rule holds on every route that changes something, old and new")
    func everyChange() async throws {
        try await withAPI { api in
            let browser = try await Browser.signedIn(api)
            let document = try #require(try await api.get("/openapi.json").json?["paths"]?.objectValue)
            for path in document.members {
                for operation in path.value.objectValue?.members ?? [] where operation.name != "get" {
                    guard operation.value["security"]?.arrayValue?.isEmpty == false else { continue }
                    let method = try #require(HTTPRequest.Method(operation.name.uppercased()))
                    let reply = try await browser.asking(method, path.name, headers: ["Sec-Fetch-Site": ""])
                    #expect(reply.status == 403, "\(method) \(path.name)")
                }
            }
            #expect(try await browser.status() == 200)
        }
    }

    @Test("a page of another origin can neither sign in nor out")
    func foreignSignIn() async throws {
        try await withAPI { api in
            for headers in [["Sec-Fetch-Site": "same-site"], ["Sec-Fetch-Site": "", "Origin": "http://evil.example"]] {
                let reply = try await Browser(api).asking(.post, "/v1/session", Browser.login, headers: headers)
                #expect((reply.status, reply["set-cookie"]) == (403, nil))
                let browser = try await Browser.signedIn(api)
                #expect(try await browser.asking(.delete, "/v1/session", headers: headers).status == 403)
                #expect(try await browser.status() == 200)
            }
        }
    }

    @Test("an origin that may call by the login gets nothing by the cookie")
    func trustedOrigin() async throws {
        try await withAPI(testConfiguration { $0.corsOrigins = ["http://localhost:3000"] }) { api in
            let browser = try await Browser.signedIn(api)
            let headers = ["Sec-Fetch-Site": "same-site", "Origin": "http://localhost:3000"]
            #expect(try await browser.asking(.get, "/v1/overview", headers: headers).status == 401)
            #expect(try await browser.asking(.post, "/v1/accounts", Self.account, headers: headers).status == 401)
        }
    }

    @Test("a name that was rebound to this server's address gets nothing by the cookie")
    func rebinding() async throws {
        try await withServer { server in
            let login =
                "POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(Browser.login.utf8.count)\r\n"
            let answer = try await server.exchange("\(login)Connection: close\r\n\r\n\(Browser.login)")
            let cookie = try #require(answer.firstMatch(of: /keys-manager-session-80=[0-9a-f]{64}/)?.output)
            func status(host: String) async throws -> Substring {
                try await server.exchange(
                    "GET /v1/overview HTTP/1.1\r\nHost: \(host)\r\nCookie: \(cookie)\r\nConnection: close\r\n\r\n"
                ).prefix(12)
            }
            #expect(try await status(host: "localhost") == "HTTP/1.1 200")
            #expect(try await status(host: "evil.example") == "HTTP/1.1 421")
        }
    }
}
