/// Tells a person at a terminal that something takes its time.
enum Progress {
    /// Runs `body`; when it takes longer than a second, says what it is doing.
    static func showing<Result: Sendable>(
        _ activity: String, in session: Session, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        guard session.program.console.errorIsTerminal, !session.options.quiet else { return try await body() }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try? await Task.sleep(for: .seconds(1))
                if !Task.isCancelled { session.output.note("\(activity), this takes a moment") }
                return nil
            }
            while let finished = try await group.next() {
                if let result = finished {
                    group.cancelAll()
                    return result
                }
            }
            throw CancellationError()
        }
    }
}
