/// Keccak-256 with the original padding (0x01), as Ethereum uses it; not SHA3-256, whose padding is 0x06.
///
/// Source: "The Keccak reference", version 3.0, section 1; rate 1088 bits, capacity 512.
public struct Keccak256: Sendable {
    /// The length of a digest in bytes.
    public static let byteCount = 32
    private static let rateByteCount = 136

    /// The state: lane (x, y) of the reference stands at x + 5·y.
    private var lanes = InlineArray<25, UInt64>(repeating: 0)
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

    /// Keccak-f[1600]: 24 rounds of theta, rho and pi, chi, iota. Allocates nothing.
    private mutating func permute() {
        let (order, rotations, constants) = (Self.piOrder, Self.rhoRotations, Self.roundConstants)
        for round in 0..<24 {
            mixColumns()
            var moving = lanes[1]
            for step in 0..<24 {
                let displaced = lanes[order[step]]
                lanes[order[step]] = Self.rotate(moving, by: rotations[step])
                moving = displaced
            }
            mixRows()
            lanes[0] ^= constants[round]
        }
    }

    /// Theta: every lane takes in the parity of two columns beside its own.
    private mutating func mixColumns() {
        let (a, b, c, d, e) = (parity(0), parity(1), parity(2), parity(3), parity(4))
        let differences: InlineArray<5, UInt64> = [
            e ^ Self.rotate(b, by: 1), a ^ Self.rotate(c, by: 1), b ^ Self.rotate(d, by: 1),
            c ^ Self.rotate(e, by: 1), d ^ Self.rotate(a, by: 1),
        ]
        for row in 0..<5 {
            for x in 0..<5 { lanes[5 * row + x] ^= differences[x] }
        }
    }

    private func parity(_ x: Int) -> UInt64 {
        lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]
    }

    /// Chi: every lane takes in the two after it in its row.
    private mutating func mixRows() {
        for row in 0..<5 {
            let y = 5 * row
            let (a, b, c, d, e) = (lanes[y], lanes[y + 1], lanes[y + 2], lanes[y + 3], lanes[y + 4])
            lanes[y] = a ^ (~b & c)
            lanes[y + 1] = b ^ (~c & d)
            lanes[y + 2] = c ^ (~d & e)
            lanes[y + 3] = d ^ (~e & a)
            lanes[y + 4] = e ^ (~a & b)
        }
    }

    private static func rotate(_ lane: UInt64, by count: UInt64) -> UInt64 { lane << count | lane >> (64 - count) }

    /// The lanes in the order in which pi visits them.
    private static let piOrder: InlineArray<24, Int> = {
        var (x, y) = (1, 0)
        return InlineArray { _ in
            (x, y) = (y, (2 * x + 3 * y) % 5)
            return x + 5 * y
        }
    }()

    /// Rho's rotation of the lane that pi moves in each step.
    private static let rhoRotations = InlineArray<24, UInt64> { UInt64(($0 + 1) * ($0 + 2) / 2 % 64) }

    /// Iota's constants, from the degree-8 linear feedback shift register of the reference.
    private static let roundConstants: InlineArray<24, UInt64> = {
        var register: UInt8 = 1
        return InlineArray { _ in
            var constant: UInt64 = 0
            for power in 0..<7 {
                if register & 1 == 1 { constant |= 1 << UInt64((1 << power) - 1) }
                register = register << 1 ^ (register >> 7) * 0x71
            }
            return constant
        }
    }()
}
