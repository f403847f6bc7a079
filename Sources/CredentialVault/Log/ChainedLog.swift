internal import Crypto
internal import Glibc
public import OrderedJSON

/// An append-only log of JSON lines in `.keys-manager/log/`, in which each line carries a hash over itself and the line before.
///
/// ```
/// .keys-manager/log/
///   lock                  held during an append
///   current.jsonl         the lines; what was there is never written again
///   until-<number>.jsonl  lines up to that number, set aside when the log had grown
///   reserve               room for a deletion and its lines on a full disk
///   open/<number>         an announced change that is under way; locked by its process as long as that lives
///   torn-<time>           what a crash left of a last line
/// ```
///
/// The hash of a line is the SHA-256, in hex, of the hash of the line before (64 zeros before the first) and of the line's
/// own bytes up to `,"hash":`.
public final class ChainedLog: Sendable {
    /// How a change ended, as the line that ends it says.
    public static let interrupted: JSON = "interrupted"

    static let folder = "log"
    static let openFolder = "open"
    static let name = "current.jsonl"
    private static let reserve = "reserve"
    /// More than the line takes that ends a change, in bytes.
    static let endByteCount = 512
    private static let reserveByteCount = 1 << 16
    /// A log of this size is set aside and a new one begun, in bytes.
    private let rotationByteCount: Int
    /// The longest line; longer ones are no lines of ours.
    private static let lineByteLimit = 1 << 14
    /// The longest file that is read, in bytes: several times what a file has when it is set aside. A longer one is none of
    /// ours, and would only fill the memory.
    var fileByteLimit: Int { 4 * max(rotationByteCount, 1 << 20) }

    let root: Folder
    /// One thread: the lines of a process take turns anyway.
    private let thread = BlockingThreads(count: 1)
    /// Reading a long log keeps no change waiting.
    let readingThread = BlockingThreads(count: 1)
    private let time: @Sendable () -> String
    private let hooks: StoreHooks

    /// The log of a store.
    ///
    /// - Parameters:
    ///   - store: Whose folder holds it.
    ///   - rotationByteCount: When to begin a new file.
    ///   - time: The time of a line, as it shall stand there.
    public init(
        of store: FileCredentialStore, rotationByteCount: Int = 8 << 20, time: @escaping @Sendable () -> String
    ) {
        root = store.root
        hooks = store.hooks
        self.rotationByteCount = rotationByteCount
        self.time = time
    }

    // MARK: Writing

    /// An announced change; it counts as interrupted when its process ends before ``ChainedLog/finish(_:_:)``.
    public final class Announcement: Sendable {
        fileprivate let number: Int
        private let file: Int32

        init(number: Int, file: Int32) {
            self.number = number
            self.file = file
        }

        deinit { close(file) }
    }

    /// Announces a change before it is made. The line survives a power cut once this returns.
    ///
    /// - Parameters:
    ///   - members: What the line says, beside its number, time and hash.
    ///   - mayUseReserve: Whether the change frees space, so that it may be announced on a full disk.
    /// - Returns: What ``finish(_:_:)`` takes.
    /// - Throws: ``StoreError/file(_:)`` when the line cannot be written; then nothing is announced.
    public func announce(_ members: JSONObject, mayUseReserve: Bool) async throws -> Announcement {
        try await appending(mayUseReserve: mayUseReserve) { writer in
            try writer.announce(members)
        }
    }

    /// Ends an announced change.
    ///
    /// - Parameters:
    ///   - announcement: Which.
    ///   - members: What the line says, beside its number, time, hash and the announcement's number.
    ///   - mayUseReserve: Whether the change frees space.
    /// - Throws: ``StoreError/file(_:)`` when the line cannot be written; then the change stays announced until the
    ///   process ends.
    public func finish(
        _ announcement: Announcement, _ members: JSONObject, mayUseReserve: Bool = false
    ) async throws {
        try await appending(mayUseReserve: mayUseReserve) { writer in
            try writer.finish(announcement.number, members)
        }
    }

