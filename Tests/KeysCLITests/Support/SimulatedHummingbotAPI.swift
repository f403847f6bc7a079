import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OrderedJSON
import Synchronization

/// What the real Hummingbot API of 2026 does on the routes that the command line uses, its oddities included: success
/// for the removal of what is not there, 500 for an unknown connector, replacing without a question.
final class SimulatedHummingbotAPI: Sendable {
    struct Request: Sendable {
        let method: String
        let path: String
        let body: String
        let authorization: String?
    }

    private struct State {
        var accounts = ["master_account": ["binance.yml"], "test_acc": []]
        var requests: [Request] = []
    }

    private let state = Mutex(State())

    /// Everything that was asked, in order.
    var requests: [Request] { state.withLock { $0.requests } }
    /// The answer to the next addition, if not success.
    let refusal = Mutex<String?>(nil)

    func credentials(of account: String) -> [String] { state.withLock { $0.accounts[account] ?? [] } }

    func application(onListening: @escaping @Sendable (Int) async -> Void) -> some ApplicationProtocol {
        Application(
            responder: CallbackResponder { [self] request, _ in try await respond(to: request) }
                as CallbackResponder<BasicRequestContext>,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: .silent)
    }

    private func respond(to request: Hummingbird.Request) async throws -> Response {
        let body = String(buffer: try await request.body.collect(upTo: 1 << 20))
        let authorization = request.headers[.authorization]
        let path = request.uri.path
        let parts = path.split(separator: "/").map(String.init)
        state.withLock {
            $0.requests.append(
                Request(method: request.method.rawValue, path: path, body: body, authorization: authorization))
        }
        if parts.isEmpty { return json(["name": "Hummingbot API", "version": "1.0.1", "status": "running"]) }
        if parts == ["moved", "accounts"] || parts.first == "moved" {
            return Response(status: .temporaryRedirect, headers: [.location: "http://127.0.0.1:1/"])
        }
        guard parts.first == "accounts" || parts.first == "connectors" else {
            return json(["detail": "Not Found"], .notFound)
        }
        guard authorization == "Basic YWRtaW46YWRtaW4=" else {
            return json(["detail": "Incorrect username or password"], .unauthorized)
        }
        let name = request.uri.queryParameters.get("account_name") ?? ""
        switch (request.method, parts.count) {
        case (.get, 1) where parts[0] == "accounts":
            return json(.array(state.withLock { $0.accounts.keys.sorted().reversed().map { .string($0) } }))
        case (.get, 1): return json(["kraken", "okx", "binance"])
        case (.get, 3) where parts[0] == "connectors": return configMap(parts[1])
        case (.get, 3):
            guard let list = state.withLock({ $0.accounts[parts[1]] }) else {
                return json(["detail": "Directory not found"], .notFound)
            }
            return json(.array(list.map { .string($0) }))
        case (.post, 2) where parts[1] == "add-account":
            state.withLock { $0.accounts[name] = [] }
            return json(["message": "Account added successfully."], .created)
        case (.post, 2):
            state.withLock { $0.accounts[name] = nil }
            return json(["message": "Account deleted successfully."])
        case (.post, 4) where parts[1] == "add-credential":
            if let refusal = refusal.withLock({ $0 }) { return json(["detail": .string(refusal)], .badRequest) }
            state.withLock { state in
                if state.accounts[parts[2]]?.contains(parts[3]) == false { state.accounts[parts[2]]?.append(parts[3]) }
            }
            return json(["message": "Connector credentials added successfully."], .created)
        case (.post, 4):
            state.withLock { $0.accounts[parts[2]]?.removeAll { $0.hasPrefix(parts[3]) } }
            return json(["message": "Credential deleted successfully."])
        default: return json(["detail": "Not Found"], .notFound)
        }
    }

    private func configMap(_ connector: String) -> Response {
        switch connector {
        case "okx":
            json([
                "okx_api_key": ["type": "SecretStr", "required": true],
                "okx_secret_key": ["type": "SecretStr", "required": true],
                "okx_passphrase": ["type": "SecretStr", "required": true],
                "okx_registration_sub_domain": [
                    "type": "Literal", "required": false, "allowed_values": ["www", "app", "my"],
                ],
            ])
        case "binance": json(["binance_api_key", "binance_api_secret"])
        case "kraken":
            json(["kraken_api_key": ["type": "SecretStr", "required": true], "kraken_new": ["required": true]])
        default:
            Response(
                status: .internalServerError, headers: [.contentType: "text/plain"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "Internal Server Error")))
        }
    }

    private func json(_ value: JSON, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.bytes())))
    }
}
