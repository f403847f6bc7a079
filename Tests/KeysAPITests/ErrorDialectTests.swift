import Credentials
import HTTPTypes
import Hummingbird
import KeyManagement
import Logging
import NIOEmbedded
import OrderedJSON
import Testing

@testable import KeysAPI

@Suite("Errors")
struct ErrorDialectTests {
    private struct Unforeseen: Error {}

    private static func request(_ uri: String = "/accounts/second/credentials") throws -> APIRequest {
        let head = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: uri)
        let target = RequestTarget(uri)
        let segments = try #require(target.segments)
        let path = PathPattern("/accounts/{account}/credentials").match(segments) ?? PathParameters()
        return APIRequest(
            request: Request(head: head, body: .init(buffer: .init())), target: target, path: path,
            context: APIContext(
                source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "test"))),
            bodyLimit: 0)
    }

    @Test("every kind of failure has a status, in both dialects", arguments: Failure.Kind.allCases)
    func statuses(kind: Failure.Kind) throws {
        let failure = Failure(kind, "Cause.", hint: "Cure.")
        let versioned = try #require(ErrorDialect.versioned.error(for: failure, in: Self.request()))
        let old = try #require(ErrorDialect.hummingbird().error(for: failure, in: Self.request()))
        let (expected, expectedOld): (Int, Int) =
            switch kind {
            case .noSuchAccount, .noSuchCredential, .noSuchConnector, .noSuchTrashEntry: (404, 404)
            case .accountExists: (409, 400)
            case .credentialExists, .conflict: (409, 409)
            case .protectedAccount: (403, 400)
            case .wrongPassword: (403, 403)
            case .invalidName: (400, 400)
            case .invalidInput, .keyRejected: (422, 400)
            case .keyUnverified: (424, 400)
            case .locked: (423, 423)
            case .notConfigured, .busy: (503, 503)
            case .unauthorized, .unreachable: (502, 502)
            case .unsupported: (501, 501)
            case .storage: (507, 507)
            case .damaged, .internal: (500, 500)
            }
        #expect((versioned.status.code, old.status.code) == (expected, expectedOld))
        #expect((versioned.code, versioned.detail, versioned.hint) == (kind.rawValue, "Cause.", "Cure."))
        #expect((kind == .busy) == (versioned.headers[.retryAfter] != nil))
    }

    @Test("clients that show the detail only find cause, faults and cure in it, each once")
    func oneSentence() throws {
        let failure = Failure(
            .invalidInput, "A is missing.", hint: "Nothing was saved.",
            fieldFaults: [.init(field: "a", message: "A is missing."), .init(field: "b", message: "B is no number.")])
        let error = try #require(ErrorDialect.hummingbird().error(for: failure, in: Self.request()))
        #expect(error.detail == "A is missing. B is no number. Nothing was saved.")
    }

    @Test("an unforeseen error has no answer of its own, and the general one names the request")
    func unforeseen() throws {
        let own = try ErrorDialect.versioned.error(for: Unforeseen(), in: Self.request())
        #expect(own == nil)
        let general = APIError(.internalServerError, "Internal server error", code: "internal")
        let old = general.response(isVersioned: false, requestID: "r1")
        #expect(
            old.body.contentLength == #"{"detail":"Internal server error","request_id":"r1"}"#.utf8.count)
        #expect(old.headers[.contentType] == "application/json")
    }

    @Test("a cancelled request is told that the server stops")
    func cancelled() throws {
        let error = try #require(ErrorDialect.versioned.error(for: CancellationError(), in: Self.request()))
        #expect(error.status.code == 503)
    }
}
