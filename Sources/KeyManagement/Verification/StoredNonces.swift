public import CredentialVault
public import ExchangeVerification

/// The last nonces of API keys, remembered by the vault's store, so that no process takes one again.
public struct StoredNonces: NonceMemory {
    private let store: any CredentialStore

    /// - Parameter store: Where they are remembered.
    public init(in store: any CredentialStore) { self.store = store }

    /// Takes the next nonce of a key.
    ///
    /// - Throws: When it could not be remembered.
    public func takeNonce(atLeast lowest: Int, within largestLead: Int, for key: KeyFingerprint) async throws -> Int {
        guard let counter = CounterName(key.description) else {
            throw Failure(.internal, "A key's fingerprint names no counter.")
        }
        return try await store.takeNumber(atLeast: lowest, within: largestLead, of: counter)
    }
}
