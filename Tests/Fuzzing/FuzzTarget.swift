/// A parser under fuzzing: what it starts from, and what must hold of every input.
public struct FuzzTarget: Sendable {
    /// A property that did not hold.
    public struct Violation: Error, CustomStringConvertible {
        /// What should have held.
        public let description: String

        /// A property that did not hold, as a sentence.
        public init(_ description: String) { self.description = description }
    }

    /// For the command line and the names of files.
    public let name: String
    /// What inputs are made from.
    public let corpus: [[UInt8]]
    /// The words of the format.
    public let words: [String]
    /// Tries one input. Returns what came of it, as a short text that is the same for inputs of one kind; throws a
    /// ``Violation`` when a property does not hold.
    public let attempt: @Sendable ([UInt8]) throws -> String

    /// A parser with its corpus and what must hold.
    public init(
        _ name: String, corpus: [[UInt8]], words: [String], attempt: @escaping @Sendable ([UInt8]) throws -> String
    ) {
        self.name = name
        self.corpus = corpus
        self.words = words
        self.attempt = attempt
    }
}

/// Throws a violation unless a property holds.
///
/// - Parameters:
///   - holds: The property.
///   - sentence: What should have held.
/// - Throws: ``FuzzTarget/Violation``.
public func require(_ holds: Bool, _ sentence: @autoclosure () -> String) throws {
    guard holds else { throw FuzzTarget.Violation(sentence()) }
}
