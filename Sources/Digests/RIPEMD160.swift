/// RIPEMD-160, with which Bitcoin's relatives shorten public keys to addresses.
///
/// Source: "RIPEMD-160: A Strengthened Version of RIPEMD", Dobbertin, Bosselaers and Preneel, 1996, appendix A.
public enum RIPEMD160 {
    /// The length of a digest in bytes.
    public static let byteCount = 20
    private static let blockByteCount = 64

    /// The digest of one input.
    public static func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var padded = Array(bytes)
        let bitCount = UInt64(padded.count) * 8
        padded.append(0x80)
        while padded.count % blockByteCount != blockByteCount - 8 { padded.append(0) }
        for position in 0..<8 { padded.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(8 * position))) }

        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        for start in stride(from: 0, to: padded.count, by: blockByteCount) {
            let words = (0..<16).map { position -> UInt32 in
                let first = start + 4 * position
                return padded[first..<(first + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
            }
            let left = line(state, words, left)
            let right = line(state, words, right)
            // The two lines are crossed over, each moved by one word.
            state = (0..<5).map { position -> UInt32 in
                let crossed = left[(position + 2) % 5] &+ right[(position + 3) % 5]
                return state[(position + 1) % 5] &+ crossed
            }
        }
        return state.flatMap { word in
            (0..<4).map { (position: UInt32) in UInt8(truncatingIfNeeded: word >> (8 * position)) }
        }
    }

    /// What one of the two parallel lines reads, by how much it rotates, and what it adds and mixes in each of its rounds.
    private struct Line {
        /// By round.
        let order: [[Int]]
        /// By round.
        let rotations: [[UInt32]]
        let constants: [UInt32]
        let functions: [@Sendable (UInt32, UInt32, UInt32) -> UInt32]
    }

    private static func line(_ state: [UInt32], _ words: [UInt32], _ line: Line) -> [UInt32] {
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for step in 0..<80 {
            let (round, position) = (step / 16, step % 16)
            let word = words[line.order[round][position]] &+ line.constants[round]
            let mixed = a &+ line.functions[round](b, c, d) &+ word
            (a, b, c, d, e) = (e, rotate(mixed, by: line.rotations[round][position]) &+ e, b, rotate(c, by: 10), d)
        }
        return [a, b, c, d, e]
    }

    private static func rotate(_ word: UInt32, by count: UInt32) -> UInt32 { word << count | word >> (32 - count) }

    private static let functions: [@Sendable (UInt32, UInt32, UInt32) -> UInt32] = [
        { (x: UInt32, y: UInt32, z: UInt32) -> UInt32 in x ^ y ^ z },
        { (x: UInt32, y: UInt32, z: UInt32) -> UInt32 in (x & y) | (~x & z) },
        { (x: UInt32, y: UInt32, z: UInt32) -> UInt32 in (x | ~y) ^ z },
        { (x: UInt32, y: UInt32, z: UInt32) -> UInt32 in (x & z) | (y & ~z) },
        { (x: UInt32, y: UInt32, z: UInt32) -> UInt32 in x ^ (y | ~z) },
    ]

    private static let left = Line(
        order: [
            Array(0..<16),
            [7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8],
            [3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12],
            [1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2],
            [4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13],
        ],
        rotations: [
            [11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8],
            [7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12],
            [11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5],
            [11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12],
            [9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6],
        ],
        constants: [0, 0x5A82_7999, 0x6ED9_EBA1, 0x8F1B_BCDC, 0xA953_FD4E], functions: functions)

    private static let right = Line(
        order: [
            [5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12],
            [6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2],
            [15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13],
            [8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14],
            [12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11],
        ],
        rotations: [
            [8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6],
            [9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11],
            [9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5],
            [15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8],
            [8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11],
        ],
        constants: [0x50A2_8BE6, 0x5C4D_D124, 0x6D70_3EF3, 0x7A6D_76E9, 0], functions: functions.reversed())
}
