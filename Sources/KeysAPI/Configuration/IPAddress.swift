/// An IPv4 or IPv6 address as bytes, so that two spellings of one address are equal.
struct IPAddress: Hashable, Sendable {
    /// 4 or 16 bytes, the most significant first. An IPv4 address mapped into IPv6 is held as IPv4.
    let bytes: [UInt8]

    /// Reads an address without port, brackets or zone; `nil` when the text is none.
    init?(_ text: some StringProtocol) {
        guard let bytes = text.utf8.contains(UInt8(ascii: ":")) ? Self.version6(text) : Self.version4(text) else {
            return nil
        }
        let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        self.bytes = bytes.count == 16 && bytes.starts(with: mappedPrefix) ? Array(bytes[12...]) : bytes
    }

    /// Whether the address is one of this machine's own loopback addresses.
    var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    /// Whether listening on the address means listening on every address of the machine.
    var isWildcard: Bool { bytes.allSatisfy { $0 == 0 } }

    /// What stands for one client: the address, or the /64 network that an IPv6 client can choose addresses from.
    var clientNetwork: [UInt8] { Array(bytes.prefix(8)) }

    private static func version4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            let isPlain = part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard isPlain, part.utf8.count <= 3, let byte = UInt8(part) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func version6(_ text: some StringProtocol) -> [UInt8]? {
        var halves: [[UInt8]] = []
        var rest = Substring(text)
        while let gap = rest.firstRange(of: "::") {
            guard halves.isEmpty, let head = groups(rest[..<gap.lowerBound]) else { return nil }
            halves.append(head)
            rest = rest[gap.upperBound...]
        }
        guard let tail = groups(rest) else { return nil }
        guard let head = halves.first else { return tail.count == 16 ? tail : nil }
        guard head.count + tail.count <= 14 else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (position, part) in parts.enumerated() {
            if position == parts.count - 1, part.contains("."), let version4 = version4(part) {
                bytes += version4
            } else {
                let isHex = part.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
                guard isHex, (1...4).contains(part.utf8.count), let group = UInt16(part, radix: 16) else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
        }
        return bytes
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimals, or eight groups of hex digits without the shortening of zeros.
    var description: String {
        if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2)
            .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
            .joined(separator: ":")
    }
}
