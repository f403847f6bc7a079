/// Bech32 (BIP-173): a prefix, `1`, and digits of five bits, the last six of which are a checksum.
enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let generators: [UInt32] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]
    private static let checksumLength = 6
    private static let longest = 90

    /// The text of digits of five bits under a prefix in lower case.
    static func encode(prefix: String, digits: [UInt8]) -> String {
        let unchecked = expanded(prefix) + digits
        let sum = polymod(unchecked + [UInt8](repeating: 0, count: checksumLength)) ^ 1
        let checksum = (0..<checksumLength).map { UInt8(sum >> UInt32(5 * (checksumLength - 1 - $0)) & 31) }
        return prefix + "1" + String(decoding: (digits + checksum).map { alphabet[Int($0)] }, as: UTF8.self)
    }

    /// Prefix, in lower case, and digits without their checksum; `nil` for a text that is none or was mistyped.
    static func decode(_ text: String) -> (prefix: String, digits: [UInt8])? {
        let lowercased = text.lowercased()
        guard text == lowercased || text == text.uppercased(), text.utf8.count <= longest,
            text.utf8.allSatisfy({ (33...126).contains($0) }), let separator = lowercased.lastIndex(of: "1")
        else { return nil }
        let prefix = String(lowercased[..<separator])
        var digits: [UInt8] = []
        for character in lowercased[lowercased.index(after: separator)...].utf8 {
            guard let digit = alphabet.firstIndex(of: character) else { return nil }
            digits.append(UInt8(digit))
        }
        guard !prefix.isEmpty, digits.count >= checksumLength, polymod(expanded(prefix) + digits) == 1 else {
            return nil
        }
        return (prefix, digits.dropLast(checksumLength))
    }

    /// Bytes cut into digits of five bits, filled up with zeros.
    static func digits(ofBytes bytes: [UInt8]) -> [UInt8] {
        var (digits, bits, count) = ([UInt8](), UInt32(0), UInt32(0))
        for byte in bytes {
            bits = (bits << 8 | UInt32(byte)) & 0xFFF
            count += 8
            while count >= 5 {
                count -= 5
                digits.append(UInt8(bits >> count & 31))
            }
        }
        if count > 0 { digits.append(UInt8(bits << (5 - count) & 31)) }
        return digits
    }

    /// The bytes of digits of five bits; `nil` when more is left over than the zeros that fill up the last digit.
    static func bytes(ofDigits digits: [UInt8]) -> [UInt8]? {
        var (bytes, bits, count) = ([UInt8](), UInt32(0), UInt32(0))
        for digit in digits {
            bits = (bits << 5 | UInt32(digit)) & 0xFFF
            count += 5
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(bits >> count & 255))
            }
        }
        return count < 5 && bits & (1 << count - 1) == 0 ? bytes : nil
    }

    private static func expanded(_ prefix: String) -> [UInt8] {
        prefix.utf8.map { $0 >> 5 } + [0] + prefix.utf8.map { $0 & 31 }
    }

    /// The remainder by the code's generator.
    private static func polymod(_ values: [UInt8]) -> UInt32 {
        values.reduce(1) { sum, value in
            let shifted = (sum & 0x1FF_FFFF) << 5 ^ UInt32(value)
            return generators.indices.reduce(shifted) { (sum >> (25 + UInt32($1))) & 1 == 1 ? $0 ^ generators[$1] : $0 }
        }
    }
}
