public import Credentials
internal import Glibc

/// A vault in Hummingbot's own files.
///
/// The root is resolved once; below it every step is relative to an open folder and follows no symlink. Writers take
/// turns by a lock file; readers need none, because every change is one rename.
public final class FileCredentialStore: CredentialStore {
    public let location: String
    let root: Folder
    /// Seconds since 1970; what entries of the undo store are dated with.
    let now: @Sendable () -> Int
    private let cache: SnapshotCache
    /// One thread for changes: they take turns anyway. Two for reading, so that a slow disk does not stop them.
    private let writing = BlockingThreads(count: 1)
    private let reading = BlockingThreads(count: 2)

    /// Opens the folder of a vault, which may be empty.
    ///
    /// - Parameters:
    ///   - path: A `bots/` folder, or a `conf/` folder.
    ///   - watching: Whether to watch the tree for changes, for a process that answers many questions.
    ///   - now: Seconds since 1970.
    /// - Throws: ``StoreError/file(_:)`` when there is no such folder or it cannot be opened.
    public init(
        path: String, watching: Bool = false, now: @escaping @Sendable () -> Int = FileCredentialStore.secondsSince1970
    ) throws {
        location = path
        self.now = now
        do {
            root = try Folder(root: path)
        } catch {
            throw StoreError.file(error)
        }
        let reader = TreeReader()
        cache = SnapshotCache(watching: watching, threads: reading) { [root] visit in
            try reader.read(VaultFolders(root: root), visiting: visit)
        }
    }

    /// The time of the machine's clock.
    public static let secondsSince1970: @Sendable () -> Int = { time(nil) }

    /// Makes the folder of a vault with mode 0700, and its parents, where they are missing.
    ///
    /// - Throws: ``StoreError/file(_:)``.
    public static func makeFolder(path: String) throws {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/" + part
            if mkdir(made, 0o700) != 0, errno != EEXIST { throw StoreError.file(FileError("make folder", made)) }
        }
    }

    public func snapshot() async throws -> StoreSnapshot {
        try await translating { try await self.cache.snapshot() }
    }

    public func verification(of account: AccountName) async throws -> [UInt8]? {
        try await translating {
            try await self.reading.run {
                do {
                    let folder = try VaultFolders(root: self.root).account(account)
                    return try folder.read(VaultFolders.verification, limit: 1 << 21)?.bytes
                } catch StoreError.noSuchAccount {
                    return nil
                }
            }
        }
    }

    public func trash() async throws -> [TrashEntry] {
        try await translating {
            try await self.reading.run {
                guard let entries = try self.root.existingFolder(VaultFolders.own)?.existingFolder("trash") else {
                    return []
                }
                return try entries.names().reversed().compactMap { name in
                    guard TrashID(name) != nil, let entry = try? entries.folder(name),
                        let content = try entry.read(TrashRecord.fileName, limit: TrashRecord.byteLimit),
                        let record = TrashRecord(bytes: content.bytes),
                        try entry.status(of: OwnFolder.payload(of: record.entry)) != nil
                    else { return nil }
                    return record.entry
                }
            }
        }
    }

    /// Runs a change alone among all processes, after tidying up what a dead one left.
    ///
    /// - Throws: ``StoreError``; ``StoreError/busy`` when another process does not let go of the lock.
    func changing<Value: Sendable>(
        _ change: @escaping @Sendable (VaultFolders, OwnFolder) throws -> Value
    ) async throws -> Value {
        try await translating {
            try await self.writing.run {
                let folders = try VaultFolders(root: self.root)
                let own = try self.root.makeFolder(VaultFolders.own)
                guard let lock = try FileLock.take(OwnFolder.lock, in: own) else { throw StoreError.busy }
                defer { withExtendedLifetime(lock) {} }
                let content = try OwnFolder(in: self.root)
                try content.recover()
                return try change(folders, content)
            }
        }
    }

    /// Makes the operating system's refusals part of ``StoreError``.
    private func translating<Value: Sendable>(_ work: @Sendable () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as FileError {
            throw StoreError.file(error)
        }
    }
}
