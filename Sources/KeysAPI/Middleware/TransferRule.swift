import HTTPTypes

/// Answers no request whose end a server in front of this one could see elsewhere: then what follows would be a second
/// request here and a part of the first there.
enum TransferRule {
    /// - Throws: ``APIError`` 400 for a transfer coding other than `chunked` alone, as RFC 9112, section 6.3, wants it; the
    ///   connection is closed.
    static func check(_ request: HTTPRequest) throws(APIError) {
        guard let coding = request.headerFields[.transferEncoding], coding.lowercased() != "chunked" else { return }
        throw APIError(
            .badRequest, "The request has a transfer coding that this server does not know.", code: "bad_request",
            headers: [.connection: "close"])
    }
}
