/// Remembers the highest nonce of each key that a probe has used, across processes where it is kept in a file.
public protocol NonceMemory: Sendable {
    /// Takes the next nonce of a key and remembers it before it returns, so that nobody takes it again.
    ///
    /// - Parameters:
    ///   - lowest: The least that is wanted: the time in the unit in which the key's requests are counted.
    ///   - largestLead: How far above `lowest` the last one may have been. One further ahead is none that was sent: the
    ///     record is damaged, or the clock was set back.
    ///   - key: Whose nonce.
    /// - Returns: `lowest`, or one more than the last one taken when that is higher and can be believed.
    /// - Throws: When it cannot be remembered; then nothing is sent.
    func takeNonce(atLeast lowest: Int, within largestLead: Int, for key: KeyFingerprint) async throws -> Int
}

/// A memory that ends with the process.
public actor InMemoryNonces: NonceMemory {
    private var last: [KeyFingerprint: Int] = [:]

    /// Nothing remembered.
    public init() {}

    /// Takes the next nonce of a key. Never throws.
    public func takeNonce(atLeast lowest: Int, within largestLead: Int, for key: KeyFingerprint) -> Int {
        let nonce = last[key].map { $0 >= lowest && $0 - largestLead <= lowest ? $0 + 1 : lowest } ?? lowest
        last[key] = nonce
        return nonce
    }
}
