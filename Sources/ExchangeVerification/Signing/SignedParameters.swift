/// Query and body of a request whose last parameters are some of the exchange's own and then the signature.
///
/// Parameters may stand in query or body; what is signed is both, one after the other. Binance began it, others followed.
struct SignedParameters {
    /// As it shall be sent.
    let query: String
    /// As it shall be sent.
    let body: String

    /// Adds to the body where there is one, else to the query.
    ///
    /// - Parameters:
    ///   - call: What is asked.
    ///   - parameters: What comes before the signature, such as the time.
    ///   - signature: Signs a text; what it gives is percent-encoded.
    /// - Throws: What `signature` throws.
    init(
        _ call: ProbeCall, adding parameters: String, signature: (String) throws(UnusableSecret) -> String
    ) throws(UnusableSecret) {
        func joined(_ first: String, _ second: String) -> String { first.isEmpty ? second : first + "&" + second }
        var (query, body) = (call.query, call.body)
        if body.isEmpty { query = joined(query, parameters) } else { body = joined(body, parameters) }
        let last = "signature=" + PercentEncoding.text(try signature(query + body))
        if body.isEmpty { query = joined(query, last) } else { body = joined(body, last) }
        (self.query, self.body) = (query, body)
    }
}
