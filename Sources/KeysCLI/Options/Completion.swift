import ArgumentParser
import Credentials
import Glibc

/// What shells offer while a command is typed.
enum Completion {
    /// The catalogue's connectors.
    static let connectors = CompletionKind.custom { _, _, _ in
        ConnectorCatalog.standard.names.map(\.description)
    }

    /// The accounts of the folder that the environment names; nothing is asked of a server.
    static let accounts = CompletionKind.custom { arguments, _, _ in
        var environment: [String: String] = [:]
        for name in ["HOME", "KEYS_MANAGER_BOTS"] {
            environment[name] = getenv(name).map { String(cString: $0) }
        }
        let flag = arguments.firstIndex(of: "--bots").map { $0 + 1 }
        let bots = flag.flatMap { arguments.indices.contains($0) ? arguments[$0] : nil }
        let folders = WorkingFolders.ofThisProcess(environment: environment)
        let vault = folders.resolve(bots ?? environment["KEYS_MANAGER_BOTS"] ?? "~/.hummingbot/bots")
        return accountNames(in: vault)
    }

    private static func accountNames(in vault: String) -> [String] {
        guard let folder = opendir(vault + "/credentials") else { return [AccountName.master.description] }
        defer { closedir(folder) }
        var names: [AccountName] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let account = try? AccountName(name) { names.append(account) }
        }
        return names.sorted().map(\.description)
    }
}
