public import Credentials
internal import Glibc

/// A vault in Hummingbot's own files.
///
/// The root is resolved once; below it every step is relative to an open folder and follows no symlink. Writers take
/// turns by a lock file; readers need none, because every change is one rename.
public final class FileCredentialStore: CredentialStore {
    /// The path that the store was opened with.
    public let location: String
    let root: Folder
    let now: @Sendable () -> ClockReading
    let hooks: StoreHooks
    private let cache: SnapshotCache
    /// One thread for changes: they take turns anyway. Two for reading, so that a slow disk does not stop them.
    private let writingThread = BlockingThreads(count: 1)
    private let readingThreads = BlockingThreads(count: 2)

    /// Opens the folder of a vault, which may be empty.
    ///
    /// - Parameters:
    ///   - path: A `bots/` folder, or a `conf/` folder.
    ///   - watching: Whether to watch the tree for changes, for a process that answers many questions.
    ///   - now: Reads the clock.
    /// - Throws: ``StoreError/file(_:)`` when there is no such folder or it cannot be opened.
    public convenience init(
        path: String, watching: Bool = false, now: @escaping @Sendable () -> ClockReading = ClockReading.now
    ) throws {
        try self.init(path: path, watching: watching, now: now, hooks: StoreHooks())
    }

    /// Opens the folder of a vault as tests need it.
    ///
    /// - Parameters:
    ///   - path: A `bots/` folder, or a `conf/` folder.
    ///   - watching: Whether to watch the tree for changes.
    ///   - now: Reads the clock.
    ///   - hooks: What to do at the steps of a change, and what to do without.
    /// - Throws: ``StoreError/file(_:)`` when there is no such folder or it cannot be opened.
    package init(
        path: String, watching: Bool = false, now: @escaping @Sendable () -> ClockReading = ClockReading.now,
        hooks: StoreHooks
    ) throws {
        location = path
        self.now = now
        self.hooks = hooks
        do {
            root = try Folder(root: path, hasRenameFlags: hooks.hasRenameFlags)
        } catch {
            throw StoreError.file(error)
        }
        let reader = TreeReader()
        let watch = watching ? TreeWatch(limit: hooks.watchLimit) : nil
        cache = SnapshotCache(watch: watch, threads: readingThreads) { [root] visit in
            try Self.readingWhole(root, at: now()) { try reader.read(VaultFolders(root: root), visiting: visit) }
        }
    }

    /// Makes the folder of a vault with mode 0700, and its parents, where they are missing. Each survives a power cut and,
    /// made by root, belongs to the owner of the folder that it stands in.
    ///
    /// - Throws: ``StoreError/file(_:)``.
    public static func makeFolder(path: String) throws {
        var parent = path.hasPrefix("/") ? "/" : "."
        for part in path.split(separator: "/") {
            let made = parent == "/" ? "/\(part)" : "\(parent)/\(part)"
            var found = stat()
            // Links on the way to the vault are the administrator's business; only what is missing is made.
            if stat(made, &found) != 0 {
                do {
                    let folder = try Folder(root: parent)
                    _ = try folder.makeFolder(String(part))
                    try folder.synchronize()
                } catch {
                    throw StoreError.file(error)
                }
            }
            parent = made
        }
    }

    /// Whether the folder is a client's `conf/`.
    ///
    /// - Throws: ``StoreError``.
    public func holdsOneAccount() async throws -> Bool {
        try await reading { try VaultFolders(root: self.root).layout == .conf }
    }

    /// Everything that is stored, as it is now.
    ///
    /// - Throws: ``StoreError``.
    public func snapshot() async throws -> StoreSnapshot {
        try await translating { try await self.cache.snapshot() }
    }

    /// The content of an account's verification file.
    ///
    /// - Returns: `nil` when the account has none, or is not there.
    /// - Throws: ``StoreError`` when the file cannot be read.
    public func verification(of account: AccountName) async throws -> [UInt8]? {
        try await reading {
            do {
                return try Self.readingWhole(self.root, at: self.now()) {
                    let folder = try VaultFolders(root: self.root).account(account)
                    return try folder.read(VaultFolders.verification, limit: VaultFolders.verificationByteLimit)?.bytes
                }
            } catch StoreError.noSuchAccount {
                return nil
            }
        }
    }

    /// Runs something that reads on a thread that may block.
    func reading<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await translating { try await self.readingThreads.run(work) }
    }

    /// Runs a change alone among all processes, after tidying up what a dead one left.
    ///
    /// - Throws: ``StoreError``; ``StoreError/busy`` when another process does not let go of the lock.
    func changing<Value: Sendable>(_ change: @escaping @Sendable (Change) throws -> Value) async throws -> Value {
        try await translating {
            try await self.writingThread.run {
                let ownFolder = try VaultFolders(root: self.root).root.makeFolder(VaultFolders.own)
                guard let lock = try FileLock.take(OwnFolder.lock, in: ownFolder) else { throw StoreError.busy }
                defer { withExtendedLifetime(lock) {} }
                // Another process may have made or moved things while we waited.
                let folders = try VaultFolders(root: self.root)
                let own = try OwnFolder(in: ownFolder)
                try own.recover(folders, at: self.now())
                try self.hooks.reached(.began)
                let value = try change(Change(folders: folders, own: own, time: self.now(), hooks: self.hooks))
                try self.hooks.reached(.finished)
                return value
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
