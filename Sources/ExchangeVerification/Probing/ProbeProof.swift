/// What a valid outcome proves for one connector; the table in the documentation is made of these.
public struct ProbeProof: Sendable, Equatable {
    /// What can be proven.
    public enum Part: String, Sendable, CaseIterable {
        /// The exchange knows the key.
        case key
        /// The secret belongs to the key.
        case secret
        /// The passphrase belongs to the key.
        case passphrase
        /// What the key may do.
        case rights
        /// The wallet's address belongs to the private key.
        case address
        /// The number or name of the account that was entered is that of the key.
        case account
    }

    /// What is proven; empty for nothing.
    public let parts: Set<Part>
    /// How, and what stays open: a sentence or two.
    public let note: String

    /// Describes a proof.
    public init(_ parts: Set<Part>, note: String) {
        self.parts = parts
        self.note = note
    }
}
