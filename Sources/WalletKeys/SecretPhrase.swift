internal import Crypto
internal import CryptoExtras

/// A wallet's secret phrase: 12 to 24 English words that stand for a random number and its checksum (BIP-39).
public struct SecretPhrase: Sendable {
    /// How many words it has: 12, 15, 18, 21 or 24.
    public let wordCount: Int

    /// Wiped by the library when the last copy goes.
    private let words: SymmetricKey

    private static let bitsPerWord = 11
    private static let rounds = 2048
    private static let seedByteCount = 64

    /// Reads a phrase. Case and white space between the words do not matter.
    ///
    /// - Parameter text: The words.
    /// - Throws: ``SecretPhraseError``, which tells positions and never words.
    public init(_ text: String) throws(SecretPhraseError) {
        let words = text.lowercased().split(whereSeparator: \.isWhitespace).map { String($0) }
        guard [12, 15, 18, 21, 24].contains(words.count) else { throw .wrongWordCount(words.count) }
        let unknown = words.indices.filter { Self.positions[words[$0]] == nil }
        guard unknown.isEmpty else { throw .unknownWords(positions: unknown.map { $0 + 1 }) }
        // A word is 11 bits; the last bits of all are the first of the number's SHA-256, one for each 32.
        var bits = words.flatMap { word -> [UInt8] in
            let index = Self.positions[word] ?? 0
            return (0..<Self.bitsPerWord).map { UInt8(index >> (Self.bitsPerWord - 1 - $0) & 1) }
        }
        defer { Memory.wipe(&bits) }
        let numberBitCount = bits.count * 32 / 33
        var number = stride(from: 0, to: numberBitCount, by: 8).map { start in
            bits[start..<(start + 8)].reduce(UInt8(0)) { $0 << 1 | $1 }
        }
        defer { Memory.wipe(&number) }
        let checksum = Array(SHA256.hash(data: number))
        let isRight = bits[numberBitCount...].enumerated().allSatisfy { position, bit in
            checksum[position / 8] >> UInt8(7 - position % 8) & 1 == bit
        }
        guard isRight else { throw .wrongChecksum }
        var joined = Array(words.joined(separator: " ").utf8)
        defer { Memory.wipe(&joined) }
        self.words = SymmetricKey(data: joined)
        wordCount = words.count
    }

    /// The 64 bytes from which a wallet derives its keys. Costs 2048 rounds of HMAC-SHA512, about a millisecond.
    ///
    /// - Parameter passphrase: The wallet's 25th word, in ASCII; Hummingbot uses none.
    /// - Returns: The seed, which the library wipes.
    /// - Throws: ``WalletKeyError/libraryFailure``.
    func seed(passphrase: String = "") throws(WalletKeyError) -> SymmetricKey {
        do {
            return try words.withUnsafeBytes { words in
                try KDF.Insecure.PBKDF2.deriveKey(
                    from: words, salt: Array("mnemonic\(passphrase)".utf8), using: .sha512,
                    outputByteCount: Self.seedByteCount, unsafeUncheckedRounds: Self.rounds)
            }
        } catch {
            throw .libraryFailure
        }
    }

    /// Each word's place in the list.
    private static let positions: [String: Int] = {
        let words = WordList.english.split(whereSeparator: \.isWhitespace)
        return Dictionary(words.enumerated().map { (String($0.element), $0.offset) }) { first, _ in first }
    }()
}

extension SecretPhrase: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<secret phrase>`.
    public var description: String { "<secret phrase>" }
    /// Always `<secret phrase>`.
    public var debugDescription: String { "<secret phrase>" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a text is no secret phrase. No case carries words.
public enum SecretPhraseError: Error, Equatable, Sendable {
    /// There are this many words, and not 12, 15, 18, 21 or 24.
    case wrongWordCount(Int)
    /// The words at these positions, counted from 1, are not in the list.
    case unknownWords(positions: [Int])
    /// Every word is in the list, but together they are none: one is another than it should be, or the order is wrong.
    case wrongChecksum
}
