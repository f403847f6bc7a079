internal import Glibc

// Notes of ours that make life easier and whose loss loses no key.
extension FileCredentialStore {
    /// Keeps what a check of a credential found out.
    ///
    /// - Throws: ``StoreError``.
    public func keepOutcome(_ outcome: [UInt8], of revision: Revision, among live: Set<Revision>) async throws {
        try await changing { change in try change.own.keepOutcome(outcome, of: revision, among: live) }
    }

    /// Takes the next number of a counter.
    ///
    /// - Throws: ``StoreError``.
    public func takeNumber(atLeast lowest: Int, within largestLead: Int, of counter: CounterName) async throws -> Int {
        try await changing { change in
            try change.own.takeNumber(atLeast: lowest, within: largestLead, of: counter)
        }
    }
}

extension OwnFolder {
    /// The outcomes of checks: `<revision>.json`, each about the credential file with just these bytes.
    static let outcomes = "outcomes"
    static let outcomeSuffix = ".json"
    /// The longest outcome that is read, in bytes; one with 64 addresses needs a few thousand.
    static let outcomeByteLimit = 1 << 16
    /// The counters: `<fingerprint>`, each a number in decimal.
    static let numbers = "numbers"
    /// So many outcomes of files that are gone may lie about before they are cleared away.
    private static let staleOutcomeLimit = 256

    /// The credential file that an outcome is about, by the outcome's file name.
    static func revision(ofOutcome name: String) -> Revision? {
        name.hasSuffix(outcomeSuffix) ? Revision(String(name.dropLast(outcomeSuffix.count))) : nil
    }

    /// The file of an outcome: the object with a checksum of its subject and of all before it as its last member.
    ///
    /// Lists show outcomes while the vault is locked, so that no key can cover them: damage shows, malice does not.
    private static func file(ofOutcome members: some Sequence<UInt8>, about revision: Revision) -> [UInt8] {
        let members = Array(members)
        let checksum = Revision(of: Array(revision.description.utf8) + members)
        return members + Array(#","checksum":"\#(checksum)"}"#.utf8)
    }

    /// Whether the file of an outcome is as it was written.
    static func isIntact(_ file: [UInt8], about revision: Revision) -> Bool {
        let checksumByteCount = Self.file(ofOutcome: [UInt8](), about: revision).count
        return Self.file(ofOutcome: file.dropLast(checksumByteCount), about: revision) == file
    }

    fileprivate func keepOutcome(_ outcome: [UInt8], of revision: Revision, among live: Set<Revision>) throws {
        let outcomes = try folder.makeFolder(Self.outcomes)
        // Without the brace that ends the object.
        let file = Self.file(ofOutcome: outcome.dropLast(), about: revision)
        try put(file, as: revision.description + Self.outcomeSuffix, in: outcomes)
        let stale = try outcomes.names().filter { name in
            Self.revision(ofOutcome: name).map { $0 != revision && !live.contains($0) } ?? false
        }
        guard stale.count > Self.staleOutcomeLimit else { return }
        for name in stale { try outcomes.remove(name) }
    }

    fileprivate func takeNumber(atLeast lowest: Int, within largestLead: Int, of counter: CounterName) throws -> Int {
        let numbers = try folder.makeFolder(Self.numbers)
        let last = try numbers.read(counter.description, limit: 64).flatMap { Self.number(in: $0.bytes) }
        let number = last.map { $0 >= lowest && $0 - largestLead <= lowest ? $0 + 1 : lowest } ?? lowest
        try put(Array("\(number)\n".utf8), as: counter.description, in: numbers)
        return number
    }

    /// The number of a counter's file; `nil` for one that is damaged.
    static func number(in bytes: [UInt8]) -> Int? {
        Int(String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }).flatMap { $0 >= 0 ? $0 : nil }
    }

    /// Writes a whole file over the one that may be there.
    private func put(_ bytes: [UInt8], as name: String, in folder: Folder) throws {
        let staged = TrashID.unused.description
        try staging.create(staged, bytes, ownership: .new(in: folder))
        do {
            try staging.replace(name, in: folder, with: staged)
        } catch {
            try? staging.remove(staged)
            throw error
        }
        try folder.synchronize()
    }
}
