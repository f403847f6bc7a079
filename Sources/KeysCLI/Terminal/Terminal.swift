/// A person at a screen and a keyboard.
protocol Terminal: Sendable {
    /// Shows a text as it is.
    func show(_ text: String)

    /// Waits for one line.
    ///
    /// - Parameter hidden: Whether the typed characters stay unseen.
    /// - Returns: The line without its end; `nil` at the end of input.
    func readLine(hidden: Bool) -> String?
}
