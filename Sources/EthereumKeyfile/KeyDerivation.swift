internal import Crypto
internal import CryptoExtras

/// A key derivation function with its parameters, checked so that running it can neither trap nor stall the host.
public struct KeyDerivation: Hashable, Sendable {
    /// The two functions of the format.
    public enum Function: Hashable, Sendable {
        /// PBKDF2-HMAC-SHA256.
        case pbkdf2(rounds: Int)
        /// scrypt (RFC 7914) with its cost, block size and parallelism.
        case scrypt(n: Int, r: Int, p: Int)
    }

    /// What we are ready to work with. A file that asks for more could stop the program for minutes.
    public enum Limit {
        /// PBKDF2 rounds; about 4 s on one core.
        public static let rounds = 10_000_000
        /// scrypt's N.
        public static let n = 1 << 20
        /// scrypt's p.
        public static let p = 16
        /// N·r·p: eight times what geth's and eth-account's usual keyfiles ask for, some 8 s of one core.
        public static let work = 1 << 24
        /// 128·N·r, in bytes.
        public static let memoryByteCount = 1 << 30
        /// What scrypt may take beside 128·N·r, in bytes; files with sensible parameters need some kilobytes.
        public static let extraMemoryByteCount = 1 << 20
        /// The derived key, in bytes.
        public static let keyByteCounts = 32...64
        /// The salt, in bytes; an empty one traps the library.
        public static let saltByteCounts = 1...64
    }

    /// The function with its cost.
    public let function: Function
    /// 1 to 64 bytes.
    public let salt: [UInt8]
    /// 32 to 64; only the first 32 bytes are used.
    public let keyByteCount: Int

    /// Checks the parameters; computes nothing.
    ///
    /// - Parameters:
    ///   - function: The function with its cost.
    ///   - salt: 1 to 64 bytes.
    ///   - keyByteCount: 32 to 64.
    /// - Throws: ``KeyfileError/parameterOutOfBounds(_:)`` with the parameter's name in the file.
    public init(_ function: Function, salt: [UInt8], keyByteCount: Int = 32) throws(KeyfileError) {
        guard Limit.saltByteCounts.contains(salt.count) else { throw .parameterOutOfBounds("salt") }
        guard Limit.keyByteCounts.contains(keyByteCount) else { throw .parameterOutOfBounds("dklen") }
        switch function {
        case .pbkdf2(let rounds):
            guard (1...Limit.rounds).contains(rounds) else { throw .parameterOutOfBounds("c") }
        case .scrypt(let n, let r, let p):
            guard (2...Limit.n).contains(n), n.nonzeroBitCount == 1 else { throw .parameterOutOfBounds("n") }
            guard (1...Limit.memoryByteCount / 128).contains(r), n <= Limit.memoryByteCount / (128 * r) else {
                throw .parameterOutOfBounds("r")
            }
            // RFC 7914, section 2: N must be less than 2^(128·r/8).
            guard r >= 2 || n < 1 << 16 else { throw .parameterOutOfBounds("n") }
            guard (1...Limit.p).contains(p) else { throw .parameterOutOfBounds("p") }
            // A tiny N lets r grow, and with it the blocks that are counted by p instead of N.
            let wholeLimit = Limit.memoryByteCount + Limit.extraMemoryByteCount
            guard Self.memoryByteCount(n: n, r: r, p: p) <= wholeLimit else { throw .parameterOutOfBounds("r") }
            guard n * r * p <= Limit.work else { throw .parameterOutOfBounds("p") }
        }
        self.function = function
        self.salt = salt
        self.keyByteCount = keyByteCount
    }

    /// The memory that running it takes, in bytes; next to nothing for PBKDF2.
    public var memoryByteCount: Int {
        switch function {
        case .pbkdf2: 0
        case .scrypt(let n, let r, let p): Self.memoryByteCount(n: n, r: r, p: p)
        }
    }

    /// N blocks to look things up in, p to work on and one to swap with, each of 128·r bytes.
    private static func memoryByteCount(n: Int, r: Int, p: Int) -> Int { 128 * r * (n + p + 1) }

    /// Runs the function: 0.3 s of one core for a million rounds, up to several seconds at the limits.
    ///
    /// - Parameter password: The password; its UTF-8 bytes are used as they are, without normalisation.
    /// - Returns: The key, ready to open and seal with.
    /// - Throws: ``KeyfileError/emptyPassword`` or ``KeyfileError/derivationFailed``.
    public func derive(from password: String) throws(KeyfileError) -> DerivedKey {
        guard !password.isEmpty else { throw .emptyPassword }
        let passwordBytes = Array(password.utf8)
        let key: SymmetricKey
        do {
            switch function {
            case .pbkdf2(let rounds):
                key = try KDF.Insecure.PBKDF2.deriveKey(
                    from: passwordBytes, salt: salt, using: .sha256, outputByteCount: keyByteCount,
                    unsafeUncheckedRounds: rounds)
            case .scrypt(let n, let r, let p):
                key = try KDF.Scrypt.deriveKey(
                    from: passwordBytes, salt: salt, outputByteCount: keyByteCount, rounds: n, blockSize: r,
                    parallelism: p)
            }
        } catch {
            throw .derivationFailed
        }
        return DerivedKey(key)
    }
}
