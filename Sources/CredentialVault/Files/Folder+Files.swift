internal import Glibc

/// What tells one version of a file from another without reading it.
struct FileSignature: Equatable, Sendable {
    let device: UInt64
    let inode: UInt64
    let byteCount: Int
    let modified: FileTime
    let changed: FileTime

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        byteCount = Int(status.st_size)
        modified = FileTime(status.st_mtim)
        changed = FileTime(status.st_ctim)
    }
}

/// A time that the operating system tells. Anybody may give a file any time, and the nanoseconds of those after the year
/// 2262 fit no 64 bits: so the two parts are never put together.
struct FileTime: Comparable, Sendable {
    /// Seconds since 1970.
    let seconds: Int
    /// Nanoseconds of that second, below 1,000,000,000.
    let nanoseconds: Int

    init(_ time: timespec) {
        seconds = time.tv_sec
        nanoseconds = time.tv_nsec
    }

    static func < (left: FileTime, right: FileTime) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

/// A file's bytes with what the operating system says of it.
struct FileContent: Sendable {
    let bytes: [UInt8]
    let status: stat
}

extension Folder {
    /// Reads a regular file.
    ///
    /// - Parameters:
    ///   - name: The file.
    ///   - limit: The most bytes to accept; a longer file is `EFBIG`.
    /// - Returns: `nil` when there is none.
    /// - Throws: ``FileError``: `ELOOP` for a symlink, `EINVAL` for a folder, pipe or device.
    func read(_ name: String, limit: Int) throws(FileError) -> FileContent? {
        let shown = joined(name)
        let file: Int32
        do {
            // A pipe would block the open for ever without O_NONBLOCK; it is refused just below.
            file = try retrying("open", shown) {
                openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
            }
        } catch  where error.code == ENOENT {
            return nil
        }
        defer { close(file) }
        var status = stat()
        try retrying("examine", shown) { fstat(file, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError("read", shown, code: EINVAL) }
        guard status.st_size <= limit else { throw FileError("read", shown, code: EFBIG) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: max(4096, Int(status.st_size) + 1))
        while true {
            let count = try retrying("read", shown) {
                buffer.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            }
            if count == 0 { return FileContent(bytes: bytes, status: status) }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= limit else { throw FileError("read", shown, code: EFBIG) }
        }
    }

    /// Reads the end of a regular file.
    ///
    /// - Parameters:
    ///   - name: The file.
    ///   - byteCount: The most bytes to read.
    /// - Returns: The bytes, and whether they are the whole file; `nil` when there is none.
    /// - Throws: ``FileError``, as ``read(_:limit:)``.
    func readEnd(of name: String, byteCount: Int) throws(FileError) -> (bytes: [UInt8], isWhole: Bool)? {
        let shown = joined(name)
        let file: Int32
        do {
            file = try retrying("open", shown) {
                openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
            }
        } catch  where error.code == ENOENT {
            return nil
        }
        defer { close(file) }
        var status = stat()
        try retrying("examine", shown) { fstat(file, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError("read", shown, code: EINVAL) }
        let start = max(0, Int(status.st_size) - byteCount)
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) - start)
        var count = 0
        while count < bytes.count {
            let read = try retrying("read", shown) {
                bytes[count...].withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, off_t(start + count)) }
            }
            if read == 0 { break }
            count += read
        }
        return (Array(bytes[..<count]), start == 0)
    }

    /// Owner and mode for a new file.
    struct Ownership: Sendable {
        /// `nil` leaves what the system gives.
        let owner: (user: uid_t, group: gid_t)?
        let mode: mode_t

        /// A file of its own: mode 0600; as root, the owner of the folder that it will stand in.
        static func new(in folder: Folder) throws(FileError) -> Ownership {
            guard geteuid() == 0 else { return Ownership(owner: nil, mode: 0o600) }
            let status = try folder.status()
            return Ownership(owner: (status.st_uid, status.st_gid), mode: 0o600)
        }

        /// The same as an existing file's.
        init(keeping status: stat) {
            self.init(owner: (status.st_uid, status.st_gid), mode: status.st_mode & 0o7777)
        }

        private init(owner: (user: uid_t, group: gid_t)?, mode: mode_t) {
            self.owner = owner
            self.mode = mode
        }
    }

    /// Writes a new file and makes its bytes survive a power cut; a failed write leaves nothing behind.
    ///
    /// The file has mode 0600 from its first byte; another mode comes only once the owner is right.
    ///
    /// - Throws: ``FileError``: `EEXIST` when the name is taken, `EPERM` when the owner cannot be set.
    func create(_ name: String, _ bytes: [UInt8], ownership: Ownership) throws(FileError) {
        let shown = joined(name)
        let file = try retrying("create", shown) {
            openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        defer { close(file) }
        do {
            try write(bytes, to: file, shown)
            var status = stat()
            try retrying("examine", shown) { fstat(file, &status) }
            if let owner = ownership.owner, status.st_uid != owner.user || status.st_gid != owner.group {
                try retrying("change owner", shown) { fchown(file, owner.user, owner.group) }
            }
            // Always set: a strict umask may have taken bits even from 0600.
            try retrying("change mode", shown) { fchmod(file, ownership.mode) }
            try retrying("synchronise", shown) { fsync(file) }
        } catch {
            unlinkat(descriptor, name, 0)
            throw error
        }
    }

    private func write(_ bytes: [UInt8], to file: Int32, _ shown: String) throws(FileError) {
        var written = 0
        while written < bytes.count {
            written += try retrying("write", shown) {
                bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            }
        }
    }
}
