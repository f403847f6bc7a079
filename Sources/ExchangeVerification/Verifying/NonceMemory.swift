/// Remembers the highest nonce of each key that a probe has used, across processes where it is kept in a file.
public protocol NonceMemory: Sendable {
    /// Takes the next nonce of a key and remembers it before it returns, so that nobody takes it again.
    ///
    /// - Parameters:
    ///   - lowest: The least that is wanted: the time in the unit in which the key's requests are counted.
    ///   - key: Whose nonce.
    /// - Returns: `lowest`, or one more than the last one taken when that is higher.
    /// - Throws: When it cannot be remembered; then nothing is sent.
    func takeNonce(atLeast lowest: Int, for key: KeyFingerprint) async throws -> Int
}

/// A memory that ends with the process.
public actor InMemoryNonces: NonceMemory {
    private var last: [KeyFingerprint: Int] = [:]

    /// Nothing remembered.
    public init() {}

    /// Takes the next nonce of a key. Never throws.
    public func takeNonce(atLeast lowest: Int, for key: KeyFingerprint) -> Int {
        let nonce = max(lowest, last[key].map { $0 == .max ? .max : $0 + 1 } ?? lowest)
        last[key] = nonce
        return nonce
    }
}
