import HTTPTypes
import OrderedJSON
import Testing

/// A browser at the page: it keeps the cookie that it was given and says where its requests come from.
struct Browser: Sendable {
    static let login = #"{"user": "trader", "password": "trading-password"}"#

    let api: APITester
    /// `name=value`, as it goes along with a request; `nil` when signed out.
    private(set) var cookie: String?

    init(_ api: APITester, cookie: String? = nil) {
        self.api = api
        self.cookie = cookie
    }

    /// One that has signed in.
    static func signedIn(_ api: APITester) async throws -> Browser {
        var browser = Browser(api)
        try #require(await browser.signIn().status == 200)
        return browser
    }

    @discardableResult
    mutating func signIn(_ body: String = Browser.login) async throws -> Reply {
        try await send(.post, "/v1/session", body)
    }

    mutating func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Reply {
        let reply = try await asking(method, path, body, headers: headers)
        if let set = reply["set-cookie"], let pair = set.split(separator: ";").first {
            cookie = set.contains("Max-Age=0") ? nil : String(pair)
        }
        return reply
    }

    /// Sends a request and does not look at the cookie of its answer.
    func asking(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Reply {
        var all = ["Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"]
        all["Cookie"] = cookie
        all.merge(headers) { $1 }
        return try await api.send(method, path, body, login: nil, headers: all.filter { !$0.value.isEmpty })
    }

    /// The status of a list, asked for by a person or by the page itself.
    func status(isBackground: Bool = false) async throws -> Int {
        try await asking(.get, "/accounts/", headers: isBackground ? ["Keys-Manager-Background": "1"] : [:]).status
    }
}
