import HTTPTypes
import Hummingbird
import KeyManagement
import OrderedJSON

/// An error as a client sees it. It never carries a value that the client sent.
struct APIError: Error {
    var status: HTTPResponse.Status
    /// One sentence.
    var detail: String
    /// The list that the Hummingbot API answers as `detail` of a 422; its clients get it instead of the sentence.
    var validationDetail: JSON?
    /// What programs read under `/v1`.
    var code: String
    var hint: String?
    var fields: [Failure.FieldFaultText] = []
    /// What the exchange said of the key, where it was refused for that.
    var verification: JSON?
    var headers = HTTPFields()

    init(
        _ status: HTTPResponse.Status, _ detail: String, code: String, hint: String? = nil,
        fields: [Failure.FieldFaultText] = [], headers: HTTPFields = HTTPFields()
    ) {
        self.status = status
        self.detail = detail
        self.code = code
        self.hint = hint
        self.fields = fields
        self.headers = headers
    }
}

extension APIError {
    static let unforeseen = APIError(.internalServerError, "Internal server error", code: "internal")

    static let notFound = APIError(.notFound, "Not Found", code: "not_found")

    static func methodNotAllowed(_ allowed: [HTTPRequest.Method]) -> APIError {
        APIError(
            .methodNotAllowed, "Method Not Allowed", code: "method_not_allowed",
            headers: [.allow: allowed.map(\.rawValue).joined(separator: ", ")])
    }

    static let notAuthenticated = APIError(.unauthorized, "Not authenticated", code: "unauthorized")

    static let wrongLogin = APIError(.unauthorized, "Incorrect username or password", code: "unauthorized")

    static let endedSession = APIError(
        .unauthorized, "The session has ended. Sign in again.", code: "session_ended")

    /// The cookie names a session that has ended, or none; the answer clears it.
    static func sessionEnded(clearing cookie: HTTPField) -> APIError {
        var error = endedSession
        error.headers[cookie.name] = cookie.value
        return error
    }

    static let noSession = APIError(
        .notFound, "The request is logged in by its Authorization header, so there is no session.", code: "no_session")

    static let tooManyFailedLogins = APIError(
        .tooManyRequests, "Too many failed logins at once. Wait and try again.", code: "too_many_failed_logins",
        headers: [.retryAfter: "5"])

    static let tooManyWrongPasswords = APIError(
        .tooManyRequests, "Too many wrong config passwords at once. Wait and try again.",
        code: "too_many_wrong_passwords", headers: [.retryAfter: "5"])

    static let passwordInUse = APIError(
        .tooManyRequests, "Another request is unlocking the vault or changing its password.",
        code: Failure.Kind.busy.rawValue, hint: "Try again in a moment; nothing was changed.",
        headers: [.retryAfter: "1"])

    static let wellKnownLogin = APIError(
        .forbidden,
        "The login admin/admin is accepted from this machine only. Set another password to use the API from elsewhere.",
        code: "well_known_login")

    static let missingHost = APIError(
        .badRequest, "The request needs exactly one Host header.", code: "bad_request")

    static let foreignHost = APIError(
        .misdirectedRequest,
        "This server does not answer for the host that the request names. Add the name to the server's allowed hosts.",
        code: "misdirected")

    static let foreignOrigin = APIError(
        .forbidden, "A page of another origin may not change anything here.", code: "foreign_origin")

    /// The connection is closed after the answer, so that the rest of the body need not be read.
    static func bodyTooLarge(limit: Int) -> APIError {
        APIError(
            .contentTooLarge, "The body is larger than \(limit) bytes.", code: "body_too_large",
            headers: [.connection: "close"])
    }

    static let unreadableBody = APIError(
        .badRequest, "There was an error parsing the body", code: "malformed_body")

    static func malformed(_ detail: String, fields: [Failure.FieldFaultText] = []) -> APIError {
        APIError(.badRequest, detail, code: "malformed_request", fields: fields)
    }

    static let tooManyStreams = APIError(
        .serviceUnavailable, "Too many answers are open that wait for news. Close a page and try again.",
        code: "too_many_streams", headers: [.retryAfter: "5"])

    static let stopping = APIError(
        .serviceUnavailable, "The server is stopping.", code: "stopping", headers: [.retryAfter: "5"])
}

extension APIError {
    /// The error in the middle of an answer whose status has been sent.
    var problem: JSON {
        ["detail": .string(detail), "code": .string(code), "hint": hint.map { .string($0) } ?? .null]
    }

    /// The answer to send.
    ///
    /// - Parameters:
    ///   - isVersioned: Whether the request was for `/v1`, where every error has the same members.
    ///   - requestID: Stands in the answer to an unforeseen error, so that its log line can be found.
    /// - Returns: Compact JSON.
    func response(isVersioned: Bool, requestID: String) -> Response {
        var body = JSONObject([("detail", isVersioned ? .string(detail) : validationDetail ?? .string(detail))])
        if isVersioned {
            body["code"] = .string(code)
            body["hint"] = hint.map { .string($0) } ?? .null
            body["fields"] = .array(fields.map { ["field": .string($0.field), "message": .string($0.message)] })
            if let verification { body["verification"] = verification }
        }
        if status == .internalServerError { body["request_id"] = .string(requestID) }
        var response = Response(json: .object(body), status: status)
        for field in headers { response.headers[field.name] = field.value }
        return response
    }
}
