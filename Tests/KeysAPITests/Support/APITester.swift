import CredentialVault
import Credentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import KeyManagement
import Logging
import NIOCore
import OrderedJSON
import Testing
import VaultTesting

@testable import KeysAPI

/// An answer, ready for comparing.
struct Reply: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    var json: JSON? { try? JSON(parsing: text) }
    var type: String? { headers[.contentType] }

    subscript(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}

/// Sends requests to an API over a real vault in a temporary folder, and checks of every answer that its status is
/// documented.
struct APITester: Sendable {
    static let login = "Basic dHJhZGVyOnRyYWRpbmctcGFzc3dvcmQ="  // trader:trading-password

    let client: any TestClientProtocol
    let keys: KeyManager
    let folder: String
    let log: LogRecorder
    let documented: DocumentedStatuses

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, login: String? = APITester.login,
        headers: [String: String] = [:]
    ) async throws -> Reply {
        try await send(method, path, bytes: body.map { Array($0.utf8) }, login: login, headers: headers)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, bytes: [UInt8]?, login: String? = APITester.login,
        headers: [String: String] = [:]
    ) async throws -> Reply {
        var fields = HTTPFields()
        if let login { fields[.authorization] = login }
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        let response = try await client.execute(
            uri: path, method: method, headers: fields, body: bytes.map { ByteBuffer(bytes: $0) })
        let reply = Reply(
            status: response.status.code, headers: response.headers, text: String(buffer: response.body))
        if let statuses = documented.statuses(method, path) {
            #expect(statuses.contains(reply.status), "\(method) \(path) answers \(reply.status), not documented")
        }
        #expect(reply["x-request-id"]?.isEmpty == false)
        return reply
    }

    func get(_ path: String) async throws -> Reply { try await send(.get, path) }
    func post(_ path: String, _ body: String? = nil) async throws -> Reply { try await send(.post, path, body) }
    func put(_ path: String, _ body: String? = nil) async throws -> Reply { try await send(.put, path, body) }
    func delete(_ path: String) async throws -> Reply { try await send(.delete, path) }

    /// Adds binance to an account and returns the revision.
    @discardableResult
    func addBinance(to account: AccountName = .master, secret: String = "a-secret") async throws -> String {
        let saved = try await keys.save(TestVault.binance(secret, in: account))
        return try #require(saved.revision).description
    }
}

/// The statuses that the document promises for a request.
struct DocumentedStatuses: Sendable {
    private let operations: [(method: String, path: PathPattern, statuses: [Int])]

    init(_ document: JSON) throws {
        let paths = try #require(document["paths"]?.objectValue)
        operations = paths.members.flatMap { path in
            (path.value.objectValue ?? JSONObject()).members.map { operation in
                (
                    operation.name.uppercased(), PathPattern(path.name),
                    (operation.value["responses"]?.objectValue?.names ?? []).compactMap { Int($0) }
                )
            }
        }
    }

    /// - Returns: `nil` for a request that no operation is documented for.
    func statuses(_ method: HTTPRequest.Method, _ path: String) -> [Int]? {
        guard let segments = RequestTarget(path).segments else { return nil }
        return operations.first { $0.method == method.rawValue && $0.path.match(segments) != nil }?.statuses
    }
}

/// The configuration that tests start from.
func testConfiguration(_ change: (inout ServerConfiguration) -> Void = { _ in }) throws -> ServerConfiguration {
    var configuration = ServerConfiguration(
        port: 0, login: try APILogin(user: "trader", password: Secret("trading-password")), version: "1.2.3")
    change(&configuration)
    return configuration
}

/// Runs a test against the API over a new, unlocked vault or, unless `isCreated`, over an empty folder.
func withAPI(
    _ configuration: ServerConfiguration? = nil, isCreated: Bool = true, verification: KeyVerification? = nil,
    clock: some Clock<Duration> & Sendable = ContinuousClock(), _ body: @Sendable (APITester) async throws -> Void
) async throws {
    let configuration = try configuration ?? testConfiguration()
    try await withTemporaryFolder { folder in
        let log = LogRecorder()
        let keys =
            isCreated
            ? try await TestVault.created(at: folder, verification: verification, logger: log.logger)
            : try TestVault.manager(at: folder, logger: log.logger)
        let application = try buildApplication(
            configuration: configuration, keys: keys, catalog: .standard, logger: log.logger, clock: clock)
        try await application.test(.router) { client in
            let document = try await client.execute(uri: "/openapi.json", method: .get)
            let documented = try DocumentedStatuses(JSON(parsing: String(buffer: document.body)))
            try await body(
                APITester(client: client, keys: keys, folder: folder, log: log, documented: documented))
        }
    }
}
