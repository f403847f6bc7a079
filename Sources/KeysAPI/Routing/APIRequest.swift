import CredentialVault
import Credentials
import HTTPTypes
import Hummingbird
import NIOCore
import OrderedJSON

/// A request that has found its endpoint.
struct APIRequest: Sendable {
    let request: Request
    let target: RequestTarget
    let path: PathParameters
    let context: APIContext
    /// In bytes.
    let bodyLimit: Int

    /// Who asks; `nil` on a route that is open to anyone.
    var identity: LoginGuard.Identity?

    /// The session that the request belongs to; `nil` when it was let through by the login itself, or is open to anyone.
    var sessionKey: SessionKey? {
        guard case .session(let key, _) = identity else { return nil }
        return key
    }

    /// The request line and the header.
    var head: HTTPRequest { request.head }

    /// The header fields.
    var headers: HTTPFields { request.headers }

    /// Whether the client says that it has the version with that entity tag already.
    func knows(_ tag: String) -> Bool {
        let known = headers[.ifNoneMatch]?.split(separator: ",") ?? []
        return known.contains { $0.drop { $0 == " " } == tag || $0.drop { $0 == " " } == "W/\(tag)" }
    }

    /// The account that the path names.
    ///
    /// - Throws: ``InvalidName``.
    func account() throws(InvalidName) -> AccountName { try AccountName(path["account"]) }

    /// The value of a query parameter that must be there.
    ///
    /// - Throws: ``APIError`` with the 422 that the Hummingbot API answers.
    func requiredQuery(_ name: String) throws(APIError) -> String {
        guard let value = target.queryValue(name) else { throw .missing(["query", .string(name)]) }
        return value
    }

    /// The body as JSON, whatever its Content-Type says; `nil` when it is empty.
    ///
    /// - Throws: ``APIError`` for a body that is too large, no UTF-8 or no JSON; ``TransportFault`` when the client
    ///   went away or broke the protocol.
    func json() async throws -> JSON? {
        let bytes = try await bodyBytes()
        guard !bytes.isEmpty else { return nil }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw APIError.unreadableBody }
        do {
            return try JSON(parsing: bytes)
        } catch {
            throw APIError.invalidJSON(error)
        }
    }

    private func bodyBytes() async throws -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bodyLimit {
            throw APIError.bodyTooLarge(limit: bodyLimit)
        }
        do {
            return try await Array(buffer: request.body.collect(upTo: bodyLimit))
        } catch is NIOTooManyBytesError {
            throw APIError.bodyTooLarge(limit: bodyLimit)
        } catch {
            throw TransportFault(cause: error)
        }
    }
}

/// The request's body did not arrive whole. Nobody is left to answer, so the server's own handling takes over.
struct TransportFault: Error {
    let cause: any Error
}
