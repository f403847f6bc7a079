/// A query in the order of its names, as some exchanges want it signed.
enum SortedQuery {
    /// Puts parameters in order.
    ///
    /// - Parameter parameters: Each `name=value`, percent-encoded.
    /// - Returns: The query without `?`.
    static func text(_ parameters: [String]) -> String {
        let pairs = parameters.map { parameter -> (name: Substring, text: String) in
            (parameter.prefix { $0 != "=" }, parameter)
        }
        return pairs.sorted { $0.name < $1.name }.map(\.text).joined(separator: "&")
    }
}
