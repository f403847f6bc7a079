import Glibc
import KeyManagement

/// Looks for a vault without opening it. When in doubt there is one: a wrong no would give a vault a second password.
enum VaultTraces {
    /// Whether a folder has the shape of a vault, if only of an empty one.
    static func isVault(_ folder: String) -> Bool {
        ["/credentials", "/.password_verification", "/connectors"].contains { exists(folder + $0) }
    }

    /// Whether anything was ever sealed in a folder.
    ///
    /// - Throws: ``Failure`` of kind `storage` when a folder is there and cannot be looked into.
    static func exist(in vault: String) throws -> Bool {
        if exists(vault + "/.password_verification") || holdsCredentials(vault) { return true }
        let accounts = try names(in: vault + "/credentials")
        return accounts.contains { account in
            let folder = "\(vault)/credentials/\(account)"
            return exists(folder + "/.password_verification") || holdsCredentials(folder)
        }
    }

    private static func holdsCredentials(_ account: String) -> Bool {
        do {
            return try names(in: account + "/connectors").contains { $0.hasSuffix(".yml") }
        } catch {
            return true
        }
    }

    /// Whether there is something at a path; yes when that cannot be found out.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 || errno != ENOENT && errno != ENOTDIR
    }

    private static func names(in path: String) throws -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw Failure(.storage, "\(path) cannot be looked into: \(SystemError.text(errno)).")
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
