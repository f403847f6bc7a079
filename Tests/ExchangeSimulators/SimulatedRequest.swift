import OrderedJSON

/// A request exactly as it came over the wire: signatures are made of these bytes.
package struct SimulatedRequest: Sendable {
    /// A name and its value in a query or a form, still percent-encoded.
    typealias Parameter = (name: String, value: String)

    /// The method, in capitals.
    package let method: String
    /// The path, still percent-encoded, without the query.
    package let path: String
    /// What follows `?`, still percent-encoded; empty for none.
    package let query: String
    /// The body, decoded as UTF-8.
    package let body: String
    private let fields: [String: String]

    /// A request as it came over the wire.
    ///
    /// - Parameters:
    ///   - method: The method, in capitals.
    ///   - target: Path and query.
    ///   - fields: The header fields; of a name that comes twice, the last counts.
    ///   - body: The body's bytes.
    package init(method: String, target: String, fields: [(name: String, value: String)], body: [UInt8]) {
        self.method = method
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.path = String(halves[0])
        self.query = halves.count == 2 ? String(halves[1]) : ""
        self.fields = Dictionary(fields.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
        self.body = String(decoding: body, as: UTF8.self)
    }

    /// Path and query, as signed by exchanges that sign both.
    var target: String { query.isEmpty ? path : "\(path)?\(query)" }

    /// A header field's value; nil when it is missing or empty.
    package subscript(_ field: String) -> String? {
        fields[field.lowercased()].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The parameters of the query.
    var queryParameters: [Parameter] { Self.parameters(of: query) }

    /// The parameters of a query or of a form, in order.
    static func parameters(of text: String) -> [Parameter] {
        text.split(separator: "&").map { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(halves[0]), halves.count == 2 ? String(halves[1]) : "")
        }
    }

    /// The body as JSON; nil when it is none.
    var json: JSON? { try? JSON(parsing: body) }

    /// The first value of a parameter of the query.
    func queryValue(_ name: String) -> String? { queryParameters.first { $0.name == name }?.value }
}
