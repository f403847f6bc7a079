/// What a check of the whole vault found.
public struct VaultReport: Sendable, Equatable {
    /// One thing that is not as it should be.
    public struct Finding: Sendable, Equatable {
        /// How bad it is; the raw value stands in the command line's JSON.
        public enum Severity: String, Sendable, Comparable {
            /// Good to know.
            case note
            /// Somebody should look at it; nothing is lost.
            case warning
            /// Something is damaged, does not open, or is not what keys-manager wrote.
            case problem

            /// A note is less than a warning, a warning less than a problem.
            public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

            private var rank: Int {
                switch self {
                case .note: 0
                case .warning: 1
                case .problem: 2
                }
            }
        }

        /// How bad it is.
        public var severity: Severity
        /// One sentence, with the place.
        public var sentence: String
    }

    /// How many files were looked at.
    public var fileCount: Int
    /// How many secrets opened.
    public var secretCount: Int
    /// The worst first.
    public var findings: [Finding]

    /// Whether nothing is damaged, shut or changed.
    public var isSound: Bool { !findings.contains { $0.severity == .problem } }
}
