/// A person at a screen and a keyboard.
protocol Terminal: Sendable {
    /// How many columns it has; `nil` when that is not known.
    var width: Int? { get }

    /// Shows a text as it is.
    func show(_ text: String)

    /// Asks, and waits for one line or several.
    ///
    /// - Parameters:
    ///   - question: Shown as it is, once the terminal is ready for the answer.
    ///   - hidden: Whether the typed characters stay unseen, from the first line to the last: a paste goes on meanwhile.
    ///     What was typed before the question was seen on the screen, and is no answer to it.
    ///   - isComplete: Told what has come so far; whether that is all.
    /// - Returns: The lines without their ends; fewer at the end of input, `nil` when there is none.
    func readLines(asking question: String, hidden: Bool, until isComplete: ([String]) -> Bool) -> [String]?
}
