import Foundation
import NIOCore
import Synchronization
import Testing

@testable import KeysAPI

extension LiveServer {
    /// Sends a request and reads of its answer what comes, as long as the test wants.
    func listen<Value: Sendable>(
        _ request: String, _ body: @Sendable (Listener) async throws -> Value
    ) async throws -> Value {
        try await connect { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            return try await withListener(inbound, body)
        }
    }

    private func withListener<Value: Sendable>(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ body: @Sendable (Listener) async throws -> Value
    ) async throws -> Value {
        let listener = Listener()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // The server may close before it has read everything: then the connection ends with a reset.
                do {
                    for try await part in inbound { await listener.take(String(buffer: part)) }
                } catch is IOError {} catch is ChannelError {}
                await listener.end()
            }
            let value = try await body(listener)
            group.cancelAll()
            return value
        }
    }

    /// Signs a browser in and returns its cookie.
    func signIn() async throws -> String {
        let answer = try await exchange(
            "POST /v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Length: \(Browser.login.utf8.count)\r\n\r\n\(Browser.login)")
        return String(try #require(answer.firstMatch(of: /keys-manager-session-80=[0-9a-f]{64}/)).output)
    }

    /// Asks for a change as the page does, and expects it to be made.
    func change(_ method: String, _ path: String, by cookie: String) async throws {
        let answer = try await exchange(
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookie)\r\nSec-Fetch-Site: same-origin\r\n"
                + "Connection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200"))
    }

    /// Puts a link, which the store follows not, in the place of the credentials, or puts them back.
    func replaceCredentials(withLink isBroken: Bool) throws {
        let (path, away) = ("\(folder)/credentials", "\(folder)/credentials-away")
        if isBroken {
            try FileManager.default.moveItem(atPath: path, toPath: away)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: away)
        } else {
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: away, toPath: path)
        }
    }
}

/// What has come of an answer, to be read piece by piece.
actor Listener {
    private var text = ""
    private var hasEnded = false
    private var waiting: CheckedContinuation<Void, Never>?

    /// The next piece up to and with a mark; what is left when the answer ends before it.
    func read(until mark: String) async throws -> String {
        while true {
            if let range = text.firstRange(of: mark) {
                defer { text.removeSubrange(..<range.upperBound) }
                return String(text[..<range.upperBound])
            }
            guard !hasEnded else { return text }
            await withCheckedContinuation { waiting = $0 }
        }
    }

    /// What is left until the server closes the connection.
    func readToEnd() async throws -> String {
        while !hasEnded { await withCheckedContinuation { waiting = $0 } }
        return text
    }

    func take(_ part: String) {
        text += part
        wake()
    }

    func end() {
        hasEnded = true
        wake()
    }

    private func wake() {
        waiting?.resume()
        waiting = nil
    }
}