    /// Adds a line about something that is no change, such as a failed login.
    ///
    /// - Parameters:
    ///   - members: What the line says, beside its number, time and hash.
    ///   - mayUseReserve: Whether it may be written on a full disk, in the space that is kept for that.
    /// - Throws: ``StoreError/file(_:)`` when it cannot be written.
    public func add(_ members: JSONObject, mayUseReserve: Bool = false) async throws {
        try await appending(mayUseReserve: mayUseReserve) { writer in _ = try writer.append(members) }
    }

    /// Gives up the space that is kept for deletions on a full disk.
    ///
    /// - Returns: Whether there was any.
    public func releaseReserve() async -> Bool {
        (try? await thread.run { try self.own().removeIfThere(Self.reserve) }) ?? false
    }

    private func own() throws(FileError) -> Folder {
        try root.makeFolder(VaultFolders.own).makeFolder(Self.folder)
    }

    private func appending<Value: Sendable>(
        mayUseReserve: Bool, _ work: @escaping @Sendable (Writer) throws -> Value
    ) async throws -> Value {
        do {
            return try await thread.run {
                let own = try self.own()
                guard let lock = try FileLock.take("lock", in: own) else { throw StoreError.busy }
                defer { withExtendedLifetime(lock) {} }
                do {
                    return try self.write(in: own, keepingReserve: true, work)
                } catch let error as FileError where mayUseReserve && error.isFullDisk {
                    guard try own.removeIfThere(Self.reserve) else { throw error }
                    return try self.write(in: own, keepingReserve: false, work)
                }
            }
        } catch let error as FileError {
            throw StoreError.file(error)
        }
    }

    private func write<Value>(in own: Folder, keepingReserve: Bool, _ work: (Writer) throws -> Value) throws -> Value {
        try hooks.logging()
        let writer = try writer(own, keepingReserve: keepingReserve)
        try writer.closeInterrupted()
        return try work(writer)
    }

    private func writer(_ own: Folder, keepingReserve: Bool) throws -> Writer {
        let writer = try Writer(own, name: Self.name, lineByteLimit: Self.lineByteLimit, time: time) {
            try Self.endOfNewest(in: own)
        }
        if writer.byteCount > rotationByteCount {
            let end = writer.last
            try own.move(Self.name, to: own, as: "until-\(end.number).jsonl")
            return try Writer(own, name: Self.name, lineByteLimit: Self.lineByteLimit, time: time) { end }
        }
        // Kept at a time when there is room; that there is none is no reason to do nothing.
        if keepingReserve, try own.status(of: Self.reserve) == nil {
            try? own.create(
                Self.reserve, [UInt8](repeating: 0x20, count: Self.reserveByteCount), ownership: .new(in: own))
        }
        return writer
    }

    /// What a new file follows on: the last line of the newest one that was set aside.
    private static func endOfNewest(in own: Folder) throws(FileError) -> Position {
        guard let newest = try newestSetAside(in: own),
            let tail = try own.readEnd(of: newest, byteCount: lineByteLimit)?.bytes,
            let line = wholeLines(of: tail[...]).last
        else { return Position() }
        return Position(after: line)
    }

    // MARK: Hashes

    /// The hash that a line should carry, and the one that it does.
    static func hashes(of line: [UInt8], after previous: String) -> (expected: String, stated: String)? {
        let mark = Array(#","hash":""#.utf8)
        // `"}` and 64 digits end a line.
        guard line.count > mark.count + 66, line.suffix(2).elementsEqual(#""}"#.utf8) else { return nil }
        let end = line.count - 66 - mark.count
        guard line[end..<(end + mark.count)].elementsEqual(mark) else { return nil }
        return (
            digest(of: line[..<end], after: previous),
            String(decoding: line[(end + mark.count)..<(line.count - 2)], as: UTF8.self)
        )
    }

    static let beginning = String(repeating: "0", count: 64)

    static func digest(of text: some Sequence<UInt8>, after previous: String) -> String {
        SHA256.hash(data: Array(previous.utf8) + Array(text)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

extension Folder {
    /// - Returns: Whether there was such a file.
    fileprivate func removeIfThere(_ name: String) throws(FileError) -> Bool {
        guard try status(of: name) != nil else { return false }
        try remove(name)
        return true
    }
}
