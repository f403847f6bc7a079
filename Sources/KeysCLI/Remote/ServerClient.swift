import AsyncHTTPClient
import Credentials
import KeyManagement
import NIOCore
import NIOHTTP1
import OrderedJSON

/// Sends requests to one server, with the login on each, and takes answers that fit in memory.
///
/// Certificates are verified, redirects are not followed: the login would travel to wherever they point.
struct ServerClient: Sendable {
    /// The user name and password of an API.
    struct Login: Sendable {
        let user: String
        let password: Secret
    }

    /// What a server said.
    struct Answer: Sendable {
        let status: Int
        /// The body; `nil` when it is not JSON.
        let json: JSON?
    }

    /// An answer may hold this many bytes: an overview of thousands of credentials does.
    private static let largestAnswer = 16 << 20

    let http: HTTPClient
    let address: ServerAddress
    let login: Login

    /// A client for as long as `body` runs.
    static func with<Result: Sendable>(
        address: ServerAddress, login: Login, _ body: (ServerClient) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(10)
        configuration.httpVersion = .http1Only
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await body(ServerClient(http: http, address: address, login: login))
            try? await http.shutdown()
            return result
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    /// Sends one request.
    ///
    /// - Parameters:
    ///   - method: The HTTP method.
    ///   - path: Begins with a slash; goes behind the address's prefix. Names are safe to stand in it as they are.
    ///   - body: Sent as JSON.
    ///   - revision: Sent as `If-Match`.
    ///   - seconds: How long the whole exchange may take.
    /// - Returns: The answer, whatever its status.
    /// - Throws: ``Failure`` of kind `unreachable` when there is no whole answer in time.
    func send(
        _ method: HTTPMethod, _ path: String, body: JSON? = nil, ifMatch revision: String? = nil,
        within seconds: Int64 = 60
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: address.description + path)
        request.method = method
        request.headers.add(name: "accept", value: "application/json")
        request.setBasicAuth(username: login.user, password: login.password.exposed())
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(body.bytes())
        }
        if let revision { request.headers.add(name: "if-match", value: "\"\(revision)\"") }
        do {
            let response = try await http.execute(request, timeout: .seconds(seconds))
            let bytes = try await response.body.collect(upTo: Self.largestAnswer)
            return Answer(status: Int(response.status.code), json: try? JSON(parsing: Array(bytes.readableBytesView)))
        } catch {
            throw unreachable(because: error)
        }
    }

    private func unreachable(because error: any Error) -> Failure {
        let hint: String?
        let cause: String
        switch error {
        case is CancellationError: (cause, hint) = ("the request was cancelled", nil)
        case let error as HTTPClientError where error == .connectTimeout || error == .deadlineExceeded:
            (cause, hint) = ("it did not answer in time", "Check the address, and whether the server is busy.")
        case is NIOTooManyBytesError: (cause, hint) = ("its answer is too large", nil)
        case let error as HTTPClientError: (cause, hint) = (error.description, nil)
        default:
            let name = String(describing: type(of: error))
            if name.contains("SSL") {
                (cause, hint) = (
                    "its certificate or TLS is not accepted",
                    "Check that the address is the server's own and that its certificate is valid."
                )
            } else {
                (cause, hint) = (
                    "no connection could be made", "Check the address, and that the server runs: keys-manager serve."
                )
            }
        }
        return Failure(.unreachable, "The server at \(address) cannot be used: \(cause).", hint: hint)
    }
}
