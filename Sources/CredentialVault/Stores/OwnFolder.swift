internal import Credentials
internal import Glibc

/// Our own folder of a vault: the lock, files on their way in, and the undo store. Used under the lock only.
///
/// ```
/// .keys-manager/
///   lock
///   staging/<id>.yml             a new credential on its way in
///   staging/<id>/                a new account on its way in
///   trash/<id>/entry.json        what it is and where it came from
///   trash/<id>/incoming.yml      a replacement, for the moment before it is exchanged with what it replaces
///   trash/<id>/credential.yml    the displaced credential, or
///   trash/<id>/account/          the deleted account
/// ```
struct OwnFolder: Sendable {
    static let lock = "lock"
    static let incoming = "incoming.yml"

    let folder: Folder
    let staging: Folder
    let trash: Folder

    /// Opens our own folder, making it where it is missing.
    init(in root: Folder) throws(FileError) {
        folder = try root.makeFolder(VaultFolders.own)
        staging = try folder.makeFolder("staging")
        trash = try folder.makeFolder("trash")
    }

    /// Tidies up after a process that died: nobody else can be at work while the lock is held.
    ///
    /// A replacement that was exchanged but not yet filed is filed now; one that was not exchanged, and everything in
    /// staging, is dropped: it was never acknowledged.
    func recover() throws(FileError) {
        for name in try staging.names() { try staging.removeTree(name) }
        for name in try trash.names() {
            guard TrashID(name) != nil, let entry = try? trash.folder(name) else { continue }
            guard let content = try entry.read(TrashRecord.fileName, limit: TrashRecord.byteLimit),
                let record = TrashRecord(bytes: content.bytes)
            else {
                // No record was completed, so nothing was moved here yet, unless somebody damaged the record later.
                if try entry.names().allSatisfy({ $0 == Self.incoming || $0 == TrashRecord.fileName }) {
                    try trash.removeTree(name)
                }
                continue
            }
            if let incoming = try entry.read(Self.incoming, limit: CredentialDocument.byteLimit) {
                if Revision(of: incoming.bytes) == record.revision {
                    try entry.move(Self.incoming, to: entry, as: Self.payload(of: record.entry))
                } else {
                    try trash.removeTree(name)
                }
            } else if try entry.status(of: Self.payload(of: record.entry)) == nil {
                try trash.removeTree(name)
            }
        }
    }

    /// Opens an entry.
    ///
    /// - Throws: ``StoreError/noSuchTrashEntry(_:)``.
    func entry(_ id: TrashID) throws -> (record: TrashRecord, folder: Folder) {
        do {
            let folder = try trash.folder(id.description)
            guard let content = try folder.read(TrashRecord.fileName, limit: TrashRecord.byteLimit),
                let record = TrashRecord(bytes: content.bytes),
                try folder.status(of: Self.payload(of: record.entry)) != nil
            else { throw StoreError.noSuchTrashEntry(id) }
            return (record, folder)
        } catch let error as FileError where error.code == ENOENT {
            throw StoreError.noSuchTrashEntry(id)
        }
    }

    /// Makes the place for something that is about to be displaced, and records what it will be.
    ///
    /// - Returns: The entry's folder; it survives a power cut once this returns.
    func makeEntry(_ record: TrashRecord) throws(FileError) -> Folder {
        let entry = try trash.makeNewFolder(record.entry.id.description)
        try entry.create(TrashRecord.fileName, record.bytes, ownership: .new(in: entry))
        try entry.synchronize()
        try trash.synchronize()
        return entry
    }

    /// The name under which an entry keeps what was displaced.
    static func payload(of entry: TrashEntry) -> String {
        switch entry.kind {
        case .credential: "credential.yml"
        case .account: "account"
        }
    }
}
