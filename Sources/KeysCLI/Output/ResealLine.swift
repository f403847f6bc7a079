import CredentialVault
import KeyManagement
import OrderedJSON
import Synchronization

extension Progress {
    /// Runs something that opens many files; when it takes longer than a second, keeps one line of a person's terminal
    /// up to date.
    static func counting<Result: Sendable>(
        _ activity: String, in session: Session,
        _ body: @escaping @Sendable (_ report: @escaping @Sendable (ResealProgress) -> Void) async throws -> Result
    ) async throws -> Result {
        guard session.program.console.errorIsTerminal, !session.options.quiet else { return try await body { _ in } }
        let latest = Latest()
        let sink = session.program.console.standardError
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body { report in latest.value.withLock { $0 = report } } }
            group.addTask {
                var isShown = false
                while true {
                    try? await Task.sleep(for: .seconds(1))
                    if Task.isCancelled { break }
                    let count = latest.value.withLock { $0 }.map { ", \($0.done) of \($0.total) files" } ?? ""
                    try? sink.write("\rkeys-manager: \(activity)\(count)")
                    isShown = true
                }
                if isShown { try? sink.write("\n") }
                return nil
            }
            defer { group.cancelAll() }
            while let finished = try await group.next() {
                if let result = finished {
                    group.cancelAll()
                    try await group.waitForAll()
                    return result
                }
            }
            throw CancellationError()
        }
    }

    private final class Latest: Sendable {
        let value = Mutex<ResealProgress?>(nil)
    }
}

extension Output {
    /// Tells what became of secrets that were sealed anew, and what is left to do.
    func resealed(_ outcome: ResealOutcome, _ first: JSONObject, sentence: String) throws {
        var json = first
        json["secrets"] = .integer(outcome.secretCount)
        json["files"] = .integer(outcome.fileCount)
        json["left"] = .array(outcome.left.map { .string($0) })
        json["notices"] = .array(outcome.notices.map { .string($0) })
        try result(.object(json), sentence: sentence)
        for place in outcome.left { warning("left as it was: \(place)") }
        for notice in outcome.notices { warning(notice) }
    }
}
