import HTTPTypes
import Testing

@testable import KeysAPI

@Suite("Routes")
struct RouteTests {
    @Test("an operation under another path differs in its path and its name only")
    func alias() {
        let operation = Operation(id: "one", chapter: .server, summary: "Does it.", answers: [])
        let route = Route(.post, "/one", access: .open, dialect: .versioned, isBackground: true, operation)
        let alias = Endpoint(route) { _ in throw APIError.notFound }.alias("/two", id: "two").route
        #expect((alias.path.text, alias.operation.id) == ("/two", "two"))
        #expect(alias.method == route.method)
        #expect(alias.access == route.access)
        #expect(alias.isBackground)
        #expect(alias.operation.summary == operation.summary)
        guard case .versioned = alias.dialect else {
            Issue.record("it tells its errors in other words")
            return
        }
    }
}
