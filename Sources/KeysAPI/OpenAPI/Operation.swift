import HTTPTypes
import OrderedJSON

/// What a reader of the documentation is told about an endpoint.
struct Operation: Sendable {
    /// The chapters of the documentation, in order.
    enum Chapter: String, Sendable, CaseIterable {
        case sessions = "Sessions"
        case overview = "Overview and vault"
        case accounts = "Accounts"
        case credentials = "Credentials"
        case connectors = "Connectors"
        case trash = "Undo store"
        case log = "Audit log"
        case hummingbird = "As in the Hummingbot API"
        case skill = "As the original skill expects"
        case hummingbird2024 = "As in the Hummingbot API of 2024"
        case gateway = "Gateway"
        case server = "Server"
    }

    struct Parameter: Sendable {
        enum Place: String, Sendable {
            case query
            case header
        }

        let name: String
        let place: Place
        let isRequired: Bool
        let schema: Schema
        let text: String
    }

    /// A JSON body; every Content-Type is read as JSON.
    struct Body: Sendable {
        let schema: Schema
        let isRequired: Bool
        /// Shown on the page, with no real value in it.
        let example: JSON

        init(_ schema: Schema, isRequired: Bool = true, example: JSON) {
            self.schema = schema
            self.isRequired = isRequired
            self.example = example
        }
    }

    struct Answer: Sendable {
        enum Content: Sendable {
            case nothing
            case json(Schema)
            case page
            case styleSheet
            case script
            /// One JSON value a line, each sent as soon as it is known.
            case lines
            /// Server-sent events of these names.
            case events([String])
        }

        let status: Int
        let text: String
        let contents: [Content]
        /// Names of headers beside the usual ones.
        let headers: [String]

        init(_ status: Int, _ text: String, _ contents: Content..., headers: [String] = []) {
            self.status = status
            self.text = text
            self.contents = contents
            self.headers = headers
        }
    }

    let id: String
    let chapter: Chapter
    let summary: String
    var text = ""
    var parameters: [Parameter] = []
    var body: Body?
    let answers: [Answer]

    func renamed(_ id: String) -> Operation {
        Operation(
            id: id, chapter: chapter, summary: summary, text: text, parameters: parameters, body: body, answers: answers
        )
    }
}

extension Operation.Answer {
    /// An error of the Hummingbot API's form, `{"detail":"…"}`.
    static func detail(_ status: Int, _ text: String) -> Self { Self(status, text, .json(.named("Detail"))) }

    /// An error of `/v1`.
    static func problem(_ status: Int, _ text: String) -> Self { Self(status, text, .json(.named("Problem"))) }

    static let notModified = Self(304, "The copy that the client has is still good.", .nothing)

    /// `{"message":"…"}`.
    static func message(_ status: Int, _ message: String) -> Self {
        Self(status, "Done.", .json(.object(["message": .text(message)])))
    }
}

extension Operation.Parameter {
    /// `account_name`, as the Hummingbot API takes it.
    static let accountName = Self(
        name: "account_name", place: .query, isRequired: true, schema: .name, text: "The account.")

    static let ifMatch = Self(
        name: "If-Match", place: .header, isRequired: false, schema: .entityTag,
        text: "The quoted revision that you saw last. When the credential has another by now, nothing is changed.")

    static let knownTag = Self(
        name: "If-None-Match", place: .header, isRequired: false, schema: .string,
        text: "The entity tag of the answer that you have.")

    static let ifNoneMatch = Self(
        name: "If-None-Match", place: .header, isRequired: false, schema: .text("*"),
        text: "`*`: only add, never replace.")
}
