/// An IP address, or a block of them in CIDR notation such as `10.0.0.0/8`.
public struct AddressRange: Sendable, Hashable {
    private let network: IPAddress
    private let prefixLength: Int

    /// Reads an address or a block.
    ///
    /// - Parameter text: `192.0.2.7`, `10.0.0.0/8`, `::1`, `fd00::/8`; the result is `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let network = IPAddress(first) else { return nil }
        let width = network.bytes.count * 8
        if parts.count == 2 {
            guard let length = Int(parts[1]), (0...width).contains(length) else { return nil }
            prefixLength = length
        } else {
            prefixLength = width
        }
        self.network = network
    }

    /// Whether the address lies in the block. IPv4 addresses never lie in IPv6 blocks, nor the other way round.
    func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == network.bytes.count else { return false }
        for position in 0..<prefixLength {
            let mask = UInt8(0x80) >> UInt8(position % 8)
            if (address.bytes[position / 8] ^ network.bytes[position / 8]) & mask != 0 { return false }
        }
        return true
    }
}
