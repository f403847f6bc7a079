internal import CLinux
internal import Glibc
internal import Synchronization

/// Tells whether anything in the watched folders changed since it was last asked, at the price of one system call.
///
/// Linux queues an inotify event before the system call that changed the folder returns, so a change that was finished
/// before the question is always noticed. Not every file system reports every change (network and FUSE ones do not);
/// on those there is no watch.
final class TreeWatch: Sendable {
    private let queue: Int32
    /// Set when a folder could not be watched; from then on everything counts as changed.
    private let isBlind = Atomic<Bool>(false)

    /// - Returns: `nil` when the system gives no queue.
    init?() {
        queue = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard queue >= 0 else { return nil }
    }

    deinit { close(queue) }

    /// Watches a folder; watching one again changes nothing.
    func add(_ folder: Folder) {
        guard Self.reliableFileSystems.contains(keys_manager_file_system_type(folder.descriptor)) else {
            isBlind.store(true, ordering: .relaxed)
            return
        }
        let events =
            IN_CREATE | IN_DELETE | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
        // The open descriptor, not a path: what is watched is what was opened.
        if inotify_add_watch(queue, "/proc/self/fd/\(folder.descriptor)", UInt32(events)) < 0 {
            isBlind.store(true, ordering: .relaxed)
        }
    }

    /// Whether anything may have changed since the last call. Never waits.
    func takeChanges() -> Bool {
        guard !isBlind.load(ordering: .relaxed) else { return true }
        var changed = false
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: MemoryLayout<inotify_event>.alignment) { buffer in
            while Glibc.read(queue, buffer.baseAddress, buffer.count) > 0 { changed = true }
        }
        return changed
    }

    /// ext2 to ext4, XFS, Btrfs, tmpfs, overlayfs, ZFS, F2FS. Source: statfs(2) and the kernel's magic.h.
    private static let reliableFileSystems: Set<Int> = [
        0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630, 0x2FC1_2FC1, 0xF2F5_2010,
    ]
}
