internal import CLinux
internal import Glibc
internal import OrderedJSON

extension ChainedLog {
    /// What the next line follows on.
    struct Position: Sendable {
        var number = 0
        var hash = ChainedLog.beginning
        /// Whether the last line announces a change.
        var isAnnouncement = false

        /// Before the first line.
        init() {}

        /// After a line with these.
        init(number: Int, hash: String, isAnnouncement: Bool) {
            self.number = number
            self.hash = hash
            self.isAnnouncement = isAnnouncement
        }

        /// A line that cannot be read is followed on by its bytes' hash, so that the chain shows the break there and
        /// holds from then on.
        init(after bytes: some Sequence<UInt8>) {
            let line = Line(bytes)
            if let number = line.number, let hash = line.members?["hash"]?.stringValue {
                self.init(number: number, hash: hash, isAnnouncement: line.members?["event"] == "intent")
            } else {
                self.init(number: 0, hash: ChainedLog.digest(of: line.bytes, after: ""), isAnnouncement: false)
            }
        }
    }

    /// Appends lines, under the log's lock.
    final class Writer {
        private let own: Folder
        private let file: Int32
        private let shown: String
        private let time: @Sendable () -> String
        private(set) var byteCount = 0
        private(set) var last: Position

        /// Opens the log and finds its end; what a crash left of a last line is set aside.
        ///
        /// - Parameters:
        ///   - own: The log's folder.
        ///   - name: The file.
        ///   - lineByteLimit: The longest line.
        ///   - time: The time of a line.
        ///   - before: What came before, for a file that is new.
        /// - Throws: ``FileError``.
        init(
            _ own: Folder, name: String, lineByteLimit: Int, time: @escaping @Sendable () -> String,
            before: () throws -> Position
        ) throws {
            self.own = own
            self.time = time
            shown = own.joined(name)
            last = Position()
            let path = shown
            file = try retrying("open", path) {
                openat(own.descriptor, name, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
            }
            var status = stat()
            try retrying("examine", path) { fstat(file, &status) }
            guard status.isRegularFile else { throw FileError("write", path, code: EINVAL) }
            if status.st_size == 0 { try settle() }
            byteCount = Int(status.st_size)
            guard byteCount > 0 else {
                last = try before()
                return
            }
            let tail = try bytes(from: max(0, byteCount - lineByteLimit))
            let end = tail.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            if end < tail.count { try setAside(Array(tail[end...])) }
            guard let line = tail[..<end].split(separator: UInt8(ascii: "\n")).last else {
                // The whole file was one torn line.
                last = try before()
                return
            }
            last = Position(after: line)
        }

        deinit { close(file) }

        /// Appends one line and makes it survive a power cut.
        ///
        /// - Returns: The line's number.
        func append(_ members: JSONObject) throws -> Int {
            let number = last.number + 1
            var line = JSONObject([("n", .integer(number)), ("time", .string(time()))])
            for member in members.members { line[member.name] = member.value }
            var bytes = JSON.object(line).bytes()
            bytes.removeLast()
            let hash = ChainedLog.digest(of: bytes, after: last.hash)
            bytes += Array(",\"hash\":\"\(hash)\"}\n".utf8)
            do {
                var written = 0
                while written < bytes.count {
                    written += try retrying("write", shown) {
                        bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
                    }
                }
                try retrying("synchronise", shown) { fdatasync(file) }
            } catch {
                // Half a line would be taken for a crash's.
                withdraw(to: byteCount)
                throw error
            }
            byteCount += bytes.count
            last = Position(number: number, hash: hash, isAnnouncement: members["event"] == "intent")
            return number
        }

        /// Announces a change: a line, and a file that is locked for as long as this process lives.
        func announce(_ members: JSONObject) throws -> Announcement {
            let open = try own.makeFolder(ChainedLog.openFolder)
            let (byteCount, last) = (byteCount, last)
            let number = try append(members)
            do {
                try reserve(ends: try open.names().count + 1)
                return try hold(number, in: open)
            } catch {
                withdraw(to: byteCount)
                (self.byteCount, self.last) = (byteCount, last)
                throw error
            }
        }

        /// Makes the file that says that a change is under way.
        ///
        /// Its name survives a power cut once this returns, before another process may append: otherwise, of several changes
        /// that a power cut ends, nobody would know but of the last.
        private func hold(_ number: Int, in open: Folder) throws(FileError) -> Announcement {
            let path = open.joined(String(number))
            let held = try retrying("create", path) {
                openat(open.descriptor, String(number), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            }
            do throws(FileError) {
                try retrying("lock", path) { flock(held, LOCK_EX | LOCK_NB) }
                try open.synchronize()
            } catch {
                close(held)
                try? open.remove(String(number))
                throw error
            }
            return Announcement(number: number, file: held)
        }

        /// Takes room behind the end of the log for the lines that will end announced changes, so that a disk which is full
        /// by then does not keep them out. A file system that cannot do this goes without.
        private func reserve(ends count: Int) throws(FileError) {
            do {
                try retrying("write", shown) {
                    keys_manager_reserve(file, byteCount, count * ChainedLog.endByteCount)
                }
            } catch  where !error.isFullDisk {}
        }

        /// Takes back what was appended behind an end, and with it the room that was reserved there.
        private func withdraw(to byteCount: Int) {
            var status = stat()
            guard fstat(file, &status) == 0, Int(status.st_size) > byteCount else { return }
            _ = ftruncate(file, off_t(byteCount))
        }

        /// Ends an announced change.
        func finish(_ number: Int, _ members: JSONObject) throws {
            var line = JSONObject([("event", "outcome"), ("of", .integer(number))])
            for member in members.members { line[member.name] = member.value }
            _ = try append(line)
            try? own.existingFolder(ChainedLog.openFolder)?.remove(String(number))
        }

        /// Ends the announced changes of processes that are gone.
        func closeInterrupted() throws {
            let open = try own.existingFolder(ChainedLog.openFolder)
            let names = Set(try open?.names() ?? [])
            // Between its line and its file a process died: then nothing was appended since.
            if last.isAnnouncement, !names.contains(String(last.number)) {
                try finish(last.number, JSONObject([("outcome", ChainedLog.interrupted)]))
            }
            guard let open, !names.isEmpty else { return }
            var finished: Set<Int>?
            for number in names.compactMap({ Int($0) }).sorted() where isAbandoned(String(number), in: open) {
                let known = try finished ?? finishedLately()
                finished = known
                if known.contains(number) {
                    try? open.remove(String(number))
                } else {
                    try finish(number, JSONObject([("outcome", ChainedLog.interrupted)]))
                }
            }
        }

        private func isAbandoned(_ name: String, in open: Folder) -> Bool {
            let file = openat(open.descriptor, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
            guard file >= 0 else { return false }
            defer { close(file) }
            return flock(file, LOCK_EX | LOCK_NB) == 0
        }

        /// The numbers of announcements that were ended in the last part of the log.
        private func finishedLately() throws -> Set<Int> {
            let recent = 1 << 20
            var tail = try bytes(from: max(0, byteCount - recent))
            // A power cut may bring the file of a change back whose end was set aside since.
            if byteCount < recent, let newest = try ChainedLog.newestSetAside(in: own) {
                tail = (try own.readEnd(of: newest, byteCount: recent)?.bytes ?? []) + tail
            }
            return Set(
                tail.split(separator: UInt8(ascii: "\n")).compactMap { line in
                    (try? JSON(parsing: Array(line)))?.objectValue?["of"]?.integerValue
                })
        }

        private func bytes(from offset: Int) throws -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: byteCount - offset)
            var count = 0
            while count < bytes.count {
                let read = try retrying("read", shown) {
                    bytes[count...].withUnsafeMutableBytes {
                        pread(file, $0.baseAddress, $0.count, off_t(offset + count))
                    }
                }
                if read == 0 { break }
                count += read
            }
            return Array(bytes[..<count])
        }

        private func setAside(_ torn: [UInt8]) throws {
            let place = "torn-\(TrashID.unused)"
            try own.create(place, torn, ownership: .new(in: own))
            byteCount -= torn.count
            try retrying("shorten", shown) { ftruncate(file, off_t(byteCount)) }
            try retrying("synchronise", shown) { fsync(file) }
        }

        /// Gives a new file mode and owner, and makes its name survive a power cut.
        private func settle() throws {
            if geteuid() == 0 {
                let status = try own.status()
                try retrying("change owner", shown) { fchown(file, status.st_uid, status.st_gid) }
            }
            try retrying("change mode", shown) { fchmod(file, 0o600) }
            try own.synchronize()
        }
    }
}
