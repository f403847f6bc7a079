import HTTPTypes
import Hummingbird
import NIOCore
import OrderedJSON

/// JSON that is encoded once and sent many times.
struct EncodedJSON: Sendable {
    let buffer: ByteBuffer

    init(_ json: JSON) { buffer = ByteBuffer(bytes: json.bytes()) }

    /// The answer that sends it.
    var response: Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: buffer))
    }
}

/// Encoded JSON with a tag that no other content of this program has, nor had, nor of one that runs later.
struct TaggedJSON: Sendable {
    let json: EncodedJSON
    let tag: String

    /// The whole of it, or 304 when the client has it already.
    func response(to request: APIRequest) -> Response {
        var response = request.knows(tag) ? Response(status: .notModified) : json.response
        response.headers[.eTag] = tag
        return response
    }
}

extension Response {
    /// An answer in the Hummingbot API's style: compact, and `application/json` without a charset.
    init(json: JSON, status: HTTPResponse.Status = .ok, headers: HTTPFields = HTTPFields()) {
        self.init(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes())))
        self.headers[.contentType] = "application/json"
    }

    /// `{"message":…}`.
    static func message(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(json: ["message": .string(text)], status: status)
    }
}
