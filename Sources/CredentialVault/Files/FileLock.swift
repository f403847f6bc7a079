internal import Glibc

/// The lock that makes one process at a time change a vault. It ends with the process, however that ends.
final class FileLock: Sendable {
    /// How long to wait for another process before giving up, in milliseconds.
    static let patience = 30_000

    private let file: Int32

    /// Takes the lock, waiting for others; blocks its thread.
    ///
    /// - Returns: `nil` when another process held it for all of ``patience``.
    /// - Throws: ``FileError`` when the lock's file cannot be opened.
    static func take(_ name: String, in folder: Folder) throws(FileError) -> FileLock? {
        let shown = folder.joined(name)
        let file = try retrying("open", shown) {
            openat(folder.descriptor, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        let start = MonotonicClock.milliseconds()
        var pause: UInt32 = 500
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                let failure = FileError("lock", shown)
                close(file)
                throw failure
            }
            guard MonotonicClock.milliseconds() - start < Self.patience else {
                close(file)
                return nil
            }
            usleep(pause)
            pause = min(pause * 2, 16_000)
        }
        return FileLock(file: file)
    }

    private init(file: Int32) { self.file = file }

    deinit { close(file) }
}

/// The monotonic clock, for code that blocks a thread of its own and must not suspend.
private enum MonotonicClock {
    static func milliseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
    }
}
