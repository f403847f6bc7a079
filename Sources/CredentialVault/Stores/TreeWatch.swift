internal import CLinux
internal import Glibc
internal import Synchronization

/// Tells whether anything in the watched folders changed since it was last asked, at the price of one system call.
///
/// Linux queues an inotify event before the system call that changed the folder returns, so a change that was finished
/// before the question is always noticed. Not every file system reports every change (network and FUSE ones do not);
/// on those, and where the system allows no more watches, everything counts as changed.
///
/// Folders are named anew in every round of reading; those that were not named any more are watched no longer.
final class TreeWatch: Sendable {
    private struct State {
        /// Each watch with the round in which its folder was last named.
        var rounds: [Int32: UInt64] = [:]
        var round: UInt64 = 0
        /// Whether a folder of the last whole round could not be watched.
        var isBlind = false
        /// Whether one of the present round could not.
        var hasFailed = false
        var events = [UInt8](repeating: 0, count: 16_384)
    }

    private let queue: Int32
    private let limit: Int
    private let state = Mutex(State())

    /// Asks the system for a queue of events; `nil` when it gives none.
    ///
    /// - Parameter limit: How many folders may be watched.
    init?(limit: Int = .max) {
        self.limit = limit
        queue = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard queue >= 0 else { return nil }
    }

    deinit { close(queue) }

    /// Begins to name the folders; rounds do not overlap.
    func beginRound() {
        state.withLock { state in
            state.round += 1
            state.hasFailed = false
        }
    }

    /// Watches a folder; call it before looking into the folder, so that no change falls in between.
    func add(_ folder: Folder) {
        let events =
            IN_CREATE | IN_DELETE | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
        state.withLock { state in
            var watch: Int32 = -1
            if Folder.localFileSystems.contains(keys_manager_file_system_type(folder.descriptor)) {
                // The open descriptor, not a path: what is watched is what was opened.
                watch = inotify_add_watch(queue, "/proc/self/fd/\(folder.descriptor)", UInt32(events))
            }
            guard watch >= 0, state.rounds[watch] != nil || state.rounds.count < limit else {
                state.hasFailed = true
                state.isBlind = true
                return
            }
            state.rounds[watch] = state.round
        }
    }

    /// Ends a round: whether everything could be watched is known now.
    func endRound() {
        state.withLock { state in
            state.isBlind = state.hasFailed
            for (watch, round) in state.rounds where round != state.round {
                inotify_rm_watch(queue, watch)
                state.rounds[watch] = nil
            }
        }
    }

    /// Whether anything may have changed since the last call. Never waits.
    func takeChanges() -> Bool {
        state.withLock { state in
            var changed = state.isBlind
            while let count = Self.readEvents(of: queue, into: &state.events) {
                var offset = 0
                while offset < count {
                    let event = state.events.withUnsafeBytes {
                        $0.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    }
                    if event.mask & UInt32(IN_IGNORED) == 0 {
                        changed = true
                    } else {
                        // That a watch is gone says nothing; what ended it has an event of its own.
                        state.rounds[event.wd] = nil
                    }
                    offset += MemoryLayout<inotify_event>.size + Int(event.len)
                }
            }
            return changed
        }
    }

    /// - Returns: The number of bytes read, or `nil` when nothing waits.
    private static func readEvents(of queue: Int32, into events: inout [UInt8]) -> Int? {
        while true {
            let count = events.withUnsafeMutableBytes { Glibc.read(queue, $0.baseAddress, $0.count) }
            if count > 0 { return count }
            if count == 0 || errno != EINTR { return nil }
        }
    }
}
