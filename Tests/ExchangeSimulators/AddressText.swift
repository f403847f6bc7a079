/// Addresses of chains, as far as their own writing tells whether they are whole.
enum AddressText {
    private static let bitcoin = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)
    private static let ripple = Array("rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz".utf8)
    private static let bech32 = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    /// The bytes of a Base58 text as Solana writes it; nil when it is none.
    static func base58(_ text: String) -> [UInt8]? { bytes(text, alphabet: bitcoin) }

    /// Whether a text is a classic address of the XRP Ledger: a zero, 20 bytes and their checksum.
    static func isRipple(_ text: String) -> Bool {
        guard let bytes = bytes(text, alphabet: ripple), bytes.count == 25, bytes[0] == 0 else { return false }
        return Signing.sha256(Signing.sha256(Array(bytes[..<21]))).starts(with: bytes[21...])
    }

    /// Whether a text is an address in Bech32 with this prefix, its checksum included.
    static func isBech32(_ text: String, prefix: String) -> Bool {
        guard text.hasPrefix(prefix + "1"), text.utf8.count == prefix.utf8.count + 39 else { return false }
        var values = prefix.utf8.map { Int($0 >> 5) } + [0] + prefix.utf8.map { Int($0 & 31) }
        for character in text.utf8.dropFirst(prefix.utf8.count + 1) {
            guard let value = bech32.firstIndex(of: character) else { return false }
            values.append(value)
        }
        var sum = 1
        for value in values {
            let top = sum >> 25
            sum = (sum & 0x1ff_ffff) << 5 ^ value
            for (bit, generator) in [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3].enumerated()
            where top >> bit & 1 == 1 {
                sum ^= generator
            }
        }
        return sum == 1
    }

    private static func bytes(_ text: String, alphabet: [UInt8]) -> [UInt8]? {
        guard !text.isEmpty, text.utf8.count <= 128 else { return nil }
        var number: [UInt8] = []
        for character in text.utf8 {
            guard var carry = alphabet.firstIndex(of: character) else { return nil }
            for place in number.indices.reversed() {
                carry += Int(number[place]) * 58
                number[place] = UInt8(carry & 255)
                carry >>= 8
            }
            while carry > 0 {
                number.insert(UInt8(carry & 255), at: 0)
                carry >>= 8
            }
        }
        return [UInt8](repeating: 0, count: text.utf8.prefix { $0 == alphabet[0] }.count) + number
    }
}
