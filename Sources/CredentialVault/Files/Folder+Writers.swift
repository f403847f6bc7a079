internal import CLinux
internal import Glibc

/// Who still writes to a file that was taken out of its place: a program that had opened it before goes on writing to the
/// same file wherever that lies by now.
extension Folder {
    /// How long to wait for such a program, in milliseconds. One that truncates and writes is done at once; one that keeps
    /// a file open need not be waited for, as long as the file is kept.
    static let writerPatience = 100

    /// Whether another program has a file open for writing, so that its bytes may still change.
    ///
    /// - Parameter name: The file.
    /// - Returns: `false` also where the system does not tell: on network file systems, of another user's files.
    func hasWriter(_ name: String) -> Bool {
        guard Self.localFileSystems.contains(keys_manager_file_system_type(descriptor)) else { return false }
        let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return false }
        defer { close(file) }
        return keys_manager_has_writer(file) == 1
    }

    /// Waits until no other program has a file open for writing; blocks its thread.
    ///
    /// - Parameters:
    ///   - name: A file that nobody finds under its usual name any more.
    ///   - patience: How long to wait, in milliseconds.
    func awaitWriters(of name: String, patience: Int = writerPatience) {
        let end = MonotonicClock.milliseconds() + patience
        while hasWriter(name), MonotonicClock.milliseconds() < end { usleep(1000) }
    }

    /// ext2 to ext4, XFS, Btrfs, tmpfs, overlayfs, ZFS, F2FS: they report every change, and have leases. Source:
    /// statfs(2) and the kernel's magic.h.
    static let localFileSystems: Set<Int> = [
        0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630, 0x2FC1_2FC1, 0xF2F5_2010,
    ]
}
