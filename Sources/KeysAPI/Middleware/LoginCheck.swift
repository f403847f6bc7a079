import Credentials
import Crypto
import HTTPTypes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Compares what a client sends with the configured login, in a time that does not depend on either.
///
/// Only digests under a key of this process are kept and compared; `HashedAuthenticationCode` compares in constant
/// time.
struct LoginCheck: Sendable {
    enum Outcome: Sendable, Equatable {
        case accepted
        /// There is no Basic login in the request.
        case missing
        /// It is another login.
        case wrong(FailedGuesses.Guess)
    }

    private typealias Digest = HashedAuthenticationCode<SHA256>

    private let key = SymmetricKey(size: .bits256)
    /// Of the header's usual spelling, so that a good request costs one digest.
    private let header: Digest
    private let user: Digest
    private let password: Digest

    init(_ login: APILogin) {
        let pair = Data("\(login.user):\(login.password.exposed())".utf8)
        header = Self.digest("Basic \(pair.base64EncodedString())".utf8, key)
        user = Self.digest(login.user.utf8, key)
        password = Self.digest(login.password.exposed().utf8, key)
    }

    func check(_ authorization: String?) -> Outcome {
        guard let authorization else { return .missing }
        if Self.digest(authorization.utf8, key) == header { return .accepted }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic", let pair = Data(base64Encoded: String(parts[1])),
            let colon = pair.firstIndex(of: UInt8(ascii: ":"))
        else { return .missing }
        return check(user: pair[..<colon], password: pair[(colon + 1)...])
    }

    func check(user: String, password: Secret) -> Outcome {
        check(user: user.utf8, password: password.exposed().utf8)
    }

    private func check(user: some Sequence<UInt8>, password: some Sequence<UInt8>) -> Outcome {
        let (sentUser, sentPassword) = (Self.digest(user, key), Self.digest(password, key))
        let (isUser, isPassword) = (sentUser == self.user, sentPassword == self.password)
        return isUser && isPassword
            ? .accepted : .wrong(FailedGuesses.Guess(Array(sentUser) + Array(sentPassword), under: key))
    }

    private static func digest(_ bytes: some Sequence<UInt8>, _ key: SymmetricKey) -> Digest {
        HMAC<SHA256>.authenticationCode(for: Array(bytes), using: key)
    }
}
