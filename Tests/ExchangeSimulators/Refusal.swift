/// Why a simulated exchange did not serve a request: what it found, before it puts it in its own words.
package enum Refusal: Error, Equatable, Sendable {
    /// A header field or parameter that a signed request needs is not there.
    case missing(String)
    /// No exchange would have handed out such a key.
    case malformedKey
    /// The exchange does not know the key: never made, deleted, or of another host.
    case unknownKey
    /// The signature is another one than the secret gives for the bytes that came.
    case wrongSecret
    /// The passphrase is another one.
    case wrongPassphrase
    /// The caller's address is not on the key's list.
    case addressNotAllowed
    /// The key lacks this right.
    case missingRight(SimulatedRight)
    /// The key lapsed.
    case expired
    /// The timestamp is no timestamp.
    case malformedTimestamp
    /// The timestamp lies outside the window, this many milliseconds after the exchange's clock.
    case clockSkew(Int)
    /// The nonce is not above the highest one seen.
    case nonceOutOfOrder
    /// The account is frozen.
    case suspended
    /// A demo key on the live service, or the reverse.
    case wrongEnvironment
    /// A parameter has a value that the exchange does not take.
    case badParameter(String)
    /// No such path, or one that a simulator does not serve because it would change something.
    case noSuchPath
}

extension Refusal: CustomStringConvertible {
    /// The case's name in snake case, as records show it.
    package var description: String {
        switch self {
        case .missing(let name): "missing \(name)"
        case .malformedKey: "malformed_key"
        case .unknownKey: "unknown_key"
        case .wrongSecret: "wrong_secret"
        case .wrongPassphrase: "wrong_passphrase"
        case .addressNotAllowed: "address_not_allowed"
        case .missingRight(let right): "missing_right \(right.rawValue)"
        case .expired: "expired"
        case .malformedTimestamp: "malformed_timestamp"
        case .clockSkew: "clock_skew"
        case .nonceOutOfOrder: "nonce_out_of_order"
        case .suspended: "suspended"
        case .wrongEnvironment: "wrong_environment"
        case .badParameter(let name): "bad_parameter \(name)"
        case .noSuchPath: "no_such_path"
        }
    }
}
