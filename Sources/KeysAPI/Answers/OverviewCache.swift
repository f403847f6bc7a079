import KeyManagement
import OrderedJSON
import Synchronization

/// What was last made of an overview, in the form in which it is sent.
///
/// An overview of 2,000 credentials takes milliseconds to encode and is asked for again and again unchanged. Equal
/// generations mean equal content, so the generation and the vault's status tell whether the bytes still hold.
final class OverviewCache: Sendable {
    private struct Entry {
        let generation: UInt64
        let status: VaultStatus
        let encoded: EncodedJSON
    }

    private let encode: @Sendable (VaultOverview) -> JSON
    private let last = Mutex<Entry?>(nil)

    init(_ encode: @escaping @Sendable (VaultOverview) -> JSON) { self.encode = encode }

    func encoded(_ overview: VaultOverview) -> EncodedJSON {
        let known = last.withLock { $0 }
        if let known, known.generation == overview.generation, known.status == overview.status {
            return known.encoded
        }
        let encoded = EncodedJSON(encode(overview))
        last.withLock { entry in
            entry = Entry(generation: overview.generation, status: overview.status, encoded: encoded)
        }
        return encoded
    }
}
