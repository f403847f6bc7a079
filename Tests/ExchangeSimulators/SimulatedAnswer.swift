import OrderedJSON

/// What a simulated exchange answers, the ways in which an answer can go wrong included.
package struct SimulatedAnswer: Sendable {
    /// How the body is sent.
    enum Body: Sendable {
        /// At once and whole.
        case whole([UInt8])
        /// Fewer bytes than the length that was promised, then the end of the connection.
        case truncated([UInt8], promised: Int)
        /// This many bytes of nothing.
        case huge(Int)
        /// One byte after another, with a pause before each, in milliseconds.
        case dripping([UInt8], pause: Int)
        /// Nothing, and the connection stays open.
        case never
    }

    /// The header fields that exchanges choose.
    enum FieldName: String, Sendable {
        /// What the body is.
        case contentType = "Content-Type"
        /// The exchange's time.
        case date = "Date"
        /// Where a redirection leads.
        case location = "Location"
        /// After how many seconds to ask again.
        case retryAfter = "Retry-After"
        /// GRVT's session.
        case setCookie = "Set-Cookie"
        /// The account of GRVT's session.
        case grvtAccount = "X-Grvt-Account-Id"
        /// Bitstamp's proof that it knows the secret too.
        case serverSignature = "X-Server-Auth-Signature"
    }

    /// The HTTP status.
    package let status: Int
    /// The header fields, beside those that every answer has.
    var fields: [(name: FieldName, value: String)]
    /// How the body is sent.
    let body: Body

    /// The value of a header field that the exchange chose.
    ///
    /// - Parameter name: The field's name in any case.
    /// - Returns: Nil when the answer lacks it.
    package func field(_ name: String) -> String? {
        fields.first { $0.name.rawValue.lowercased() == name.lowercased() }?.value
    }

    init(status: Int, fields: [(name: FieldName, value: String)] = [], body: Body) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// The body of an ordinary answer, or the part of a spoilt one that has content.
    package var text: String {
        switch body {
        case .whole(let bytes), .truncated(let bytes, _), .dripping(let bytes, _):
            String(decoding: bytes, as: UTF8.self)
        case .huge, .never: ""
        }
    }

    /// A JSON value.
    static func json(_ value: JSON, status: Int = 200) -> SimulatedAnswer {
        SimulatedAnswer(
            status: status, fields: [(.contentType, "application/json")], body: .whole(value.bytes()))
    }

    /// JSON that is written out, such as a market's description.
    static func json(_ text: String, status: Int = 200) -> SimulatedAnswer {
        SimulatedAnswer(
            status: status, fields: [(.contentType, "application/json")], body: .whole(Array(text.utf8)))
    }

    /// Plain text.
    static func text(_ text: String, status: Int) -> SimulatedAnswer {
        SimulatedAnswer(status: status, fields: [(.contentType, "text/plain")], body: .whole(Array(text.utf8)))
    }

    /// A web page.
    static func page(_ title: String, status: Int) -> SimulatedAnswer {
        let page = "<!DOCTYPE html><html><head><title>\(title)</title></head><body><h1>\(title)</h1></body></html>\n"
        return SimulatedAnswer(
            status: status, fields: [(.contentType, "text/html; charset=UTF-8")], body: .whole(Array(page.utf8)))
    }
}
