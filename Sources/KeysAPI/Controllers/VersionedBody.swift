import CredentialVault
import Credentials
import HTTPTypes
import Hummingbird
import KeyManagement
import OrderedJSON

extension APIRequest {
    /// The body of a `/v1` request: a JSON object with no member but the given ones.
    ///
    /// - Parameters:
    ///   - names: The members that are known; any other is refused by name.
    ///   - isRequired: Whether an empty body is a fault; otherwise it counts as `{}`.
    /// - Returns: The object.
    /// - Throws: ``APIError`` 400.
    func members(_ names: String..., isRequired: Bool = true) async throws -> JSONObject {
        let body: JSON?
        do {
            body = try await json()
        } catch let error as APIError where error.validationDetail != nil {
            throw APIError.malformed("The body is no JSON.")
        }
        guard let body else {
            guard !isRequired else { throw APIError.malformed("The body is missing.") }
            return JSONObject()
        }
        guard let object = body.objectValue else { throw APIError.malformed("The body must be a JSON object.") }
        let unknown = object.names.filter { !names.contains($0) }
        guard unknown.isEmpty else {
            throw APIError.malformed(
                "The body has members that are not known here; known are: \(names.joined(separator: ", ")).",
                fields: unknown.prefix(8).map { .init(field: $0.shownAsName, message: "Not known here.") })
        }
        return object
    }

    /// The credential's values, what the client saw last, from body and headers, and what it wants checked.
    func replacement() async throws -> (input: JSONObject, expected: Revision?, choice: VerificationChoice) {
        let body = try await members("values", "revision", "verify", "save_unverified", "allow_withdrawals")
        let (input, choice) = (try body.fieldValues(), try body.verificationChoice())
        let inHeader = try expectedRevision()
        guard let member = body["revision"] else { return (input, inHeader, choice) }
        guard let revision = member.stringValue.flatMap({ Revision($0) }) else {
            throw APIError.malformed("`revision` must be a revision that an answer carried.")
        }
        guard inHeader == nil || inHeader == revision else {
            throw APIError.malformed("`revision` and If-Match name two revisions.")
        }
        return (input, revision, choice)
    }

    /// The revision of the If-Match header; `nil` without the header, or for `*`.
    ///
    /// - Throws: ``APIError``: 400 for several revisions, 412 for what no revision equals.
    func expectedRevision() throws -> Revision? {
        guard let text = headers[.ifMatch], text != "*" else { return nil }
        guard !text.contains(",") else { throw APIError.malformed("If-Match takes one revision.") }
        let isQuoted = text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
        guard let revision = Revision(isQuoted ? String(text.dropFirst().dropLast()) : text) else {
            throw APIError(
                .preconditionFailed, "The credential has another revision than If-Match names.",
                code: Failure.Kind.conflict.rawValue)
        }
        return revision
    }

    /// Turns a conflict into 412 where the client stated its condition in a header.
    func preconditioned<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let failure as Failure {
            let isConflict = failure.kind == .conflict && headers[.ifMatch] != nil
            let isTaken = failure.kind == .credentialExists && headers[.ifNoneMatch] != nil
            guard isConflict || isTaken else { throw failure }
            throw APIError(.preconditionFailed, failure.message, code: failure.kind.rawValue, hint: failure.hint)
        }
    }
}

extension JSONObject {
    /// The member `values` of a body.
    ///
    /// - Throws: ``APIError`` 400 when it is no object.
    func fieldValues() throws(APIError) -> JSONObject {
        guard let values = self["values"]?.objectValue else {
            throw .malformed("`values` must be an object of field names and values.")
        }
        return values
    }
}

extension JSONObject {
    /// What a body says about the check of a key; members that are missing leave it to the server.
    ///
    /// - Throws: ``APIError`` 400 for a member that is neither true nor false.
    func verificationChoice() throws(APIError) -> VerificationChoice {
        VerificationChoice(
            asksExchange: try truth("verify"), savesUnverified: try truth("save_unverified"),
            allowsWithdrawals: try truth("allow_withdrawals"))
    }

    /// A member that is true or false; `nil` when it is missing.
    ///
    /// - Throws: ``APIError`` 400 for anything else.
    func truth(_ name: String) throws(APIError) -> Bool? {
        guard let member = self[name] else { return nil }
        guard let truth = member.boolValue else { throw .malformed("`\(name)` must be true or false.") }
        return truth
    }

    /// A member that is a text; `nil` when it is missing.
    ///
    /// - Throws: ``APIError`` 400 for anything else.
    func text(_ name: String) throws(APIError) -> String? {
        guard let member = self[name] else { return nil }
        guard let text = member.stringValue else { throw .malformed("`\(name)` must be a text.") }
        return text
    }
}

extension Response {
    /// The answer with the revision as its entity tag.
    func tagged(_ revision: Revision?) -> Response {
        var response = self
        response.headers[.eTag] = revision.map { "\"\($0)\"" }
        return response
    }
}
