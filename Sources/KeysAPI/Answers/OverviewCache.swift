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
        let encoded: TaggedJSON
    }

    private let encode: @Sendable (VaultOverview) -> JSON
    private let last = Mutex<(entry: Entry?, count: Int)>((nil, 0))
    /// Generations begin anew with each process, and so must the tags.
    private let process = String(UInt64.random(in: .min ... .max), radix: 16)

    init(_ encode: @escaping @Sendable (VaultOverview) -> JSON) { self.encode = encode }

    func encoded(_ overview: VaultOverview) -> TaggedJSON {
        let known = last.withLock { $0.entry }
        if let known, known.generation == overview.generation, known.status == overview.status {
            return known.encoded
        }
        let json = EncodedJSON(encode(overview))
        return last.withLock { last in
            last.count += 1
            let encoded = TaggedJSON(json: json, tag: "\"\(process)-\(last.count)\"")
            last.entry = Entry(generation: overview.generation, status: overview.status, encoded: encoded)
            return encoded
        }
    }
}
