/// Makes inputs for a parser out of a corpus: flips, cuts, splices, lies about length, deep nesting, huge numbers, bytes
/// that are no UTF-8, and words of the format where they do not belong.
///
/// What behaves like nothing before it is taken into the pool (``keep(_:as:)``), so that mutations build on each other.
public struct FuzzMutator: Sendable {
    /// The longest usual input, in bytes; one in a few thousand is longer.
    private static let usualByteLimit = 6000
    private static let poolLimit = 3000

    private var random: FuzzRandom
    private var pool: [[UInt8]]
    private let words: [[UInt8]]
    private var behaviours: Set<String> = []

    /// - Parameters:
    ///   - corpus: What to start from; an empty input is added.
    ///   - words: What the format is made of, such as its keywords and brackets.
    ///   - seed: The same seed, corpus and words make the same inputs.
    public init(corpus: [[UInt8]], words: [String], seed: UInt64) {
        random = FuzzRandom(seed: seed)
        pool = corpus + [[]]
        self.words = words.map { Array($0.utf8) } + Self.hostileBytes
    }

    /// How many inputs are built upon.
    public var poolCount: Int { pool.count }

    /// How many kinds of behaviour were seen.
    public var behaviourCount: Int { behaviours.count }

    /// The next input.
    public mutating func next() -> [UInt8] {
        var input = pool[random.below(pool.count)]
        for _ in 0...random.below(5) { mutate(&input) }
        if input.count > Self.usualByteLimit, !random.oneIn(16) {
            input.removeSubrange(Self.usualByteLimit...)
        }
        return input
    }

    /// Builds on an input later when nothing has behaved like it.
    ///
    /// - Parameters:
    ///   - input: What was tried.
    ///   - behaviour: What came of it, without anything that differs each time.
    public mutating func keep(_ input: [UInt8], as behaviour: String) {
        guard pool.count < Self.poolLimit, input.count <= Self.usualByteLimit, behaviours.insert(behaviour).inserted
        else { return }
        pool.append(input)
    }

    // MARK: Mutations

    private mutating func mutate(_ input: inout [UInt8]) {
        switch random.below(14) {
        case 0 where !input.isEmpty: input[random.below(input.count)] ^= 1 << UInt8(random.below(8))
        case 1 where !input.isEmpty: input[random.below(input.count)] = UInt8(truncatingIfNeeded: random.next())
        case 2 where !input.isEmpty: input[random.below(input.count)] = Self.markers[random.below(Self.markers.count)]
        case 3 where !input.isEmpty: input.removeSubrange(range(in: input))
        case 4 where !input.isEmpty: input.removeSubrange(random.below(input.count)...)
        case 5 where !input.isEmpty: input.insert(contentsOf: input[range(in: input)], at: random.below(input.count))
        case 6: splice(&input)
        case 7, 8: input.insert(contentsOf: word(), at: random.below(input.count + 1))
        case 9 where !input.isEmpty: input.replaceSubrange(range(in: input, atMost: 12), with: word())
        case 10: lieAboutNumber(&input)
        case 11 where random.oneIn(8): nest(&input)
        case 12 where input.count > 1: exchange(&input)
        default: input.insert(UInt8(truncatingIfNeeded: random.next()), at: random.below(input.count + 1))
        }
    }

    private mutating func word() -> [UInt8] { words[random.below(words.count)] }

    private mutating func range(in input: [UInt8], atMost limit: Int = 64) -> Range<Int> {
        let start = random.below(input.count)
        return start..<min(input.count, start + 1 + random.below(limit))
    }

    private mutating func splice(_ input: inout [UInt8]) {
        let other = pool[random.below(pool.count)]
        guard !other.isEmpty else { return }
        input = Array(input[..<random.below(input.count + 1)]) + other[random.below(other.count)...]
    }

    /// Puts another number in the place of one.
    private mutating func lieAboutNumber(_ input: inout [UInt8]) {
        guard !input.isEmpty else { return }
        let start = random.below(input.count)
        guard let first = input[start...].firstIndex(where: Self.isDigit) else { return }
        let end = input[first...].firstIndex { !Self.isDigit($0) } ?? input.count
        // Numbers are short; a long row of digits is part of a hex text.
        let number = Self.numbers[random.below(Self.numbers.count)]
        input.replaceSubrange(first..<min(end, first + 20), with: number)
    }

    /// Repeats a word of the format, up to thousands of times.
    private mutating func nest(_ input: inout [UInt8]) {
        let word = word()
        let count = 1 << random.below(random.oneIn(20) ? 15 : 10)
        let limit = 1 << 17
        guard word.count * count < limit else { return }
        let repeated = Array(repeatElement(word, count: count).joined())
        input.insert(contentsOf: repeated, at: random.below(input.count + 1))
    }

    private mutating func exchange(_ input: inout [UInt8]) {
        let (one, other) = (range(in: input), random.below(input.count))
        let moved = Array(input[one])
        input.removeSubrange(one)
        input.insert(contentsOf: moved, at: min(other, input.count))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static let markers =
        Array("\0\t\n\r \"'#%&*+,-./0:;<=>?@[\\]{|}~`".utf8) + [0x7F, 0x80, 0xBF, 0xC0, 0xFE, 0xFF]

    private static let numbers =
        [
            "0", "-0", "-1", "1", "00", "01", "0.1", "1e400", "-1e-400", "255", "65536", "1048577", "2147483648",
            "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616",
            "1e9", "0x7f", "1_000", "NaN",
        ].map { Array($0.utf8) } + [Array(repeating: UInt8(ascii: "9"), count: 400)]

    /// Overlong forms, surrogates, what lies beyond Unicode, cut sequences, a byte order mark, line separators.
    private static let hostileBytes: [[UInt8]] = [
        [0xC0, 0xAF], [0xC0, 0x80], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
        [0xF4, 0x90, 0x80, 0x80],
        [0xF0, 0x9F, 0x94], [0xE2, 0x82], [0xFF, 0xFE], [0xEF, 0xBB, 0xBF], [0xC2, 0x85], [0xE2, 0x80, 0xA8],
        [0xE2, 0x80, 0xAE], [0xF0, 0x9F, 0x94, 0x91], [0xCC, 0x81], [0x0D, 0x0A], [0],
    ]
}
