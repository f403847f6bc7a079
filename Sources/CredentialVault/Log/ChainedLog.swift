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
    private static let name = "current.jsonl"
    private static let reserve = "reserve"
    /// More than the line takes that ends a change, in bytes.
    static let endByteCount = 512
    private static let reserveByteCount = 1 << 16
    /// A log of this size is set aside and a new one begun, in bytes.
    private let rotationByteCount: Int
    /// The longest line; longer ones are no lines of ours.
    private static let lineByteLimit = 1 << 14

    private let root: Folder
    /// One thread: the lines of a process take turns anyway.
    private let thread = BlockingThreads(count: 1)
    /// Reading a long log keeps no change waiting.
    private let readingThread = BlockingThreads(count: 1)
    private let time: @Sendable () -> String

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
    /// - Parameter members: What the line says, beside its number, time and hash.
    /// - Throws: ``StoreError/file(_:)`` when it cannot be written.
    public func add(_ members: JSONObject) async throws {
        try await appending(mayUseReserve: false) { writer in _ = try writer.append(members) }
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

    // MARK: Reading

    /// One line.
    public struct Line: Sendable {
        /// The bytes, without the line break.
        public let bytes: [UInt8]
        /// What it says; `nil` when it is no JSON object.
        public let members: JSONObject?
    }

    /// The lines, oldest first, files that were set aside included.
    ///
    /// - Parameter number: For those who follow the log: the number of the last line that they have; 0 reads everything.
    /// - Returns: The whole lines after that one.
    /// - Throws: ``StoreError/file(_:)``.
    public func lines(after number: Int = 0) async throws -> [Line] {
        do {
            return try await readingThread.run {
                guard let own = try self.root.existingFolder(VaultFolders.own)?.existingFolder(Self.folder) else {
                    return []
                }
                var parts: [[Line]] = []
                // From the end, so that who follows the log reads what is new and no more.
                for name in [Self.name] + (try Self.setAside(in: own)).reversed() {
                    let bytes = try own.read(name, limit: .max)?.bytes ?? []
                    let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
                    let (lines, reached) = Self.split(bytes[..<whole], after: number)
                    parts.append(lines)
                    if reached { break }
                }
                return parts.reversed().flatMap { $0 }
            }
        } catch let error as FileError {
            throw StoreError.file(error)
        }
    }

    /// The last lines, oldest first, read from the end: the cost follows their number and not the length of the log.
    ///
    /// - Parameter count: How many lines; such that are no JSON object come beside them and are not counted.
    /// - Returns: As many as there are.
    /// - Throws: ``StoreError/file(_:)``.
    public func lastLines(_ count: Int) async throws -> [Line] {
        do {
            return try await readingThread.run {
                guard count > 0, let own = try self.root.existingFolder(VaultFolders.own)?.existingFolder(Self.folder)
                else { return [] }
                var lines: [Line] = []
                var missing = count
                for name in [Self.name] + (try Self.setAside(in: own)).reversed() {
                    let part = try Self.end(of: name, in: own, count: missing)
                    missing -= part.count { $0.members != nil }
                    lines = part + lines
                    if missing <= 0 { break }
                }
                return lines
            }
        } catch let error as FileError {
            throw StoreError.file(error)
        }
    }

    /// The last whole lines of one file.
    private static func end(of name: String, in own: Folder, count: Int) throws(FileError) -> [Line] {
        var byteCount = 1 << 16
        while true {
            guard let (bytes, isWhole) = try own.readEnd(of: name, byteCount: byteCount) else { return [] }
            let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            // The first line of a part begins before it.
            let start = isWhole ? 0 : (bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? whole)
            let (lines, reached) = split(bytes[min(start, whole)..<whole], last: count)
            if reached || isWhole { return lines }
            byteCount *= 4
        }
    }

    /// The files that were set aside, oldest first.
    private static func setAside(in own: Folder) throws(FileError) -> [String] {
        let names = try own.names()
        let numbered: [(number: Int, name: String)] = names.compactMap { name in
            guard name.hasPrefix("until-"), name.hasSuffix(".jsonl") else { return nil }
            return Int(name.dropFirst("until-".count).dropLast(".jsonl".count)).map { ($0, name) }
        }
        return numbered.sorted { $0.number < $1.number }.map(\.name)
    }

    /// What a new file follows on: the last line of the newest one that was set aside.
    private static func endOfNewest(in own: Folder) throws(FileError) -> Position {
        guard let newest = try setAside(in: own).last,
            let line = split((try own.read(newest, limit: .max)?.bytes ?? [])[...]).lines.last
        else { return Position() }
        return Position(after: line.bytes)
    }

    /// - Returns: The lines after the one with that number, and whether that one, or an earlier one, was among them.
    private static func split(_ bytes: ArraySlice<UInt8>, after number: Int = 0) -> (lines: [Line], reached: Bool) {
        var lines: [Line] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
            let members = (try? JSON(parsing: Array(line)))?.objectValue
            if number > 0, let found = members?["n"]?.integerValue, found <= number { return (lines.reversed(), true) }
            lines.append(Line(bytes: Array(line), members: members))
        }
        return (lines.reversed(), false)
    }

    /// - Returns: The lines from the one on that is the last but so many, and whether there are so many.
    private static func split(_ bytes: ArraySlice<UInt8>, last count: Int) -> (lines: [Line], reached: Bool) {
        var lines: [Line] = []
        var counted = 0
        for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
            let members = (try? JSON(parsing: Array(line)))?.objectValue
            lines.append(Line(bytes: Array(line), members: members))
            if members != nil { counted += 1 }
            if counted == count { return (lines.reversed(), true) }
        }
        return (lines.reversed(), false)
    }

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
