import Credentials
import Glibc
import KeyManagement

/// Gives a server that nobody has configured a login and a config password of its own.
///
/// What is missing is generated and written to `~/.hummingbot/.env` before anything is sealed with it; what is there is
/// never touched.
struct FirstStart {
    let folders: WorkingFolders

    /// The file that is written.
    var path: String { folders.home + "/.hummingbot/.env" }

    /// Adds keys to the file.
    ///
    /// - Parameter make: Called while no other process is doing the same, so that it sees what another has just
    ///   written; gives the names and values to add.
    /// - Throws: ``Failure`` of kind `storage`.
    func append(_ make: () throws -> [(String, Secret)]) throws {
        guard !folders.home.isEmpty else {
            throw Failure(
                .notConfigured, "HOME is not set, so a generated login has no place to be kept.",
                hint: "Set API_PASS and CONFIG_PASSWORD in the environment.")
        }
        let folder = folders.home + "/.hummingbot"
        let isNew = mkdir(folder, 0o700) == 0
        if !isNew, errno != EEXIST { throw Self.failure("make", folder) }
        let lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (isNew ? O_NOFOLLOW : 0))
        guard lock >= 0 else { throw Self.failure("open", folder) }
        defer { close(lock) }
        if isNew { try Self.settle(lock, at: folder, in: folders.home) }
        guard flock(lock, LOCK_EX) == 0 else { throw Self.failure("lock", folder) }
        let pairs = try make()
        guard !pairs.isEmpty else { return }
        var text = try existingText()
        if text.isEmpty { text = Array(Self.heading(for: pairs.map(\.0)).utf8) }
        if text.last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
        for (name, value) in pairs { text.append(contentsOf: "\(name)=\(value.exposed())\n".utf8) }
        try Self.replace(resolvedPath(), with: text)
    }

    /// A random password that no `.env` reader can misread: 24 letters and digits, 142 bits.
    static func randomPassword() -> Secret {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        var generator = SystemRandomNumberGenerator()
        return Secret(String((0..<24).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }))
    }

    private static func heading(for names: [String]) -> String {
        "# Written by keys-manager at its first start. "
            + (names.contains("CONFIG_PASSWORD") ? "Keep it: CONFIG_PASSWORD opens every key.\n" : "Keep it private.\n")
    }

    private func existingText() throws -> [UInt8] { try FileBytes.content(of: path)?.bytes ?? [] }

    /// Where the file really lies: people keep it in a folder of settings and link to it.
    private func resolvedPath() -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Gives a folder that was just made the owner of the folder around it, and makes sure that it stays.
    private static func settle(_ folder: Int32, at path: String, in home: String) throws {
        var outer = stat()
        guard stat(home, &outer) == 0 else { throw failure("look at", home) }
        // Root works in a person's home, for a service perhaps; what it makes there is the person's.
        if geteuid() == 0, fchown(folder, outer.st_uid, outer.st_gid) != 0 { throw failure("hand over", path) }
        try sync(home)
    }

    /// Gives a new file the owner and mode of the one that it replaces; root's go to the owner of the folder.
    private static func settle(_ file: Int32, in parent: String, insteadOf path: String) throws {
        var status = stat()
        if stat(path, &status) == 0 {
            let hasOwner = fchown(file, status.st_uid, status.st_gid) == 0
            guard hasOwner || status.st_uid == geteuid() else { throw failure("keep the owner of", path) }
            // Without its group the mode's part for the group would be for another one.
            let mode = status.st_mode & 0o777 & (hasOwner ? 0o777 : 0o707)
            guard fchmod(file, mode) == 0 else { throw failure("keep the mode of", path) }
        } else if geteuid() == 0 {
            guard stat(parent, &status) == 0 else { throw failure("look at", parent) }
            guard fchown(file, status.st_uid, status.st_gid) == 0 else { throw failure("hand over", path) }
        }
    }

    private static func sync(_ path: String) throws {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure("open", path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure("write", path) }
    }

    /// Writes a new file beside the old one and puts it in its place once it is on the disk.
    private static func replace(_ path: String, with bytes: [UInt8]) throws {
        let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        let staging = "\(parent)/.env.\(getpid()).new"
        unlink(staging)
        let file = open(staging, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("make", staging) }
        do {
            defer { close(file) }
            try settle(file, in: parent, insteadOf: path)
            try FileDescriptorSink(descriptor: file).write(bytes)
            guard fsync(file) == 0 else { throw failure("write", staging) }
            guard rename(staging, path) == 0 else { throw failure("replace", path) }
        } catch {
            unlink(staging)
            throw error
        }
        try sync(parent)
    }

    private static func failure(_ operation: String, _ path: String) -> Failure {
        Failure(.storage, "Could not \(operation) \(path): \(SystemError.text(errno)).")
    }
}
