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
}

extension EthereumAddress: CustomStringConvertible {
    /// `0x` and 40 hex digits in lower case.
    public var description: String { "0x" + HexText.text(bytes) }
}
