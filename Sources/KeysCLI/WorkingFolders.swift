import Glibc

/// The two folders that settings are looked for from.
struct WorkingFolders: Sendable {
    let current: String
    /// The person's home; empty when the environment names none, so that nothing is found there.
    let home: String

    /// The process's own.
    static func ofThisProcess(environment: [String: String]) -> WorkingFolders {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let current = getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "."
        return WorkingFolders(current: current, home: environment["HOME"] ?? "")
    }

    /// A path as a person typed it: `~/` is the home, anything relative starts at the current folder.
    func resolve(_ path: String) -> String {
        if path == "~" { return home }
        if path.hasPrefix("~/") { return home + path.dropFirst() }
        return path.hasPrefix("/") ? path : current + "/" + path
    }

    /// The vault that is meant where nothing names another; empty without a home.
    var usualVault: String { home.isEmpty ? "" : home + "/.hummingbot/bots" }

    /// Whether a folder is another one than the usual vault, and that one is there.
    func isBesideUsualVault(_ folder: String) -> Bool {
        var (usual, other) = (stat(), stat())
        guard !home.isEmpty, VaultTraces.isVault(usualVault), stat(usualVault, &usual) == 0 else { return false }
        return stat(folder, &other) != 0 || usual.st_dev != other.st_dev || usual.st_ino != other.st_ino
    }

    /// A path for people: the home is written `~`.
    func abbreviate(_ path: String) -> String {
        !home.isEmpty && path.hasPrefix(home + "/") ? "~" + path.dropFirst(home.utf8.count) : path
    }
}
