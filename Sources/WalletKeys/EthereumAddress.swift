internal import Digests

/// The address of an account on Ethereum and on the chains and exchanges that took over its form.
public struct EthereumAddress: Hashable, Sendable {
    /// The 20 bytes.
    public let bytes: [UInt8]

    /// Reads an address; `nil` for any other text.
    ///
    /// - Parameter text: `0x` and 40 hex digits in any case; a checksum in the case of the letters is not looked at.
    public init?(_ text: String) {
        guard text.hasPrefix("0x") || text.hasPrefix("0X"), text.utf8.count == 42, let bytes = HexText.bytes(text)
        else { return nil }
        self.bytes = bytes
    }

    /// Takes the last 20 bytes of a public key's hash.
    init(lastBytesOf hash: [UInt8]) { bytes = Array(hash.suffix(20)) }

    /// `0x` and 40 hex digits, the case of whose letters is a checksum (EIP-55).
    public var checksummed: String {
        let digits = HexText.text(bytes)
        let hash = Keccak256.hash(digits.utf8)
        let cased = digits.enumerated().map { position, digit in
            let nibble = hash[position / 2] >> (position.isMultiple(of: 2) ? 4 : 0) & 15
            return nibble >= 8 ? digit.uppercased() : String(digit)
        }
        return "0x" + cased.joined()
    }

    /// Whether a text is an address with a mistyped digit, as far as its letters tell: they are of both cases, yet not
    /// those of the checksum (EIP-55).
    public static func isMistyped(_ text: String) -> Bool {
        guard let address = EthereumAddress(text) else { return false }
        let digits = text.dropFirst(2)
        let hasOneCase = String(digits) == digits.lowercased() || String(digits) == digits.uppercased()
        return !hasOneCase && digits != address.checksummed.dropFirst(2)
    }

    /// The same account's address on Injective, which keeps Ethereum's 20 bytes in another spelling.
    public var injective: CosmosAddress { CosmosAddress(prefix: "inj", bytes: bytes) }
}

extension EthereumAddress: CustomStringConvertible {
    /// `0x` and 40 hex digits in lower case.
    public var description: String { "0x" + HexText.text(bytes) }
}
