package import Logging
internal import Synchronization

/// Keeps every line that a logger writes, with its metadata.
package final class LogRecorder: Sendable {
    private let recorded = Mutex<[String]>([])

    /// Nothing recorded.
    package init() {}

    /// The lines, oldest first.
    package var lines: [String] { recorded.withLock { $0 } }

    /// A logger that writes here, at every level.
    package var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(recorder: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
            let fields = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            recorder.recorded.withLock { $0.append("\(event.level) \(event.message) \(fields)") }
        }
    }
}
