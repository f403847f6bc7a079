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
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw Self.failure("make", folder) }
        let lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { throw Self.failure("open", folder) }
        defer { close(lock) }
        guard flock(lock, LOCK_EX) == 0 else { throw Self.failure("lock", folder) }
        let pairs = try make()
        guard !pairs.isEmpty else { return }
        var text = try existingText()
        if text.isEmpty { text = Array(Self.heading.utf8) }
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

    private static let heading =
        "# Written by keys-manager at its first start. Keep it: CONFIG_PASSWORD opens every key.\n"

    private func existingText() throws -> [UInt8] { try FileBytes.content(of: path)?.bytes ?? [] }

    /// Where the file really lies: people keep it in a folder of settings and link to it.
    private func resolvedPath() -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
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
            try FileDescriptorSink(descriptor: file).write(bytes)
            guard fsync(file) == 0 else { throw failure("write", staging) }
            guard rename(staging, path) == 0 else { throw failure("replace", path) }
        } catch {
            unlink(staging)
            throw error
        }
        let folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure("open", parent) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure("write", parent) }
    }

    private static func failure(_ operation: String, _ path: String) -> Failure {
        Failure(.storage, "Could not \(operation) \(path): \(SystemError.text(errno)).")
    }
}
