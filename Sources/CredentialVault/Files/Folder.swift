internal import CLinux
internal import Glibc

/// An open folder. Everything below it is reached by one name at a time, relative to the open descriptor, and no name
/// is ever followed when it is a symlink: so nothing that is swapped underneath can lead out of the tree.
final class Folder: Sendable {
    let descriptor: Int32
    /// For messages: the path below the vault's folder, or the vault's own.
    let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Opens a folder by its path, following symlinks once; meant for the root of a vault only.
    convenience init(root path: String) throws(FileError) {
        let descriptor = try retrying("open", path) { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        self.init(descriptor: descriptor, path: path)
    }

    /// Opens a folder inside this one.
    ///
    /// - Throws: ``FileError`` with `ENOENT` when there is none, `ELOOP` or `ENOTDIR` when it is a symlink or a file.
    func folder(_ name: String) throws(FileError) -> Folder {
        let shown = joined(name)
        let descriptor = try retrying("open", shown) {
            openat(self.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        return Folder(descriptor: descriptor, path: shown)
    }

    /// Opens a folder inside this one; `nil` when there is none.
    func existingFolder(_ name: String) throws(FileError) -> Folder? {
        do {
            return try folder(name)
        } catch where error.code == ENOENT {
            return nil
        }
    }

    /// Opens a folder inside this one, making it with mode 0700 when it is not there.
    func makeFolder(_ name: String) throws(FileError) -> Folder {
        if mkdirat(descriptor, name, 0o700) == 0 {
            let made = try folder(name)
            try made.takeOwner(of: self)
            return made
        }
        guard errno == EEXIST else { throw FileError("make folder", joined(name)) }
        return try folder(name)
    }

    /// Makes a folder with mode 0700.
    ///
    /// - Throws: ``FileError`` with `EEXIST` when the name is taken.
    func makeNewFolder(_ name: String) throws(FileError) -> Folder {
        try retrying("make folder", joined(name)) { mkdirat(descriptor, name, 0o700) }
        let made = try folder(name)
        try made.takeOwner(of: self)
        return made
    }

    /// As root, gives this folder the owner of `other`, so that the files stay usable to who owns the vault.
    private func takeOwner(of other: Folder) throws(FileError) {
        guard geteuid() == 0 else { return }
        let status = try other.status()
        try retrying("change owner", path) { fchown(descriptor, status.st_uid, status.st_gid) }
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
        } catch where error.code == ENOENT {
            return nil
        }
        return found
    }

    /// The names in this folder, sorted by their bytes, without `.` and `..`. Names that are not UTF-8 are repaired,
    /// which makes them no names of ours.
    func names() throws(FileError) -> [String] {
        // The stream takes over its descriptor, and a duplicate shares the read position: open the folder anew.
        let reading = try retrying("open", path) { openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard let stream = fdopendir(reading) else {
            let failure = FileError("list", path)
            close(reading)
            throw failure
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw FileError("list", path) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Moves an entry onto a free name.
    ///
    /// - Throws: ``FileError`` with `EEXIST` when the name is taken.
    func move(_ name: String, to target: Folder, as newName: String) throws(FileError) {
        do {
            try rename(name, to: target, as: newName, flags: UInt32(KEYS_MANAGER_RENAME_NOREPLACE))
        } catch where error.code == EINVAL || error.code == ENOSYS {
            // The file system lacks the flag. A hard link fails on a taken name; folders cannot be linked, so they are
            // checked first, which leaves a window that only another program could use.
            var found = stat()
            try retrying("examine", joined(name)) { fstatat(descriptor, name, &found, AT_SYMLINK_NOFOLLOW) }
            if found.isFolder {
                guard try target.status(of: newName) == nil else {
                    throw FileError("move", target.joined(newName), code: EEXIST)
                }
                try rename(name, to: target, as: newName, flags: 0)
            } else {
                try retrying("link", target.joined(newName)) {
                    linkat(descriptor, name, target.descriptor, newName, 0)
                }
                try remove(name)
            }
        }
    }

    /// Exchanges two entries in one step.
    ///
    /// - Returns: `false` when the file system cannot do that; nothing was changed then.
    func exchange(_ name: String, with otherName: String, in other: Folder) throws(FileError) -> Bool {
        do {
            try rename(name, to: other, as: otherName, flags: UInt32(KEYS_MANAGER_RENAME_EXCHANGE))
            return true
        } catch where error.code == EINVAL || error.code == ENOSYS {
            return false
        }
    }

    /// Moves an entry onto a name, replacing what is there.
    func replace(_ otherName: String, in other: Folder, with name: String) throws(FileError) {
        try rename(name, to: other, as: otherName, flags: 0)
    }

    /// Gives a file a second name, so that replacing the first does not lose it.
    func link(_ name: String, to target: Folder, as newName: String) throws(FileError) {
        try retrying("link", joined(name)) { linkat(descriptor, name, target.descriptor, newName, 0) }
    }

    private func rename(
        _ name: String, to target: Folder, as newName: String, flags: UInt32
    ) throws(FileError) {
        try retrying("move", target.joined(newName)) {
            keys_manager_renameat2(descriptor, name, target.descriptor, newName, flags)
        }
    }

    /// Removes a file.
    func remove(_ name: String) throws(FileError) {
        try retrying("remove", joined(name)) { unlinkat(descriptor, name, 0) }
    }

    /// Removes a file or a folder with all that is in it; symlinks go as themselves. Nothing there is no error.
    func removeTree(_ name: String) throws(FileError) {
        guard let found = try status(of: name) else { return }
        guard found.isFolder else { return try remove(name) }
        let inner = try folder(name)
        for entry in try inner.names() { try inner.removeTree(entry) }
        try retrying("remove", joined(name)) { unlinkat(descriptor, name, AT_REMOVEDIR) }
    }

    /// Makes the names in this folder survive a power cut.
    func synchronize() throws(FileError) {
        try retrying("synchronise", path) { fsync(descriptor) }
    }

    /// The path of an entry, for messages.
    func joined(_ name: String) -> String { path.isEmpty ? name : path + "/" + name }
}
