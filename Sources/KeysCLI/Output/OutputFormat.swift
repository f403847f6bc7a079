import ArgumentParser

/// How data is laid out on standard output.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Aligned columns and sentences for people.
    case table
    /// One JSON value for programs; its shapes are in `docs/command-reference.md`.
    case json
}
