/// The path of a route, such as `/accounts/{account}/credentials`, matched segment by segment.
///
/// A trailing slash is a last, empty segment: `/accounts/` and `/accounts` are two paths, as clients of the Hummingbird
/// API know it.
struct PathPattern: Sendable {
    enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter(String)
    }

    /// The pattern as it was written; also what the log calls the route.
    let text: String
    let segments: [Segment]

    init(_ text: String) {
        self.text = text
        segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
        }
    }

    /// Whether every path that matches is spelled like the pattern.
    var isConstant: Bool { parameterNames.isEmpty }

    var parameterNames: [String] {
        segments.compactMap { segment in
            guard case .parameter(let name) = segment else { return nil }
            return name
        }
    }

    /// - Returns: The values of the parameters, or `nil` when the path is not of this pattern.
    func match(_ path: [String]) -> PathParameters? {
        guard path.count == segments.count else { return nil }
        var parameters = PathParameters()
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .literal(let expected): guard text == expected else { return nil }
            case .parameter(let name):
                guard !text.isEmpty else { return nil }
                parameters.add(name, text)
            }
        }
        return parameters
    }
}

/// The percent-decoded parts of a path that stand for a pattern's parameters.
struct PathParameters: Sendable {
    private var values: [(name: String, value: String)] = []

    /// The value of a parameter; empty when the pattern has none of that name.
    subscript(_ name: String) -> String { values.first { $0.name == name }?.value ?? "" }

    fileprivate mutating func add(_ name: String, _ value: String) { values.append((name, value)) }
}
