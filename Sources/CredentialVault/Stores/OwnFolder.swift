internal import Credentials
internal import Glibc

/// Our own folder of a vault: the lock, changes under way, and the undo store. Used under the lock only.
///
/// ```
/// .keys-manager/
///   lock
///   staging/…                        files on their way in and entries on their way out; worth nothing after a crash
///   pending/<id>[.<revision>]/       an entry of the undo store in the making
///   trash/<id>/entry.json            what it is and where it came from
///   trash/<id>/credential.yml        the displaced credential, or
///   trash/<id>/account/              the deleted account
///   outcomes/<revision>.json         what the check of a credential file found out
///   numbers/<fingerprint>            the last request number that was used with an API key
///   rewrite/                         a committed change of many files that is being put in place
/// ```
///
/// A pending entry of a replacement begins with the new bytes as its `credential.yml`, and the revision of these bytes
/// in its name. The exchange with the file that they replace turns them into the displaced ones; so at every moment one
/// look tells whether the exchange took place.
struct OwnFolder: Sendable {
    static let lock = "lock"

    /// `.keys-manager` itself.
    let folder: Folder
    let staging: Folder
    let pending: Folder
    let trash: Folder

    /// Opens the folders, making them where they are missing.
    init(in own: Folder) throws(FileError) {
        folder = own
        staging = try own.makeFolder("staging")
        pending = try own.makeFolder("pending")
        trash = try own.makeFolder("trash")
    }

    /// An entry in the making.
    struct Pending {
        let name: String
        let folder: Folder
        var record: TrashRecord

        /// The name under which it keeps what is displaced.
        var payload: String { OwnFolder.payload(of: record.entry) }
    }

    // MARK: Tidying up

    /// Tidies up after a process that died: nobody else can be at work while the lock is held.
    ///
    /// A committed change of many files is finished first. An entry that cannot be settled is left for the next time: it
    /// must not stop a change that has nothing to do with it.
    func recover(_ folders: VaultFolders, at time: ClockReading) throws {
        try finishRewrite(folders, at: time)
        try dropStaged()
        for name in try pending.names() { try? settle(name, folders) }
    }

    /// Ends an unfinished entry: one that displaced something goes to the undo store, every other one goes away.
    func settle(_ name: String, _ folders: VaultFolders) throws {
        let parts = name.split(separator: ".", maxSplits: 1)
        guard parts.first.flatMap({ TrashID(String($0)) }) != nil, let folder = try? pending.folder(name) else {
            return try discard(name)
        }
        // The record is moved in whole before anything is displaced.
        guard let content = try folder.read(TrashRecord.fileName, limit: TrashRecord.byteLimit) else {
            return try discard(name)
        }
        guard let record = TrashRecord(bytes: content.bytes, id: nil) else { return }
        var entry = Pending(name: name, folder: folder, record: record)
        guard try folder.status(of: entry.payload) != nil else { return try discard(name) }
        if record.entry.kind == .credential {
            folder.awaitWriters(of: entry.payload)
            if let found = Revision(of: entry.payload, in: folder) {
                let incoming = parts.count == 2 ? Revision(String(parts[1])) : nil
                // The new bytes never went in, or what would be kept is still in its place. Bytes that had been in place
                // for a moment may have been opened there by another program, which is about to write others.
                if found == incoming || found == liveRevision(of: record.entry, folders),
                    !folder.hasWriter(entry.payload)
                {
                    return try discard(name)
                }
                if found != record.revision {
                    entry.record.revision = found
                    // On a full disk the old record does: it is wrong about the bytes only.
                    try? replaceRecord(of: entry)
                }
            }
        }
        try complete(entry)
    }

    private func liveRevision(of entry: TrashEntry, _ folders: VaultFolders) -> Revision? {
        guard let connector = entry.connector,
            let connectors = try? folders.account(entry.account).folder(VaultFolders.connectors)
        else { return nil }
        return Revision(of: VaultFolders.file(of: connector), in: connectors)
    }

    private func discard(_ name: String) throws(FileError) {
        // Moved first, so that a half-removed entry is never taken for a whole one.
        try pending.move(name, to: staging, as: name)
        try staging.removeTree(name)
    }

    // MARK: Entries

