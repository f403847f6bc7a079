internal import Crypto

/// Identifies the exact bytes of a stored credential: equal revisions mean equal bytes.
///
/// The first 16 bytes of the SHA-256 of the file, in lower-case hex. It tells nothing of the secrets inside.
public struct Revision: Hashable, Sendable, CustomStringConvertible {
    /// 32 lower-case hex digits.
    public let description: String

    /// Takes a revision as a caller hands it back; `nil` unless it is 32 lower-case hex digits.
    ///
    /// - Parameter text: What the caller gave.
    public init?(_ text: String) {
        let isHex = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard text.utf8.count == 32, isHex else { return nil }
        description = text
    }
}

extension Revision {
    /// The revision of some bytes.
    /// - Parameter bytes: The file.
    public init(of bytes: [UInt8]) {
        description = SHA256.hash(data: bytes).prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
