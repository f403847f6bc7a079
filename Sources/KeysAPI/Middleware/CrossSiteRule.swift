import HTTPTypes

/// Lets no page of another origin change anything, whatever login its browser would send along.
///
/// Browsers say where a request comes from in Fetch Metadata and Origin headers, which no page can forge. Programs
/// that are no browsers send neither and pass.
struct CrossSiteRule: Sendable {
    private let trusted: Set<Origin>

    init(trusting origins: [Origin]) { trusted = Set(origins) }

    /// - Throws: ``APIError`` 403 for a state-changing request of a foreign page.
    func check(_ request: HTTPRequest) throws(APIError) {
        switch request.method {
        case .get, .head, .options: return
        default: break
        }
        let origin = request.headerFields[.origin]
        if let origin, let parsed = Origin(origin), trusted.contains(parsed) { return }
        if let site = request.headerFields[.secFetchSite], site != "same-origin", site != "none" {
            throw .foreignOrigin
        }
        guard origin == nil || request.isOfOwnOrigin else { throw .foreignOrigin }
    }
}

extension HTTPRequest {
    /// Whether the Origin header names this server.
    var isOfOwnOrigin: Bool {
        guard let origin = headerFields[.origin].flatMap({ Origin($0) }),
            let authority = authority.flatMap({ Authority($0) })
        else { return false }
        return origin.isServer(named: authority)
    }
}
