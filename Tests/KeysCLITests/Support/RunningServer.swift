import Credentials
import Hummingbird
import KeyManagement
import KeysAPI
import Logging

/// Runs a server on a free port of this machine for as long as `body` needs it.
func withServer<Result: Sendable>(
    _ makeApplication:
        @Sendable (_ onListening: @escaping @Sendable (Int) async -> Void) throws -> some ApplicationProtocol,
    _ body: @Sendable (_ port: Int) async throws -> Result
) async throws -> Result {
    let (ports, announce) = AsyncStream.makeStream(of: Int.self)
    let application = try makeApplication { announce.yield($0) }
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { announce.finish() }
            try await application.run()
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            try await group.next()
            throw CancellationError()
        }
        let result: Result
        do {
            result = try await body(port)
        } catch {
            group.cancelAll()
            throw error
        }
        group.cancelAll()
        return result
    }
}

/// Runs the program's own server over a vault, with the login `tester`, `a password`.
func withKeysManagerServer<Result: Sendable>(
    over keys: any KeyOperations, _ body: @Sendable (_ url: String) async throws -> Result
) async throws -> Result {
    let login = try APILogin(user: "tester", password: Secret("a password"))
    let configuration = ServerConfiguration(
        port: 0, login: login, shutdownGrace: .milliseconds(200), version: "test")
    let logger = Logger.silent
    return try await withServer { onListening in
        try buildApplication(
            configuration: configuration, keys: keys, catalog: .standard, logger: logger, onListening: onListening)
    } _: {
        try await body("http://127.0.0.1:\($0)")
    }
}

extension Logger {
    /// Writes nothing, and keeps its metadata: the server reads the request's id from it.
    static var silent: Logger {
        var logger = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .critical
        return logger
    }
}
