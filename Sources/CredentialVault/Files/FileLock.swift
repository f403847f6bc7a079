internal import Glibc

/// The lock that makes one process at a time change a vault. It ends with the process, however that ends.
final class FileLock: Sendable {
    /// How long to wait for another process before giving up, in milliseconds.
    static let patience = 30_000

    private let file: Int32

    /// Takes the lock, waiting for others; blocks its thread.
    ///
    /// - Parameters:
    ///   - name: The lock's file.
    ///   - folder: Where it lies.
    ///   - patience: How long to wait, in milliseconds.
    /// - Returns: `nil` when another process held it for all of that time.
    /// - Throws: ``FileError`` when the lock's file cannot be opened.
    static func take(
        _ name: String, in folder: Folder, patience: Int = patience
    ) throws(FileError) -> FileLock? {
        let start = MonotonicClock.milliseconds()
        while true {
            let lock = FileLock(file: try open(name, in: folder))
            guard try lock.wait(until: start + patience, folder.joined(name)) else { return nil }
            // Somebody may have removed our folder meanwhile: a lock on a file that nobody else finds locks nothing.
            if try folder.status(of: name)?.st_ino == lock.inode() { return lock }
        }
    }

    private static func open(_ name: String, in folder: Folder) throws(FileError) -> Int32 {
        let shown = folder.joined(name)
        let flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        let file: Int32
        do {
            file = try retrying("create", shown) {
                openat(folder.descriptor, name, flags | O_CREAT | O_EXCL, 0o600)
            }
        } catch  where error.code == EEXIST {
            return try retrying("open", shown) { openat(folder.descriptor, name, flags) }
        }
        do {
            // Made by root, the file must stay usable to who owns the vault; what was there before is never given away.
            if geteuid() == 0 {
                let status = try folder.status()
                try retrying("change owner", shown) { fchown(file, status.st_uid, status.st_gid) }
            }
            // A strict umask may have taken bits even from 0600.
            try retrying("change mode", shown) { fchmod(file, 0o600) }
            return file
        } catch {
            close(file)
            throw error
        }
    }

    private func inode() -> ino_t? {
        var status = stat()
        return fstat(file, &status) == 0 ? status.st_ino : nil
    }

    /// - Returns: `false` when the time passed without the lock.
    private func wait(until end: Int, _ shown: String) throws(FileError) -> Bool {
        var pause: UInt32 = 500
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw FileError("lock", shown) }
            guard MonotonicClock.milliseconds() < end else { return false }
            usleep(pause)
            pause = min(pause * 2, 16_000)
        }
        return true
    }

    private init(file: Int32) { self.file = file }

    deinit { close(file) }
}

/// The monotonic clock, for code that blocks a thread of its own and must not suspend.
enum MonotonicClock {
    static func milliseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
    }
}
