import Credentials

/// One value that configures the program, and where it came from.
///
/// Some are secrets, so none prints its value.
struct Setting: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// Where a value was found.
    enum Source: Sendable, Equatable {
        case flag(String)
        case environment(String)
        case file(path: String, isOfCurrentFolder: Bool)
    }

    let value: String
    let source: Source

    var secret: Secret { Secret(value) }

    /// Whether the value came with the folder that the person happens to work in.
    var isFromCurrentFolder: Bool { source == .file(path: sourceText, isOfCurrentFolder: true) }

    /// Where it was found, for messages.
    var sourceText: String {
        switch source {
        case .flag(let name), .environment(let name): name
        case .file(let path, _): path
        }
    }

    var description: String { "<setting from \(sourceText)>" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
