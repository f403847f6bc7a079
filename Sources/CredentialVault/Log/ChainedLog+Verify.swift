internal import OrderedJSON

extension ChainedLog {
    /// Where a chain does not hold.
    public struct Break: Sendable, Equatable {
        /// The line, counted from 1 over all files.
        public let line: Int
        /// What is wrong, as a clause.
        public let reason: String
    }

    /// What a look at the whole chain found.
    public struct Verification: Sendable, Equatable {
        /// How many lines there are.
        public var lineCount = 0
        /// The hash of the last line; note it elsewhere to notice, later, that lines at the end are gone.
        public var lastHash = ChainedLog.beginning
        /// Where the chain does not hold; empty when it does.
        public var breaks: [Break] = []
        /// The numbers of announced changes without an end: under way, or interrupted since the last change.
        public var open: [Int] = []

        /// Nothing found yet.
        init() {}
    }

    /// Looks at every line of the log.
    ///
    /// - Returns: Where it holds and where not.
    /// - Throws: ``StoreError/file(_:)``.
    public func verify() async throws -> Verification {
        var found = Verification()
        var number = 0
        var open: Set<Int> = []
        for (index, line) in try await lines().enumerated() {
            found.lineCount += 1
            func note(_ reason: String) { found.breaks.append(Break(line: index + 1, reason: reason)) }
            guard let members = line.members, let hashes = Self.hashes(of: line.bytes, after: found.lastHash) else {
                note("it is no line of the log")
                found.lastHash = Self.digest(of: line.bytes, after: "")
                number = 0
                continue
            }
            if hashes.expected != hashes.stated { note("its hash does not fit it and the line before") }
            let stated = members["n"]?.integerValue ?? 0
            if stated != number + 1 { note("its number does not follow on the one before") }
            number = stated
            found.lastHash = hashes.stated
            if members["event"] == "intent" { open.insert(stated) }
            if let end = members["of"]?.integerValue { open.remove(end) }
        }
        found.open = open.sorted()
        return found
    }
}
