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
        try await reading { own, files in
            var check = Check()
            for file in files {
                do {
                    for bytes in try self.lines(of: file.name, in: own) { check.follow(Line(bytes)) }
                } catch StoreError.oversizedLog {
                    check.passOver(because: "its file \(file.name) is larger than any of the log, so it was not read")
                }
            }
            return check.found
        } ?? Verification()
    }

    /// Follows the chain.
    private struct Check {
        private var verification = Verification()
        private var number = 0
        private var open: Set<Int> = []

        /// What was found until now.
        var found: Verification {
            var found = verification
            found.open = open.sorted()
            return found
        }

        mutating func follow(_ line: Line) {
            verification.lineCount += 1
            guard let stated = line.number,
                let hashes = ChainedLog.hashes(of: line.bytes, after: verification.lastHash)
            else {
                note("it is no line of the log", at: verification.lineCount)
                verification.lastHash = ChainedLog.digest(of: line.bytes, after: "")
                number = 0
                return
            }
            if hashes.expected != hashes.stated {
                note("its hash does not fit it and the line before", at: verification.lineCount)
            }
            if stated != number + 1 {
                note("its number does not follow on the one before", at: verification.lineCount)
            }
            number = stated
            verification.lastHash = hashes.stated
            if line.members?["event"] == "intent" { open.insert(stated) }
            if let end = line.members?["of"]?.integerValue { open.remove(end) }
        }

        /// Goes on behind lines that nobody can look at.
        mutating func passOver(because reason: String) {
            note(reason, at: verification.lineCount + 1)
            verification.lastHash = ""
            number = 0
        }

        private mutating func note(_ reason: String, at line: Int) {
            verification.breaks.append(Break(line: line, reason: reason))
        }
    }
}
