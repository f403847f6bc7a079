internal import Crypto

/// Numbers in base 58, whose digits leave out what is easily misread.
public struct Base58: Sendable {
    private let alphabet: [UInt8]

    private init(_ alphabet: StaticString) { self.alphabet = Array(alphabet.description.utf8) }

    /// The order of the digits that Bitcoin, Solana and most others use.
    public static let bitcoin = Base58("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
    /// The XRP Ledger's order.
    public static let ripple = Base58("rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz")

    private static let checksumLength = 4

    /// The text of bytes; each zero byte at the start is a first digit.
    public func text(_ bytes: [UInt8]) -> String {
        // The least digit first.
        var digits: [UInt8] = []
        for byte in bytes {
            var carry = Int(byte)
            for position in digits.indices {
                carry += Int(digits[position]) << 8
                digits[position] = UInt8(carry % 58)
                carry /= 58
            }
            while carry > 0 {
                digits.append(UInt8(carry % 58))
                carry /= 58
            }
        }
        let zeros = [UInt8](repeating: 0, count: bytes.prefix { $0 == 0 }.count)
        return String(decoding: (zeros + digits.reversed()).map { alphabet[Int($0)] }, as: UTF8.self)
    }

    /// The bytes of a text; `nil` when a character is no digit, and for more than 256 digits, since the cost grows with
    /// their square.
    public func bytes(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 256 else { return nil }
        var bytes: [UInt8] = []
        var zeroCount = 0
        for character in text.utf8 {
            guard var carry = alphabet.firstIndex(of: character) else { return nil }
            if carry == 0, bytes.isEmpty { zeroCount += 1 }
            for position in bytes.indices {
                carry += Int(bytes[position]) * 58
                bytes[position] = UInt8(carry & 255)
                carry >>= 8
            }
            while carry > 0 {
                bytes.append(UInt8(carry & 255))
                carry >>= 8
            }
        }
        return [UInt8](repeating: 0, count: zeroCount) + bytes.reversed()
    }

    /// The text of bytes with a checksum behind them: the first four bytes of SHA-256 taken twice.
    public func checkedText(_ bytes: [UInt8]) -> String { text(bytes + Self.checksum(bytes)) }

    /// The bytes of a text with a checksum, without it; `nil` when it does not fit, so that something was mistyped.
    public func checkedBytes(_ text: String) -> [UInt8]? {
        guard var bytes = bytes(text), bytes.count >= Self.checksumLength else { return nil }
        let checksum = Array(bytes.suffix(Self.checksumLength))
        bytes.removeLast(Self.checksumLength)
        return checksum == Self.checksum(bytes) ? bytes : nil
    }

    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: Array(SHA256.hash(data: bytes))).prefix(checksumLength))
    }
}
