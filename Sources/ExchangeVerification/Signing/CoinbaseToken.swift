internal import Crypto
internal import OrderedJSON

/// The JSON web token that Coinbase wants with a request: good for two minutes, one method and one path.
struct CoinbaseToken {
    let keyName: String
    let call: ProbeCall
    let time: UnixTime
    /// 64 random hex digits.
    let nonce: String

    private static let lifetimeSeconds = 120

    /// Header and claims, as they are signed. The host is the exchange's own, even when the request goes elsewhere.
    func signingInput(algorithm: String) -> String {
        let header: JSON = [
            "alg": .string(algorithm), "kid": .string(keyName), "nonce": .string(nonce), "typ": "JWT",
        ]
        let claims: JSON = [
            "sub": .string(keyName), "iss": "cdp", "nbf": .integer(time.seconds),
            "exp": .integer(time.seconds + Self.lifetimeSeconds), "uri": .string(call.route.description),
        ]
        return Base64.urlText(header.bytes()) + "." + Base64.urlText(claims.bytes())
    }

    /// The whole token.
    ///
    /// - Parameter key: On P-256; Ed25519 signs too, as Coinbase itself would take it.
    /// - Returns: Header, claims and signature.
    /// - Throws: ``UnusableSecret`` for a key that is none.
    func signed(with key: CoinbaseKey) throws(UnusableSecret) -> String {
        do {
            switch key {
            case .ecdsa(let key):
                let input = signingInput(algorithm: "ES256")
                return input + "."
                    + Base64.urlText(try key.signature(for: Array(input.utf8)).rawRepresentation)
            case .ed25519(let key):
                let input = signingInput(algorithm: "EdDSA")
                return input + "." + Base64.urlText(try key.signature(for: Array(input.utf8)))
            case .ecdsaWithoutFrame, .ed25519PEM, .unreadable: throw UnusableSecret()
            }
        } catch {
            throw UnusableSecret()
        }
    }
}
