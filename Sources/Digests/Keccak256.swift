/// Keccak-256 with the original padding (0x01), as Ethereum uses it; not SHA3-256, whose padding is 0x06.
///
/// Source: "The Keccak reference", version 3.0, section 1; rate 1088 bits, capacity 512.
public struct Keccak256: Sendable {
    /// The length of a digest in bytes.
    public static let byteCount = 32
    private static let rateByteCount = 136

    private var lanes = [UInt64](repeating: 0, count: 25)
    /// How many bytes of the current block are absorbed.
    private var filled = 0

    /// A hash of no input yet.
    public init() {}

    /// Absorbs more input.
    public mutating func update(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            absorb(byte, at: filled)
            filled += 1
            if filled == Self.rateByteCount {
                permute()
                filled = 0
            }
        }
    }

    /// The digest of everything absorbed; the hash itself stays usable for more input.
    public func digest() -> [UInt8] {
        var last = self
        last.absorb(0x01, at: filled)
        last.absorb(0x80, at: Self.rateByteCount - 1)
        last.permute()
        return (0..<Self.byteCount).map { UInt8(truncatingIfNeeded: last.lanes[$0 / 8] >> UInt64(8 * ($0 % 8))) }
    }

    /// The digest of one input.
    public static func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var hash = Keccak256()
        hash.update(bytes)
        return hash.digest()
    }

    private mutating func absorb(_ byte: UInt8, at position: Int) {
        lanes[position / 8] ^= UInt64(byte) << UInt64(8 * (position % 8))
    }

    /// Keccak-f[1600]: 24 rounds of theta, rho and pi, chi, iota.
    private mutating func permute() {
        var parity = [UInt64](repeating: 0, count: 5)
        for constant in Self.roundConstants {
            for x in 0..<5 {
                parity[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]
            }
            for x in 0..<5 {
                let difference = parity[(x + 4) % 5] ^ Self.rotate(parity[(x + 1) % 5], by: 1)
                for y in stride(from: 0, to: 25, by: 5) { lanes[x + y] ^= difference }
            }
            var moving = lanes[1]
            for (lane, rotation) in Self.piSteps {
                let displaced = lanes[lane]
                lanes[lane] = Self.rotate(moving, by: rotation)
                moving = displaced
            }
            for y in stride(from: 0, to: 25, by: 5) {
                let row = Array(lanes[y..<(y + 5)])
                for x in 0..<5 { lanes[x + y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]) }
            }
            lanes[0] ^= constant
        }
    }

    private static func rotate(_ lane: UInt64, by count: UInt64) -> UInt64 { lane << count | lane >> (64 - count) }

    /// The lanes in the order in which pi visits them, each with its rho offset.
    private static let piSteps: [(lane: Int, rotation: UInt64)] = {
        var (x, y) = (1, 0)
        return (1...24).map { step in
            (x, y) = (y, (2 * x + 3 * y) % 5)
            return (x + 5 * y, UInt64(step * (step + 1) / 2 % 64))
        }
    }()

    /// Iota's constants, from the degree-8 linear feedback shift register of the reference.
    private static let roundConstants: [UInt64] = {
        var register: UInt8 = 1
        return (0..<24).map { _ in
            var constant: UInt64 = 0
            for power in 0..<7 {
                if register & 1 == 1 { constant |= 1 << UInt64((1 << power) - 1) }
                register = register << 1 ^ (register >> 7) * 0x71
            }
            return constant
        }
    }()
}
