internal import AsyncHTTPClient
internal import Credentials
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// The transport over AsyncHTTPClient: TLS 1.2 or newer and verified, no redirects, no cookies, HTTP/1.1.
public struct AsyncHTTPTransport: HTTPTransport {
    /// The bounds of one request.
    public struct Limits: Sendable, Equatable {
        /// From asking to the last byte of the answer.
        public var time: Duration
        /// The largest body of an answer, in bytes.
        public var bodyByteCount: Int

        /// 10 seconds and 1 MiB unless told otherwise.
        public init(time: Duration = .seconds(10), bodyByteCount: Int = 1 << 20) {
            self.time = time
            self.bodyByteCount = bodyByteCount
        }
    }

    private let client: HTTPClient
    /// For servers on this machine, which no proxy can reach, and those that shall be reached without one.
    private let directClient: HTTPClient
    private let proxy: ProxyAddress?
    private let limits: Limits

    /// Runs something with a transport and closes its connections afterwards.
    ///
    /// - Parameters:
    ///   - proxy: The proxy for everything that is not on this machine, or `nil` for none.
    ///   - limits: The bounds of one request.
    ///   - trustedRoots: Certificates in PEM to trust beside the system's; for servers of one's own.
    ///   - body: What to run.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, and the errors of starting and closing.
    public static func withTransport<Value>(
        proxy: ProxyAddress? = nil, limits: Limits = Limits(), trustedRoots: [UInt8]? = nil,
        _ body: (AsyncHTTPTransport) async throws -> Value
    ) async throws -> Value {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .nanoseconds(limits.time.wholeNanoseconds)
        configuration.connectionPool.idleTimeout = .seconds(10)
        configuration.connectionPool.retryConnectionEstablishment = false
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let trustedRoots {
            tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMBytes(trustedRoots))]
        }
        configuration.tlsConfiguration = tls
        let directConfiguration = configuration
        if let proxy {
            configuration.proxy = .server(
                host: proxy.host, port: proxy.port,
                authorization: proxy.login.map { .basic(username: $0.name, password: $0.password.exposed()) })
        }
        return try await HTTPClient.withHTTPClient(configuration: directConfiguration) { directClient in
            try await HTTPClient.withHTTPClient(configuration: configuration) { client in
                try await body(
                    AsyncHTTPTransport(client: client, directClient: directClient, proxy: proxy, limits: limits))
            }
        }
    }

    /// Sends a request once.
    ///
    /// - Parameter request: Goes out exactly as it is.
    /// - Returns: The answer, whatever its status.
    /// - Throws: ``TransportFailure``.
    public func send(_ request: ProbeRequest) async throws(TransportFailure) -> ProbeResponse {
        do {
            return try await withThrowingTaskGroup(of: ProbeResponse.self) { group in
                group.addTask { try await exchange(request) }
                group.addTask {
                    try await Task.sleep(for: limits.time)
                    throw TransportFailure.timedOut
                }
                defer { group.cancelAll() }
                guard let response = try await group.next() else { throw TransportFailure.cancelled }
                return response
            }
        } catch {
            throw Task.isCancelled ? .cancelled : TransportFailure(error)
        }
    }

    private func exchange(_ request: ProbeRequest) async throws -> ProbeResponse {
        var message = HTTPClientRequest(url: request.url)
        message.method = request.method == .get ? .GET : .POST
        message.headers.add(name: "User-Agent", value: "keys-manager")
        message.headers.add(name: "Accept", value: "application/json")
        for header in request.headers { message.headers.add(name: header.name, value: header.value) }
        if !request.body.isEmpty { message.body = .bytes(Array(request.body.utf8)) }
        let isDirect =
            request.base.isLoopback || proxy?.leads(to: request.base.host, port: request.base.port ?? 443) == false
        let client = isDirect ? directClient : client
        let answer = try await client.execute(message, timeout: .nanoseconds(limits.time.wholeNanoseconds))
        var body: [UInt8] = []
        do {
            for try await part in answer.body {
                guard body.count + part.readableBytes <= limits.bodyByteCount else { throw TransportFailure.tooLarge }
                body.append(contentsOf: part.readableBytesView)
            }
        } catch let failure as TransportFailure {
            throw failure
        } catch {
            throw TransportFailure.broken
        }
        return ProbeResponse(
            status: Int(answer.status.code), body: body,
            retryAfterSeconds: answer.headers.first(name: "Retry-After").flatMap { Int($0) }.flatMap {
                (0...86_400).contains($0) ? $0 : nil
            },
            headers: answer.headers.map { (name: $0.name, value: $0.value) })
    }
}

extension TransportFailure {
    /// What an error of the network means; its text is dropped.
    fileprivate init(_ error: any Error) {
        switch error {
        case let failure as TransportFailure: self = failure
        case let error as HTTPClientError:
            switch error {
            case .remoteConnectionClosed: self = .closedBeforeAnswer
            case .connectTimeout, .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout,
                .httpProxyHandshakeTimeout:
                self = .timedOut
            case .tlsHandshakeTimeout: self = .notTrusted
            case .invalidProxyResponse, .proxyAuthenticationRequired: self = .proxyRefused
            case .cancelled: self = .cancelled
            default: self = .broken
            }
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: self = .notTrusted
        case is HTTPParserError: self = .broken
        case is CancellationError: self = .cancelled
        // A connection that was kept and that the server has closed in the meantime.
        case is ChannelError: self = .closedBeforeAnswer
        case let error as IOError where error.errnoCode == ECONNRESET || error.errnoCode == EPIPE:
            self = .closedBeforeAnswer
        default: self = .notConnected
        }
    }
}

extension Duration {
    fileprivate var wholeNanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
