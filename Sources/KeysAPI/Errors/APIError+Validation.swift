import HTTPTypes
import OrderedJSON

// The 422 answers of the Hummingbot API (FastAPI's form). Theirs repeat the faulty input, secrets included; ours
// say `null` in its place.
extension APIError {
    private static func unprocessable(_ type: String, at place: [JSON], _ message: String, error: String? = nil)
        -> APIError
    {
        var fault = JSONObject([
            ("type", .string(type)), ("loc", .array(place)), ("msg", .string(message)), ("input", .null),
        ])
        if let error {
            fault["input"] = .object(JSONObject())
            fault["ctx"] = ["error": .string(error)]
        }
        var answer = APIError(.unprocessableContent, message, code: "malformed_request")
        answer.validationDetail = .array([.object(fault)])
        return answer
    }

    /// Something that must be there is not.
    static func missing(_ place: [JSON]) -> APIError { unprocessable("missing", at: place, "Field required") }

    /// Something is no JSON object.
    static func notAnObject(_ place: [JSON]) -> APIError {
        unprocessable("dict_type", at: place, "Input should be a valid dictionary")
    }

    /// Something is no text.
    static func notAString(_ place: [JSON]) -> APIError {
        unprocessable("string_type", at: place, "Input should be a valid string")
    }

    /// The body is no JSON.
    static func invalidJSON(_ error: JSONParsingError) -> APIError {
        unprocessable(
            "json_invalid", at: ["body", .integer(error.offset)], "JSON decode error", error: error.reason.rawValue)
    }
}
