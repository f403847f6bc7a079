/// The streams and the terminal that a run talks to.
struct Console: Sendable {
    let standardOutput: any TextSink
    let standardError: any TextSink
    let standardInput: StandardInput
    /// Where questions are asked; `nil` when nobody is there to answer.
    let terminal: (any Terminal)?
    let outputIsTerminal: Bool
    let errorIsTerminal: Bool
}

/// Where text goes.
protocol TextSink: Sendable {
    /// Writes all of the text.
    ///
    /// - Throws: ``Failure`` of kind `storage` when the other end does not take it.
    func write(_ text: String) throws
}
