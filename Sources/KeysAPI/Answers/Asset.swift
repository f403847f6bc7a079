import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// A page, a script or a style sheet, which browsers may keep as long as they ask each time whether it has changed.
struct Asset: Sendable {
    private let body: ByteBuffer
    private let tag: String
    private let headers: HTTPFields

    init(_ bytes: [UInt8], type: String) {
        body = ByteBuffer(bytes: bytes)
        let digits = SHA256.hash(data: bytes).prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        tag = "\"\(digits.joined())\""
        headers = [
            .contentType: type, .eTag: tag, .cacheControl: "no-cache",
            .contentSecurityPolicy: SecurityHeaders.pagePolicy, .permissionsPolicy: SecurityHeaders.pagePermissions,
        ]
    }

    /// The whole of it, or 304 when the client has it already.
    func response(to request: APIRequest) -> Response {
        if request.knows(tag) {
            var headers = headers
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}
