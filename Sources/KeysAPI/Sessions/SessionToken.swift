import Credentials
import Crypto

/// What a browser proves its session with: 256 random bits, as 64 hex digits.
struct SessionToken: Sendable {
    /// What stands in the cookie.
    let text: Secret
    /// What the server knows the session by.
    let key: SessionKey

    /// A new one that nobody can guess.
    static func random() -> SessionToken {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<4).flatMap { _ in
            let word = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - word.utf8.count) + word
        }
        return SessionToken(digits: String(digits))
    }

    /// Reads a cookie's value; `nil` for what no token looks like.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count == 64, text.utf8.allSatisfy(\.isHexDigit) else { return nil }
        self.init(digits: String(text))
    }

    private init(digits: String) {
        text = Secret(digits)
        key = SessionKey(digest: SHA256.hash(data: Array(digits.utf8)))
    }
}

/// The digest of a session's token. Who reads the server's memory cannot make a cookie of it, and comparing digests tells
/// nothing about tokens.
struct SessionKey: Hashable, Sendable {
    fileprivate let digest: SHA256Digest
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
