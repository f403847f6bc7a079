/// Sends one request and brings back the whole answer.
///
/// Two conformers: ``AsyncHTTPTransport``, and the scripted one of the tests. It follows no redirect, verifies TLS, keeps
/// to its limits of time and size, and never sends a request twice.
public protocol HTTPTransport: Sendable {
    /// Sends a request.
    ///
    /// - Parameter request: Goes out exactly as it is.
    /// - Returns: The answer, whatever its status.
    /// - Throws: ``TransportFailure``.
    func send(_ request: ProbeRequest) async throws(TransportFailure) -> ProbeResponse
}

/// Why no whole answer came. No case carries a text of the network or the request.
public enum TransportFailure: Error, Equatable, Sendable, CaseIterable {
    /// The host has no address, or nobody takes the connection.
    case notConnected
    /// The server's certificate is not one for the host, or the encryption failed otherwise.
    case notTrusted
    /// The proxy refused, or wants a login.
    case proxyRefused
    /// The answer took too long.
    case timedOut
    /// The connection ended before an answer began.
    case closedBeforeAnswer
    /// The answer was cut off or is not HTTP.
    case broken
    /// The answer is larger than the limit.
    case tooLarge
    /// The task was cancelled.
    case cancelled
}

extension TransportFailure {
    /// What the check concludes from it.
    var cause: VerificationCause {
        switch self {
        case .notConnected, .notTrusted, .proxyRefused, .timedOut, .closedBeforeAnswer, .cancelled: .unreachable
        case .broken, .tooLarge: .exchangeUnavailable
        }
    }

    /// What to do about it.
    var cure: String {
        switch self {
        case .notConnected: "No connection to the exchange came about. " + VerificationCause.unreachable.cure
        case .notTrusted:
            "The exchange's certificate could not be verified; something stands between this machine and the exchange, or "
                + "this machine lacks current root certificates. Nothing was sent."
        case .proxyRefused:
            "The proxy of HTTPS_PROXY refused the connection; check its address and its login."
        case .timedOut:
            "The exchange did not answer in time; check this machine's connection to the internet and try again."
        case .closedBeforeAnswer:
            "The exchange closed the connection without an answer; try again in a few minutes."
        case .broken, .tooLarge: VerificationCause.exchangeUnavailable.cure
        case .cancelled: "The check was broken off; start it again."
        }
    }

    /// Whether it is safe and useful to send a request that changes nothing once more.
    var isWorthRetry: Bool { self == .closedBeforeAnswer }
}
