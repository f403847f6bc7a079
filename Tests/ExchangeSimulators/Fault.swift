/// Something that goes wrong before the exchange has looked at a request.
package struct Fault: Codable, Sendable {
    /// What goes wrong.
    package enum Kind: String, CaseIterable, Codable, Sendable {
        /// Too many requests, in the exchange's words.
        case rateLimited = "rate_limited"
        /// Too many requests after warnings, or too many failed logins: shut out for a while.
        case banned
        /// Not served where the caller is, in the exchange's words.
        case regionBlocked = "region_blocked"
        /// Down for maintenance, in the exchange's words.
        case maintenance
        /// A firewall's web page with status 403.
        case firewall
        /// A web page with status 200.
        case page
        /// JSON of another shape than any documented one.
        case wrongType = "wrong_type"
        /// Less body than promised.
        case truncated
        /// A body of ``Fault/byteCount`` bytes, 50 MB unless said otherwise.
        case huge
        /// One byte a second.
        case dripping
        /// No answer at all.
        case silence
        /// A redirection to ``Fault/text``.
        case redirect
        /// The answer with ``Fault/status`` and the body ``Fault/text``.
        case custom
    }

    /// What goes wrong.
    package var kind: Kind
    /// How many answers it spoils; nil for all until it is taken away.
    package var count: Int?
    /// Only requests whose path begins like this; nil for all.
    package var path: String?
    /// The redirection's target, or a custom body.
    package var text: String?
    /// A custom status.
    package var status: Int?
    /// A huge body's length in bytes.
    package var byteCount: Int?

    /// A fault to put in front of an exchange.
    ///
    /// - Parameters:
    ///   - kind: What goes wrong.
    ///   - count: How many answers it spoils; nil for all.
    ///   - path: Only requests whose path begins like this; nil for all.
    ///   - text: The redirection's target, or a custom body.
    ///   - status: A custom status.
    ///   - byteCount: A huge body's length in bytes.
    package init(
        _ kind: Kind, count: Int? = nil, path: String? = nil, text: String? = nil, status: Int? = nil,
        byteCount: Int? = nil
    ) {
        self.kind = kind
        self.count = count
        self.path = path
        self.text = text
        self.status = status
        self.byteCount = byteCount
    }

    /// What the caller gets instead of an answer.
    func answer(of exchange: any SimulatedExchange) -> SimulatedAnswer {
        switch kind {
        case .rateLimited: exchange.answer(to: .rateLimited)
        case .banned: exchange.answer(to: .banned)
        case .regionBlocked: exchange.answer(to: .regionBlocked)
        case .maintenance: exchange.answer(to: .maintenance)
        case .firewall: .page("Access denied", status: 403)
        case .page: .page("Welcome", status: 200)
        case .wrongType: .json(#"["a",["list",{"of":"nothing"}],7]"#)
        case .truncated:
            SimulatedAnswer(
                status: 200, fields: [(.contentType, "application/json")],
                body: .truncated(Array(#"{"code":"#.utf8), promised: 4096))
        case .huge:
            SimulatedAnswer(
                status: 200, fields: [(.contentType, "application/json")], body: .huge(byteCount ?? 50_000_000))
        case .dripping:
            SimulatedAnswer(
                status: 200, fields: [(.contentType, "application/json")],
                body: .dripping(Array(repeating: UInt8(ascii: " "), count: 3600), pause: 1000))
        case .silence: SimulatedAnswer(status: 200, body: .never)
        case .redirect:
            SimulatedAnswer(status: status ?? 302, fields: [(.location, text ?? "/")], body: .whole([]))
        case .custom: .json(text ?? "", status: status ?? 200)
        }
    }
}

/// What befalls every caller of an exchange, whatever the key.
enum Trouble: Sendable {
    /// Too many requests.
    case rateLimited
    /// Too many requests after warnings, or too many failed logins.
    case banned
    /// Not served where the caller is.
    case regionBlocked
    /// Down for maintenance.
    case maintenance
}
