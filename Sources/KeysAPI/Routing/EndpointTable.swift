import HTTPTypes

/// All endpoints, found by path first and method second.
struct EndpointTable: Sendable {
    enum Match: Sendable {
        case endpoint(Endpoint, PathParameters)
        /// The path exists; these methods do too.
        case otherMethods([HTTPRequest.Method])
        case nothing
    }

    /// In the order in which they were given, which is also the documentation's.
    let endpoints: [Endpoint]
    /// The paths without parameters by their spelling; most requests end here.
    private let constant: [Substring: [Endpoint]]
    /// All endpoints by the number of their segments, in order: the first pattern that matches wins.
    private let bySegmentCount: [Int: [Endpoint]]

    init(_ endpoints: [Endpoint]) {
        self.endpoints = endpoints
        constant = Dictionary(grouping: endpoints.filter(\.route.path.isConstant)) { $0.route.path.text[...] }
        bySegmentCount = Dictionary(grouping: endpoints) { $0.route.path.segments.count }
    }

    func match(_ method: HTTPRequest.Method, _ target: RequestTarget) -> Match {
        if let endpoint = constant[target.path]?.first(where: { $0.route.method == method }) {
            return .endpoint(endpoint, PathParameters())
        }
        guard let segments = target.segments else { return .nothing }
        var methods: [HTTPRequest.Method] = []
        for endpoint in bySegmentCount[segments.count] ?? [] {
            guard let parameters = endpoint.route.path.match(segments) else { continue }
            if endpoint.route.method == method { return .endpoint(endpoint, parameters) }
            if !methods.contains(endpoint.route.method) { methods.append(endpoint.route.method) }
        }
        return methods.isEmpty ? .nothing : .otherMethods(methods.sorted { $0.rawValue < $1.rawValue })
    }
}