    /// Makes the place for something that is about to be displaced, and records what it will be.
    ///
    /// - Parameters:
    ///   - record: What it will be.
    ///   - replacement: The bytes that shall take its place, with owner and mode of their file; `nil` for a removal.
    /// - Returns: The entry; it survives a power cut once this returns.
    /// - Throws: ``FileError``; nothing is left then.
    func begin(
        _ record: TrashRecord, replacement: (bytes: [UInt8], ownership: Folder.Ownership)? = nil
    ) throws -> Pending {
        let id = record.entry.id.description
        let name = replacement.map { "\(id).\(Revision(of: $0.bytes))" } ?? id
        let entry = Pending(name: name, folder: try pending.makeNewFolder(name), record: record)
        do {
            if let replacement {
                try entry.folder.create(entry.payload, replacement.bytes, ownership: replacement.ownership)
            }
            try place(record.bytes, as: TrashRecord.fileName, in: entry.folder)
            try pending.synchronize()
        } catch {
            try? discard(name)
            throw error
        }
        return entry
    }

    /// Files an entry that displaced what it should.
    func complete(_ entry: Pending) throws(FileError) {
        try pending.move(entry.name, to: trash, as: entry.record.entry.id.description)
        try trash.synchronize()
    }

    /// Opens an entry of the undo store.
    ///
    /// - Throws: ``StoreError/noSuchTrashEntry(_:)``; ``FileError`` where nothing is known about the entry.
    func entry(_ id: TrashID) throws -> (record: TrashRecord, folder: Folder) {
        guard let found = try Self.entry(id, in: trash) else { throw StoreError.noSuchTrashEntry(id) }
        return found
    }

    /// An entry of the undo store, or `nil` for one that is not whole.
    ///
    /// - Throws: ``FileError`` where the system has too little of something to tell.
    static func entry(_ id: TrashID, in trash: Folder) throws(FileError) -> (record: TrashRecord, folder: Folder)? {
        guard let folder = try unlessRefused({ () throws(FileError) in try trash.folder(id.description) }),
            let content = try unlessRefused({ () throws(FileError) in
                try folder.read(TrashRecord.fileName, limit: TrashRecord.byteLimit)
            }),
            let record = TrashRecord(bytes: content.bytes, id: id),
            try unlessRefused({ () throws(FileError) in try folder.status(of: payload(of: record.entry)) }) != nil
        else { return nil }
        return (record, folder)
    }

    /// Takes an entry out of the undo store, to bring its content back. A crash puts it back as it was.
    func take(_ id: TrashID) throws -> Pending {
        let (record, folder) = try entry(id)
        try trash.move(id.description, to: pending, as: id.description)
        return Pending(name: id.description, folder: folder, record: record)
    }

    /// Drops what is left of an entry whose content is back in its place.
    func drop(_ entry: Pending) throws(FileError) {
        try discard(entry.name)
        try trash.synchronize()
    }

    /// Deletes an entry of the undo store for good.
    func purge(_ id: TrashID) throws(FileError) {
        // Moved first, so that a half-deleted account is never listed as one that can be brought back.
        try trash.move(id.description, to: staging, as: id.description)
        try trash.synchronize()
        try staging.removeTree(id.description)
    }

    // MARK: Files

    /// Puts a whole new file in a folder in one step, and makes it survive a power cut.
    ///
    /// - Throws: ``FileError`` with `EEXIST` when the name is taken; whatever the steps in between throw.
    func place(
        _ bytes: [UInt8], as name: String, in folder: Folder, ownership: Folder.Ownership? = nil,
        reaching hooks: StoreHooks? = nil
    ) throws {
        let staged = TrashID.unused.description
        try staging.create(staged, bytes, ownership: try ownership ?? .new(in: folder))
        do {
            try hooks?.reached(.staged)
            try staging.move(staged, to: folder, as: name)
        } catch {
            try? staging.remove(staged)
            throw error
        }
        try hooks?.reached(.changed)
        try folder.synchronize()
    }

    /// Writes an entry's record over the one that it has.
    func replaceRecord(of entry: Pending) throws {
        let staged = TrashID.unused.description
        try staging.create(staged, entry.record.bytes, ownership: .new(in: entry.folder))
        try staging.replace(TrashRecord.fileName, in: entry.folder, with: staged)
        try entry.folder.synchronize()
    }

    /// The name under which an entry keeps what was displaced.
    static func payload(of entry: TrashEntry) -> String {
        switch entry.kind {
        case .credential: "credential.yml"
        case .account: "account"
        }
    }
}

extension Revision {
    /// The revision of a file; `nil` when it cannot be read as a connector file could.
    init?(of name: String, in folder: Folder) {
        guard let content = try? folder.read(name, limit: CredentialDocument.byteLimit) else { return nil }
        self.init(of: content.bytes)
    }
}
