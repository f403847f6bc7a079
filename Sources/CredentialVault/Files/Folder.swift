internal import CLinux
internal import Glibc

/// An open folder. Everything below it is reached by one name at a time, relative to the open descriptor, and no name
/// is ever followed when it is a symlink: so nothing that is swapped underneath can lead out of the tree.
final class Folder: Sendable {
    let descriptor: Int32
    /// For messages: the path below the vault's folder, or the vault's own.
    let path: String
    /// Whether to use `RENAME_NOREPLACE` and `RENAME_EXCHANGE`; tests do without, as old file systems must.
    private let hasRenameFlags: Bool

    private init(descriptor: Int32, path: String, hasRenameFlags: Bool) {
        self.descriptor = descriptor
        self.path = path
        self.hasRenameFlags = hasRenameFlags
    }

    deinit { close(descriptor) }

    /// Opens a folder by its path, following symlinks once; meant for the root of a vault only.
    convenience init(root path: String, hasRenameFlags: Bool = true) throws(FileError) {
        let descriptor = try retrying("open", path) { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        self.init(descriptor: descriptor, path: path, hasRenameFlags: hasRenameFlags)
    }

    /// Opens a folder inside this one.
    ///
    /// - Throws: ``FileError`` with `ENOENT` when there is none, `ELOOP` or `ENOTDIR` when it is a symlink or a file.
    func folder(_ name: String) throws(FileError) -> Folder {
        let shown = joined(name)
        let descriptor = try retrying("open", shown) {
            openat(self.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        return Folder(descriptor: descriptor, path: shown, hasRenameFlags: hasRenameFlags)
    }

    /// Opens a folder inside this one; `nil` when there is none.
    func existingFolder(_ name: String) throws(FileError) -> Folder? {
        do {
            return try folder(name)
        } catch  where error.code == ENOENT {
            return nil
        }
    }

    /// Opens a folder inside this one, making it with mode 0700 when it is not there.
    func makeFolder(_ name: String) throws(FileError) -> Folder {
        do {
            return try folder(name)
        } catch  where error.code == ENOENT {
            do {
                let made = try makeNewFolder(name)
                try synchronize()
                return made
            } catch  where error.code == EEXIST {
                return try folder(name)
            }
        }
    }

    /// Makes a folder with mode 0700.
    ///
    /// - Parameters:
    ///   - name: A free name.
    ///   - parent: The folder that it will stand in, if not this one: as root, a new folder takes the owner of that one,
    ///     so that it stays usable to who owns the vault.
    /// - Returns: The folder, open.
    /// - Throws: ``FileError`` with `EEXIST` when the name is taken.
    func makeNewFolder(_ name: String, for parent: Folder? = nil) throws(FileError) -> Folder {
        try retrying("make folder", joined(name)) { mkdirat(descriptor, name, 0o700) }
        let made = try folder(name)
        if geteuid() == 0 {
            let status = try (parent ?? self).status()
            try retrying("change owner", made.path) { fchown(made.descriptor, status.st_uid, status.st_gid) }
        }
        try retrying("change mode", made.path) { fchmod(made.descriptor, 0o700) }
        return made
    }

    /// What the operating system says of this folder.
    func status() throws(FileError) -> stat {
        var found = stat()
        try retrying("examine", path) { fstat(descriptor, &found) }
        return found
    }

    /// What the operating system says of an entry, a symlink as itself; `nil` when there is none.
    func status(of name: String) throws(FileError) -> stat? {
        var found = stat()
        do {
            try retrying("examine", joined(name)) { fstatat(descriptor, name, &found, AT_SYMLINK_NOFOLLOW) }
        } catch  where error.code == ENOENT {
            return nil
        }
        return found
    }

    /// The names in this folder, sorted by their bytes, without `.` and `..`. Names that are not UTF-8 are repaired,
    /// which makes them no names of ours.
    func names() throws(FileError) -> [String] {
        try rawNames().map { String(decoding: $0.lazy.map(UInt8.init(bitPattern:)).dropLast(), as: UTF8.self) }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The names in this folder as the system has them, each with its final zero.
    private func rawNames() throws(FileError) -> [[CChar]] {
        // The stream takes over its descriptor, and a duplicate shares the read position: open the folder anew.
        let reading = try retrying("open", path) { openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard let stream = fdopendir(reading) else {
            let failure = FileError("list", path)
            close(reading)
            throw failure
        }
        defer { closedir(stream) }
        var names: [[CChar]] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
            }
            let dot = CChar(UInt8(ascii: "."))
            if name != [dot, 0], name != [dot, dot, 0] { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw FileError("list", path) }
        return names
    }

    /// Moves an entry onto a free name.
    ///
    /// - Throws: ``FileError`` with `EEXIST` when the name is taken.
    func move(_ name: String, to target: Folder, as newName: String) throws(FileError) {
        do throws(FileError) {
            guard hasRenameFlags else { throw FileError("move", target.joined(newName), code: EINVAL) }
            try rename(name, to: target, as: newName, flags: KEYS_MANAGER_RENAME_NOREPLACE)
        } catch  where error.code == EINVAL || error.code == ENOSYS {
            // The file system lacks the flag, so look first; the gap in between is one that only other programs could
            // use, because ours take turns.
            guard try target.status(of: newName) == nil else {
                throw FileError("move", target.joined(newName), code: EEXIST)
            }
            try replace(newName, in: target, with: name)
        }
    }

    /// Exchanges two entries in one step.
    ///
    /// - Returns: `false` when the file system cannot do that; nothing was changed then.
    func exchange(_ name: String, with otherName: String, in other: Folder) throws(FileError) -> Bool {
        guard hasRenameFlags else { return false }
        do {
            try rename(name, to: other, as: otherName, flags: KEYS_MANAGER_RENAME_EXCHANGE)
            return true
        } catch  where error.code == EINVAL || error.code == ENOSYS {
            return false
        }
    }

    /// Moves an entry of this folder onto a name, replacing what is there.
    func replace(_ otherName: String, in other: Folder, with name: String) throws(FileError) {
        try retrying("move", other.joined(otherName)) { renameat(descriptor, name, other.descriptor, otherName) }
    }

    private func rename(_ name: String, to target: Folder, as newName: String, flags: Int) throws(FileError) {
        try retrying("move", target.joined(newName)) {
            keys_manager_renameat2(descriptor, name, target.descriptor, newName, UInt32(flags))
        }
    }

    /// Removes a file.
    func remove(_ name: String) throws(FileError) {
        try retrying("remove", joined(name)) { unlinkat(descriptor, name, 0) }
    }

    /// Removes a file or a folder with all that is in it; symlinks go as themselves. Nothing there is no error.
    func removeTree(_ name: String) throws(FileError) {
        try removeTree(raw: name.utf8CString.map { $0 })
    }

    /// Removes all that is in this folder.
    func removeContents() throws(FileError) {
        for name in try rawNames() { try removeTree(raw: name) }
    }

    /// Names may be any bytes: other programs chose them.
    private func removeTree(raw name: [CChar]) throws(FileError) {
        let shown = joined(String(decoding: name.lazy.map(UInt8.init(bitPattern:)).dropLast(), as: UTF8.self))
        do {
            try retrying("remove", shown) { unlinkat(descriptor, name, 0) }
        } catch  where error.code == ENOENT {
            return
        } catch  where error.code == EISDIR || error.code == EPERM {
            // Linux says EISDIR of a folder, POSIX EPERM; where it is another refusal, opening says so again.
            let inner = try retrying("open", shown) {
                openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            }
            try Folder(descriptor: inner, path: shown, hasRenameFlags: hasRenameFlags).removeContents()
            try retrying("remove", shown) { unlinkat(descriptor, name, AT_REMOVEDIR) }
        }
    }

    /// Makes the names in this folder survive a power cut.
    func synchronize() throws(FileError) {
        try retrying("synchronise", path) { fsync(descriptor) }
    }

    /// The path of an entry, for messages.
    func joined(_ name: String) -> String { path.isEmpty ? name : path + "/" + name }
}
